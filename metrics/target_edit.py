"""Targets as a table to be edited: a row each, and what an edit of the rows means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.errors import UserError
from connectors.state import Target, segment_of
from metrics.catalogue import METRICS
from metrics.leaves import counts_nothing_as_zero
from metrics.target_list import checked_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Cells = Mapping[str, Any]

METRIC, FIRST, LAST, VALUE, OVER_BASELINE, NOTE = (
    *("metric", "first", "last", "value"),
    *("over_baseline", "note"),
)
SEGMENT = ("platform", "shop", "mode", "category", "region", "year_season", "wave")
"""The dimensions that have a column; a target of others is kept and not shown here."""
_DAY = timedelta(days=1)
_SEVERAL = " | "


def table_of(targets: Sequence[Target]) -> pl.DataFrame:
    """A row a target: `metric`, `first` and `last` day (null: open), the dimensions, `value`, ….

    A value is the amount of the range, the level, or with `over_baseline` the change against the
    baseline.
    """
    schema: dict[str, Any] = {METRIC: pl.String, VALUE: pl.Float64, OVER_BASELINE: pl.Boolean}
    schema |= {FIRST: pl.Date, LAST: pl.Date, **dict.fromkeys(SEGMENT, pl.String), NOTE: pl.String}
    return pl.DataFrame([_row(each) for each in targets], schema=schema)


def editable(targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets that the table can show whole: those of dimensions that have a column."""
    return tuple(each for each in targets if {name for name, _ in each.segment} <= set(SEGMENT))


def edited(
    targets: Sequence[Target],
    changed: Mapping[int, Cells],
    added: Sequence[Cells],
    deleted: Sequence[int],
) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """The targets to keep and those to delete, after an edit of the table.

    Args:
        targets: those that the table was made of.
        changed: by the number of the row, the cells that are new.
        added: the cells of new rows; one without any is none.
        deleted: numbers of rows.

    Returns:
        What `State.edit` takes, with the versions that were read.

    Raises:
        UserError: for the first row that is no target, with the row as people count.
    """
    gone = set(deleted)
    rows = table_of(targets).to_dicts()
    kept = [
        replace(_target(rows[n] | dict(cells), n + 1), id=targets[n].id, version=targets[n].version)
        for n, cells in sorted(changed.items())
        if n not in gone
    ]
    filled = [cells for cells in added if any(value is not None for value in cells.values())]
    kept += [_target(cells, len(rows) + n) for n, cells in enumerate(filled, 1)]
    for number in sorted(gone):
        if targets[number].id is None:
            raise UserError(
                "{where}: {what} comes with the board: give it another value, or name a file of "
                "your own by the setting targets.",
                where=f"#{number + 1}",
                what=targets[number].label(),
            )
    return tuple(kept), tuple(targets[number] for number in sorted(gone))


def _row(target: Target) -> dict[str, object]:
    values = (target.amount, target.level, target.level_over_baseline)
    return {
        METRIC: target.metric,
        FIRST: None if target.start == date.min else target.start,
        LAST: None if target.end == date.max else target.end - _DAY,
        **{name: _SEVERAL.join(members) for name, members in target.segment},
        VALUE: next(value for value in values if value is not None),
        OVER_BASELINE: target.level_over_baseline is not None,
        NOTE: target.note,
    }


def _target(cells: Cells, number: int) -> Target:
    where = f"#{number}"
    metric, value = cells.get(METRIC), cells.get(VALUE)
    if not metric or value is None:
        raise UserError("{where}: a target needs a metric and a value.", where=where)
    first, last = (_day(cells.get(name)) for name in (FIRST, LAST))
    members = {name: str(cells[name]).split(_SEVERAL) for name in SEGMENT if cells.get(name)}
    adds_up = metric in METRICS and counts_nothing_as_zero(metric)
    kind = "amount" if adds_up else "level"
    kind = "level_over_baseline" if cells.get(OVER_BASELINE) else kind
    made = Target(
        metric=metric,
        segment=segment_of(members),
        start=first or date.min,
        end=last + _DAY if last else date.max,
        note=str(cells.get(NOTE) or "").strip(),
        amount=float(value) if kind == "amount" else None,
        level=float(value) if kind == "level" else None,
        level_over_baseline=float(value) if kind == "level_over_baseline" else None,
    )
    return checked_target(made, where)


def _day(cell: date | str | None) -> date | None:
    """What an editor gives for a day: a date, or its text."""
    if cell is None or isinstance(cell, date):
        return cell
    return date.fromisoformat(cell[:10])
