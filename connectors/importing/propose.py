"""Proposals for a source of one's own: which column is which, and how its dates and numbers read.

Nothing is decided here: where several readings fit, all of them are offered.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.importing import dates
from connectors.importing.canonical import fillable
from connectors.importing.cells import cleaned, typed
from connectors.importing.mapping import Column, Kind, SourceOptions
from connectors.schema.synonyms import SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table

MONEY_SIGNS = "¥￥$€£₹元"
STYLES = ((".", ""), (".", ","), (",", "."), (",", ""), (",", " "), (".", " "), (".", "'"))
"""Marks of decimals and of thousands, the most common first."""
_ALIKE = 0.85
_SHORT = 4
_ORDERS = {
    "ymd": ("%Y{0}%m{0}%d", "%y{0}%m{0}%d"),
    "dmy": ("%d{0}%m{0}%Y", "%d{0}%m{0}%y"),
    "mdy": ("%m{0}%d{0}%Y", "%m{0}%d{0}%y"),
}
_NAMED = {
    "ymd": ("%Y%m%d", "%Y年%m月%d日", "%Y-%b-%d"),
    "dmy": ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%d/%b/%Y"),
    "mdy": ("%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
}
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S%.f", "%I:%M %p", "%I:%M:%S %p", "%I:%M:%S%p")
_OFFSETS = ("", "%#z", " %#z")


class DateReading(NamedTuple):
    """One way to read a column's dates.

    Attributes:
        order: "ymd", "dmy" or "mdy".
        kind: date, datetime or instant.
        formats: those needed for the cells seen, in the order of a mapping's.
        cell: the cell that shows best what the reading means.
        meant: what the cell then says, ISO 8601.
        unread: how many of the different cells do not fit.
    """

    order: str
    kind: Kind
    formats: tuple[str, ...]
    cell: str
    meant: str
    unread: int


def proposed_columns(table: Table, headers: Sequence[str]) -> dict[str, str]:
    """Column of the table → header of the source, each at most once; by names and synonyms."""
    pairs = [
        (_likeness(header, wanted), -place, column.name, header)
        for column in fillable(table)
        for place, wanted in enumerate(_names_of(column.name))
        for header in headers
    ]
    chosen: dict[str, str] = {}
    for likeness, _place, name, header in sorted(pairs, key=lambda each: each[:2], reverse=True):
        free = name not in chosen and header not in chosen.values()
        if likeness >= _ALIKE and free:
            chosen[name] = header
    return chosen


def date_readings(texts: pl.Series) -> list[DateReading]:
    """The ways to read a column's cells as dates: those that read every cell.

    Where none reads all, those that read the most are offered; where none reads any, nothing is.
    """
    cells = _cells(texts, Column(), unguard=True)
    if cells.is_empty():
        return []
    shapes = cells.str.replace_all(r"\d", "9").unique()
    found = [
        reading
        for order, offset in product(_ORDERS, (False, True))
        if (reading := _date_reading(cells, shapes, order, offset=offset)) is not None
    ]
    fewest = min((each.unread for each in found), default=0)
    return [each for each in found if each.unread == fewest]


def number_styles(columns: Sequence[pl.Series]) -> list[tuple[str, str]]:
    """The marks (of decimals, of thousands) by which columns can be read, as `STYLES` has them.

    Several only when they give different numbers: 1,234 is one thousand, or one and a bit.
    """
    read = {style: [_numbers(texts, *style) for texts in columns] for style in STYLES}
    unread = {style: sum(each.null_count() for each in found) for style, found in read.items()}
    offered: list[tuple[str, str]] = []
    for style, found in read.items():
        fits = unread[style] == min(unread.values())
        new = not any(_equal(found, read[other]) for other in offered)
        if fits and new:
            offered.append(style)
    return offered


def money_signs(columns: Sequence[pl.Series]) -> str:
    """The currency signs in the cells of number columns."""
    cells = [_cells(texts, Column(), unguard=True) for texts in columns]
    return "".join(
        sign
        for sign in MONEY_SIGNS
        if any(each.str.contains(sign, literal=True).any() for each in cells)
    )


def is_guarded(rows: pl.DataFrame) -> bool:
    """Whether cells are written as ="0012" or '0012, so that spreadsheets keep them as text."""
    texts = rows.select(pl.col(pl.String))
    guarded = texts.select(pl.all().str.contains(r'^(?:="|\'\d)').any())
    return any(guarded.row(0)) if guarded.width else False


def _likeness(header: str, wanted: str) -> float:
    one, other = _plain(header), _plain(wanted)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _SHORT:
        return 0.0
    return SequenceMatcher(None, one, other).ratio() - 0.01


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _names_of(column: str) -> list[str]:
    return [column, *SYNONYMS[column].split(", ")]


def _cells(texts: pl.Series, column: Column, *, unguard: bool) -> pl.Series:
    """The different cells of a column that say anything, cleaned."""
    options = SourceOptions(unguard=unguard)
    cells = texts.to_frame("cell").select(cleaned(pl.col("cell"), options, column))["cell"]
    return cells.filter(cells.is_not_null() & (cells != "")).unique(maintain_order=True)


def _numbers(texts: pl.Series, decimal: str, thousands: str) -> pl.Series:
    style = {"decimal": decimal, "thousands": thousands, "strip": MONEY_SIGNS}
    column = Column.model_validate({"kind": "decimal", **style})
    cells = _cells(texts, column, unguard=True)
    return cells.to_frame("cell").select(typed(pl.col("cell"), column)).to_series()


def _equal(one: list[pl.Series], other: list[pl.Series]) -> bool:
    return all(a.equals(b) for a, b in zip(one, other, strict=True))


def _date_reading(
    cells: pl.Series, shapes: pl.Series, order: str, *, offset: bool
) -> DateReading | None:
    left, formats = cells, []
    for form in _formats(order, offset=offset):
        if not shapes.str.contains(dates.pattern(form)).any():
            continue
        read = _parsed(left, [form], offset=offset)
        if read.null_count() < left.len():
            formats.append(form)
            left = left.filter(read.is_null())
    if not formats:
        return None
    values = _parsed(cells, formats, offset=offset)
    at = _telling(values)
    kind: Kind = "date"
    if any(map(dates.has_time, formats)):
        kind = "instant" if offset else "datetime"
    meant = str(values[at]).removesuffix(" 00:00:00")
    return DateReading(order, kind, tuple(formats), cells[at], meant, left.len())


def _telling(values: pl.Series) -> int:
    """The first cell that is read; with another day than month, if there is one."""
    known = values.is_not_null()
    other = known & (values.dt.day() != values.dt.month())
    return int((other if other.any() else known).arg_max() or 0)


def _parsed(cells: pl.Series, formats: list[str], *, offset: bool) -> pl.Series:
    kind = "instant" if offset else "datetime"
    return cells.to_frame("cell").select(dates.parsed(pl.col("cell"), kind, formats)).to_series()


def _formats(order: str, *, offset: bool) -> Iterator[str]:
    days = [form.format(mark) for form in _ORDERS[order] for mark in "-/."] + [*_NAMED[order]]
    if not offset:
        yield from days
    for day, gap, clock in product(days, (" ", "T"), _CLOCKS):
        for end in _OFFSETS[1:] if offset else _OFFSETS[:1]:
            yield f"{day}{gap}{clock}{end}"
