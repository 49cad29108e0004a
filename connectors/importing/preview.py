"""A dry run: what an import would store and what it would reject, by the import's own code."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple, cast

import polars as pl

from connectors.engines import connect, is_empty
from connectors.engines.base import Meta
from connectors.importing.batches import read_batches
from connectors.importing.currency import fixed_currency, load_rates, warehouse_currency
from connectors.importing.staging import Target
from connectors.importing.tally import Tally
from connectors.importing.times import Zones
from connectors.importing.transform import transform
from connectors.schema import SCHEMA_VERSION, rates

if TYPE_CHECKING:
    from sqlalchemy import SelectBase

    from connectors.engines.base import Connector, Writer
    from connectors.importing.batches import Batch
    from connectors.importing.load import Job
    from connectors.settings import Settings

MOST_ROWS = 20_000
SHOWN_ROWS = 50
_OWN = ("import_source", "import_document")


class Preview(NamedTuple):
    """What an import would do with the first rows; nothing is written.

    Attributes:
        read: rows tried.
        is_whole: whether these are all.
        stored: table → its first rows, with the columns that hold anything.
        excluded: rule → rows.
        rejected: reason → rows.
        rejects: the first rejects: file, line, reason, row (the raw row as a JSON object).
    """

    read: int
    is_whole: bool
    stored: dict[str, pl.DataFrame]
    excluded: dict[str, int]
    rejected: dict[str, int]
    rejects: pl.DataFrame

    @property
    def accepted(self) -> int:
        """Rows that the tables would take."""
        return self.read - sum(self.excluded.values()) - sum(self.rejected.values())


def preview(job: Job, settings: Settings) -> Preview:
    """What importing `job` would do.

    At most `MOST_ROWS` rows are tried, except of files that are joined: they are tried whole.

    Raises:
        UserError: for what would also keep the import from being done.
    """
    tally = Tally()
    rules, target = job.rules(), _target(job, settings)
    is_whole = True
    for batches in read_batches(job.mapping, job.sources, settings, lambda *_: None):
        left = MOST_ROWS - tally.read.total()
        tried = batches if job.mapping.companions else _first(batches, left)
        tally.take(transform(tried, rules, target), [batch.raw for batch in tried])
        is_whole = is_whole and _height(tried) == _height(batches)
        if tally.read.total() >= MOST_ROWS:
            # How much is left is not known without reading it.
            is_whole = is_whole and bool(job.mapping.companions)
            break
    tally.settle_documents()
    return Preview(
        read=tally.read.total(),
        is_whole=is_whole,
        stored=_stored(tally),
        excluded=tally.excluded_rows(),
        rejected=tally.rejected_rows(),
        rejects=tally.rejects.select("file", "line", "reason", "row").head(SHOWN_ROWS),
    )


class _Reader:
    """The warehouse as the dry run of an import sees it: an import's `Writer` that cannot write."""

    def __init__(self, connector: Connector | None, settings: Settings) -> None:
        self._connector = connector
        new = Meta(SCHEMA_VERSION, settings.time_zone, settings.currency, demo=False)
        self.meta = connector.meta() if connector else new

    def frame(self, select: SelectBase) -> pl.DataFrame:
        if self._connector:
            return self._connector.frame(select)
        names = [column.name for column in select.selected_columns]
        dtypes = {rates.c.rate_date.name: pl.Date, rates.c.rate.name: pl.Float64}
        return pl.DataFrame(schema={name: dtypes.get(name, pl.String) for name in names})

    def set_currency(self, currency: str) -> None:
        self.meta = self.meta._replace(currency=currency)


def _target(job: Job, settings: Settings) -> Target:
    connector = None
    if not is_empty(settings.warehouse, settings):
        held = connect(settings.warehouse, settings)
        connector = None if held.meta().demo else held  # an import leaves the demo behind
    writer = cast("Writer", _Reader(connector, settings))
    warehouse_currency(writer, settings.currency, job.mapping.currency)
    zones = Zones(job.mapping.time_zone or settings.time_zone, settings.time_zone)
    of_rates = cache(lambda wanted: load_rates(writer, writer.meta.currency, wanted))
    return Target(zones, partial(fixed_currency, writer, settings.currency), of_rates)


def _first(batches: list[Batch], most: int) -> list[Batch]:
    tried = []
    for batch in batches:
        tried.append(batch._replace(raw=batch.raw.head(most)))
        most -= tried[-1].raw.height
    return [batch for batch in tried if batch.raw.height]


def _height(batches: list[Batch]) -> int:
    return sum(batch.raw.height for batch in batches)


def _stored(tally: Tally) -> dict[str, pl.DataFrame]:
    first: dict[str, list[pl.DataFrame]] = {}
    for table, _owner, rows in tally.staged:
        names = [name for name in table.columns.keys() if name in rows.columns]  # noqa: SIM118
        told = rows.select(name for name in names if name not in _OWN).head(SHOWN_ROWS)
        first.setdefault(table.name, []).append(told)
    together = {name: pl.concat(rows, how="diagonal_relaxed") for name, rows in first.items()}
    return {name: _told(rows.head(SHOWN_ROWS)) for name, rows in together.items() if rows.height}


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that hold anything."""
    return rows.select(each for each in rows if each.null_count() < rows.height)
