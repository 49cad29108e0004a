"""One source into one writer: rows read and transformed, staged, merged, recorded and reported."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

import polars as pl

from connectors.engines.base import REJECTS, ImportRun, Merge
from connectors.engines.history import main_date
from connectors.errors import UserError, unknown
from connectors.importing.batches import read_batches
from connectors.importing.currency import fixed_currency, load_rates, warehouse_currency
from connectors.importing.report import SUPERSEDED, Report
from connectors.importing.rows import Rules, switched
from connectors.importing.staging import Target, owns
from connectors.importing.tally import Tally
from connectors.importing.times import Zones
from connectors.importing.transform import transform
from connectors.schema import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from connectors.engines.base import Writer
    from connectors.importing.batches import Batch
    from connectors.importing.mapping import Mapping
    from connectors.importing.source import Source
    from connectors.settings import Settings

    Progress = Callable[[int, int], None]

_SHOWN_REJECTS = 5


@dataclass(frozen=True)
class Job:
    """What to import: files by a mapping, with its rules switched on or off."""

    mapping: Mapping
    table: str
    sources: tuple[Source, ...]
    switches: dict[str, bool] = field(default_factory=dict)

    def rules(self) -> Rules:
        """The mapping in force.

        Raises:
            UserError: when it does not feed the table, or lacks a rule that is switched.
        """
        fed = [feed.table for feed in self.mapping.feeds]
        if self.table not in fed:
            raise unknown("table", self.table, fed, self.mapping.name)
        return switched(self.mapping, self.switches)


def load(
    writer: Writer, job: Job, started: datetime, settings: Settings, progress: Progress
) -> Report:
    """Brings the job's rows into the tables and writes the run into the import log.

    Args:
        writer: the open run.
        job: what to import.
        started: when it began, UTC without an offset.
        settings: time zone, currency and limits.
        progress: told after each file how many are read, of how many.

    Raises:
        UserError: for anything that the caller can mend, not a single sound row included.
    """
    clock = time.perf_counter()
    tally = _tallied(writer, job, settings, progress)
    _refuse_nothing_but_rejects(tally)
    span = _span(tally, job.table)
    merges = _merged(writer, tally, job.mapping)
    report = _report(job, tally, merges, span, writer.meta.currency, time.perf_counter() - clock)
    report.check()
    _record(writer, job, report, tally, started)
    return report


def _report(
    job: Job,
    tally: Tally,
    merges: dict[str, Merge],
    span: tuple[date | None, date | None],
    currency: str | None,
    seconds: float,
) -> Report:
    owners = {feed.table for feed in job.mapping.feeds if owns(feed, job.mapping)}
    fates = [merges[table] for table in owners]
    excluded = tally.excluded_rows()
    if superseded := sum(each.superseded for each in fates):
        excluded[SUPERSEDED] = excluded.get(SUPERSEDED, 0) + superseded
    return Report(
        mapping=job.mapping.name,
        table=job.table,
        read=tally.read.total(),
        loaded=sum(each.loaded for each in fates),
        updated=sum(each.updated for each in fates),
        unchanged=sum(each.unchanged for each in fates),
        excluded=excluded,
        excluded_amount=tally.excluded_amounts(),
        rejected=tally.rejected_rows(),
        first_rejects=_first_rejects(tally),
        tables=merges,
        removed=sum(each.removed for each in merges.values()),
        currency=currency,
        first_date=span[0],
        last_date=span[1],
        seconds=round(seconds, 3),
        files=tally.files(job.sources),
    )


def utc_now() -> datetime:
    """The present as the import log keeps it: the real one, UTC without an offset."""
    return datetime.now(UTC).replace(tzinfo=None)


def _tallied(writer: Writer, job: Job, settings: Settings, progress: Progress) -> Tally:
    mapping, rules, tally = job.mapping, job.rules(), Tally()
    zones = Zones(mapping.time_zone or settings.time_zone, settings.time_zone)
    warehouse_currency(writer, settings.currency, mapping.currency)
    target = Target(zones, partial(fixed_currency, writer, settings.currency), _rates(writer))
    # One batch is transformed while the next is read.
    with ThreadPoolExecutor(1) as worker:
        doing: Future[None] | None = None
        for batches in read_batches(mapping, job.sources, settings, progress):
            if doing:
                doing.result()
            doing = worker.submit(_take, tally, batches, rules, target)
        if doing:
            doing.result()
    tally.settle_documents()
    return tally


def _take(tally: Tally, batches: list[Batch], rules: Rules, target: Target) -> None:
    tally.take(transform(batches, rules, target), [batch.raw for batch in batches])


def _rates(writer: Writer) -> Callable[[frozenset[str]], pl.DataFrame]:
    return cache(lambda wanted: load_rates(writer, writer.meta.currency, wanted))


def _refuse_nothing_but_rejects(tally: Tally) -> None:
    if tally.rejects.is_empty() or any(staged.rows.height for staged in tally.staged):
        return
    raise UserError(
        "No row can be loaded: {count} rejected. The first: {row}. Is it the right mapping?",
        count=tally.rejects.height,
        row=_first_rejects(tally)[0],
    )


def _first_rejects(tally: Tally) -> list[str]:
    first = tally.rejects.sort("__file", "line").head(_SHOWN_REJECTS)
    return [
        f"{file}, line {line}: {why}"
        for file, line, why in first.select("file", "line", "reason").rows()
    ]


def _span(tally: Tally, table: str) -> tuple[date | None, date | None]:
    """The first and last day of the rows for the job's table."""
    day = main_date(IMPORTED[table])
    frames = [each.rows for each in tally.staged if each.table.name == table]
    days = [rows[day.name] for rows in frames if day is not None and day.name in rows.columns]
    known = pl.concat(days).drop_nulls() if days else pl.Series(dtype=pl.Date)
    return known.min(), known.max()  # type: ignore[return-value]


def _merged(writer: Writer, tally: Tally, mapping: Mapping) -> dict[str, Merge]:
    documents = tally.documents["document"]
    if documents.len():
        writer.stage_documents(mapping.source_name, documents)
    while tally.staged:
        table, _, rows = tally.staged.pop()
        writer.stage(table, rows)
    tables = dict.fromkeys(feed.table for feed in mapping.feeds)
    return {name: writer.merge(IMPORTED[name]) for name in tables}


def _record(writer: Writer, job: Job, report: Report, tally: Tally, started: datetime) -> None:
    run = ImportRun(
        mapping=report.mapping,
        table=report.table,
        started_at=started,
        finished_at=utc_now(),
        files=tuple(source.name for source in job.sources),
        read=report.read,
        loaded=report.loaded,
        updated=report.updated,
        unchanged=report.unchanged,
        excluded=report.excluded,
        rejected=report.rejected,
        tables=report.tables,
    )
    writer.record(run, tally.rejects.select(REJECTS))
