"""The whole of it: one business, simulated month by month and written as it comes to be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from connectors.demo import tables
from connectors.demo.arguments import Arguments
from connectors.demo.business import found
from connectors.demo.incidents import incidents_table
from connectors.demo.targets import planned, set_targets
from connectors.demo.truth import ARGUMENTS
from connectors.demo.write import SOURCE, Books
from connectors.engines import REJECTS, ImportRun, is_empty, open_for_import
from connectors.errors import UserError
from connectors.importing.archive import archive_folder, recipes
from connectors.importing.run import build_derived

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.engines.base import Writer
    from connectors.settings import Settings
    from connectors.state import Target

CURRENCY = "CNY"


def run_demo(
    arguments: Arguments,
    settings: Settings,
    *,
    wait: float,
    progress: Callable[[float], None] = lambda _: None,
) -> dict[str, int]:
    """Builds the demo shop in place of what demo shop was there.

    Args:
        arguments: what it is made from.
        settings: the warehouse, its time zone and currency (CNY without one).
        wait: seconds to wait for an import.
        progress: told how much is done, 0 to 1.

    Returns:
        The rows by table.

    Raises:
        UserError: when the warehouse holds imported data.
    """
    _refuse_real_data(settings)
    started = datetime.now(UTC).replace(tzinfo=None)
    with open_for_import(
        settings.warehouse, settings, wait=wait, what="demo", demo=True, anew=True
    ) as writer:
        if writer.meta.currency is None:
            writer.set_currency(CURRENCY)
        with Books(writer, settings.time_zone) as books:
            targets = _simulate(arguments, books, truth_folder(settings), progress)
        build_derived(writer, set(books.written))
        _record(writer, books, started)
    set_targets(targets, settings)
    progress(1.0)
    return books.written


def truth_folder(settings: Settings) -> Path:
    """Where the truth is kept: in a folder warehouse, else beside the board's own state."""
    return archive_folder(settings).parent / "truth"


def stored_arguments(settings: Settings) -> Arguments | None:
    """What the demo shop of this warehouse was made from; None where there is none.

    An import of real data leaves the demo behind, and its sources beside what is told here.
    """
    file = truth_folder(settings) / ARGUMENTS
    if not file.exists() or recipes(archive_folder(settings)):
        return None
    return Arguments.from_json(json.loads(file.read_text(encoding="utf-8")))


def _simulate(
    arguments: Arguments, books: Books, truth: Path, progress: Callable[[float], None]
) -> list[Target]:
    """All of the business, which takes its memory with it when it is told; leaves its targets."""
    business = found(arguments)
    progress(0.05)
    for days in business.calendar.months():
        tables.write_month(business, books, days)
        progress(0.05 + 0.55 * days[1] / arguments.days)
    tables.write_rest(business, books)
    books.close()
    seen = business.sightings.dates(business.calendar, business.house.purchases)
    incidents = incidents_table(business.incidents, business.calendar, business.labels)
    business.truth.write(
        truth,
        arguments,
        business.marketing,
        business.customers,
        incidents.with_columns(pl.Series(name, days, pl.Date) for name, days in seen.items()),
        business.labels,
    )
    progress(0.65)
    return planned(business.orders, business.calendar)


def _record(writer: Writer, books: Books, started: datetime) -> None:
    rows = sum(books.written.values())
    run = ImportRun(
        mapping=SOURCE,
        table="order_lines",
        started_at=started,
        finished_at=datetime.now(UTC).replace(tzinfo=None),
        files=(),
        read=rows,
        loaded=rows,
        updated=0,
        unchanged=0,
        tables=books.merges(),
    )
    writer.record(run, pl.DataFrame(schema=dict.fromkeys(REJECTS, pl.String)))


def _refuse_real_data(settings: Settings) -> None:
    if stored_arguments(settings) or is_empty(settings.warehouse, settings):
        return
    raise UserError(
        "{warehouse} holds imported data. The demo shop needs a warehouse of its own: set "
        "BOARD_WAREHOUSE to another folder.",
        warehouse=settings.warehouse,
    )
