"""Targets from a sheet: a row each, with the columns of a target and of the dimensions."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError, unknown
from connectors.importing.columns import LINE
from connectors.importing.find import find
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source
from connectors.state import Target, segment_of
from metrics.dimensions import DIMENSIONS
from metrics.target_list import checked_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.settings import Settings

    Row = Mapping[str, str]

COLUMNS = ("metric", "from", "to", "amount", "level", "level_over_baseline", "note")
_VALUES = ("amount", "level", "level_over_baseline")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?")


def read_targets(path: str, settings: Settings) -> tuple[Target, ...]:
    """The targets of a CSV or XLSX file.

    Columns are those of a target (`COLUMNS`) and any dimensions, each cell of which names a member;
    an empty cell says nothing. Dates are ISO, percentages may be written 42%.

    Raises:
        UserError: for a file that cannot be read, and for the first row that is no target, with
            its line and the column.
    """
    source, *others = find([path])
    if others:
        raise UserError("{path} means {count} files: name one.", path=path, count=len(others) + 1)
    return targets_of_source(source, settings)


def targets_of_source(source: Source, settings: Settings) -> tuple[Target, ...]:
    """As `read_targets`, of a file that was found already."""
    limits = Limits(
        int(settings.max_upload_bytes), int(settings.max_line_bytes), settings.max_expansion_ratio
    )
    frame = read(source, Reading(), limits)
    valid = (*COLUMNS, *(name for name in DIMENSIONS if name not in COLUMNS))
    for column in frame.columns[1:]:
        if column.strip() not in valid:
            raise unknown("column", column, valid, source.name)
    found: dict[str, Target] = {}
    for cells in frame.iter_rows(named=True):
        row = {name.strip(): cell.strip() for name, cell in cells.items() if name != LINE and cell}
        if any(row.values()):
            where = f"{source.name}:{cells[LINE]}"
            found[where] = _target(row, where)
    _check_single(found)
    return tuple(found.values())


def sheet_of(targets: Sequence[Target]) -> pl.DataFrame:
    """Targets as a sheet that `read_targets` takes: its columns, and those of their dimensions.

    Raises:
        UserError: for a target of several members of a dimension, which no cell can name.
    """
    used = {name for target in targets for name, _members in target.segment}
    names = [*COLUMNS[:1], *sorted(used), *COLUMNS[1:]]
    schema = {each: pl.Float64 if each in _VALUES else pl.String for each in names}
    return pl.DataFrame([_cells(each) for each in targets], schema=schema)


def _cells(target: Target) -> dict[str, object]:
    for name, members in target.segment:
        if len(members) > 1:
            raise UserError(
                "{what}: a cell of a sheet names one {name}.", what=target.label(), name=name
            )
    start = None if target.start == date.min else target.start.isoformat()
    end = None if target.end == date.max else target.end.isoformat()
    values = {each: getattr(target, each) for each in _VALUES}
    kept = {name: member for name, (member,) in target.segment}
    days = {"from": start, "to": end}
    return {"metric": target.metric, **kept, **days, **values, "note": target.note}


def _target(row: Row, where: str) -> Target:
    if not row.get("metric"):
        raise UserError("{where}: metric is missing.", where=where)
    members = {name: [cell] for name, cell in row.items() if name not in COLUMNS and cell}
    target = Target(
        metric=row["metric"],
        segment=segment_of(members),
        start=_day(row, "from", where) or date.min,
        end=_day(row, "to", where) or date.max,
        amount=_number(row, "amount", where),
        level=_number(row, "level", where),
        level_over_baseline=_number(row, "level_over_baseline", where),
        note=row.get("note", ""),
    )
    return checked_target(target, where)


def _day(row: Row, column: str, where: str) -> date | None:
    text = row.get(column, "").removesuffix(" 00:00:00")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(
            "{where}: {column} is {text!r}: write a date as 2024-06-18.",
            where=where,
            column=column,
            text=text,
        ) from None


def _number(row: Row, column: str, where: str) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    digits = text.removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(digits) or not any(map(str.isdigit, digits)):
        raise UserError(
            "{where}: {column} is {text!r}: write a number as 1200000, 0.42 or 42%.",
            where=where,
            column=column,
            text=text,
        )
    return float(digits.replace(",", "")) / (100 if text.endswith("%") else 1)


def _check_single(found: Mapping[str, Target]) -> None:
    first: dict[object, str] = {}
    for where, target in found.items():
        key = (target.metric, target.segment, target.start, target.end)
        if (other := first.setdefault(key, where)) != where:
            raise UserError(
                "{where}: {what} has a target in {other} already: keep one of them.",
                where=where,
                what=target.label(),
                other=other,
            )
