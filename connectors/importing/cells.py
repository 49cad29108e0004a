"""From the cells of a source, all texts, to typed columns; what does not fit is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from connectors.importing import dates
from connectors.text import N_

if TYPE_CHECKING:
    from connectors.importing.mapping import Column, SourceOptions

EMPTY = N_("empty")
_PROBLEMS = {
    "integer": N_("not a whole number"),
    "decimal": N_("not a number"),
    "boolean": N_("not yes or no"),
    "date": N_("not a date as declared"),
    "datetime": N_("not a time as declared"),
    "instant": N_("not a time as declared"),
}
BROKEN = N_("a spreadsheet's error, not a value")
_ERRORS = ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"]
_UNKNOWN = N_("a value that the mapping does not list")
_BOOLEANS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "是"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "否"), False),
}
_FREE = ("text", "identifier")
_MAX_INTEGER = 2.0**53
_MICROSECONDS = {"s": 1_000_000, "ms": 1_000, "us": 1}
_MAX_MICROSECONDS = 2**62


def cleaned(cell: pl.Expr, source: SourceOptions, column: Column) -> pl.Expr:
    """The text of a cell without guards and blanks around it."""
    text = cell.str.json_path_match(column.path) if column.path else cell
    text = text.str.strip_chars()
    if source.unguard:
        text = text.str.replace(r'^(?:="(.*)"|\'(.*))$', "${1}${2}").str.strip_chars()
    if column.strip:
        text = text.str.replace_all(f"[{re.escape(column.strip)}]", "").str.strip_chars()
    return text


def meaning(text: pl.Expr, source: SourceOptions, column: Column) -> pl.Expr:
    """A cleaned text, or null when it means nothing."""
    nothing = [*source.nulls, *column.nulls]
    means = text != ""
    return pl.when(means & text.is_in(nothing).not_() if nothing else means).then(text)


def typed(text: pl.Expr, column: Column) -> pl.Expr:
    """The values of a column's cleaned texts; null for what does not fit."""
    return _translated(text, column) if column.values else _values(text, column)


def problems(texts: pl.Series, values: pl.Series, header: str, column: Column) -> pl.Series | None:
    """What is wrong with each row's cell, null for nothing; None when all are sound.

    Args:
        texts: the column as `cleaned` left it.
        values: the same as `typed` made it.
        header: what the source calls the column.
        column: what the mapping says of it.
    """
    text, value = pl.col("text"), pl.col("value")
    marks: list[pl.Expr] = []
    if texts.str.starts_with("#").any():
        marks.append(_when(text.is_in(_ERRORS), header, BROKEN))
    strict = column.kind not in _FREE or (column.values and column.others == "reject")
    if strict and values.null_count() > texts.null_count():
        complaint = _UNKNOWN if column.values else _PROBLEMS[column.kind]
        marks.append(_when(text.is_not_null() & value.is_null(), header, complaint))
    if column.required and texts.has_nulls():
        marks.append(_when(text.is_null(), header, EMPTY))
    if not marks:
        return None
    return pl.DataFrame({"text": texts, "value": values}).select(pl.coalesce(marks)).to_series()


def _when(condition: pl.Expr, header: str, complaint: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(f"{header}: {complaint}"))


def _translated(text: pl.Expr, column: Column) -> pl.Expr:
    given, meant = list(column.values), list(column.values.values())
    found = text
    if column.ignore_case:
        found, given = text.str.to_lowercase(), [each.lower() for each in given]
    default = text if column.others == "keep" else None
    return found.replace_strict(given, meant, default=default)


def _values(text: pl.Expr, column: Column) -> pl.Expr:
    if column.kind == "integer":
        return _integer(_plain(text, column))
    if column.kind == "decimal":
        number = _plain(text, column).cast(pl.Float64, strict=False)
        return pl.when(number.is_finite()).then(number)
    if column.kind == "boolean":
        known = text.str.to_lowercase()
        return known.replace_strict(list(_BOOLEANS), list(_BOOLEANS.values()), default=None)
    if column.kind == "identifier":
        # What a spreadsheet took for a number: 17850.0
        number = text.str.contains(r"^\d+\.0$")
        return pl.when(number).then(text.str.strip_suffix(".0")).otherwise(text)
    if column.unit:
        return _since_1970(text, column.unit)
    return dates.parsed(text, column.kind, column.formats) if column.formats else text


def _plain(text: pl.Expr, column: Column) -> pl.Expr:
    """`text` with a point for decimals and no separators; null where those stand in odd places."""
    point, separator = re.escape(column.decimal), re.escape(column.thousands)
    if column.decimal == "." and not column.thousands:
        return text
    grouped = rf"\d{{1,3}}(?:{separator}\d{{2,3}})*{separator}\d{{3}}|" if separator else ""
    fits = text.str.contains(rf"^[+-]?(?:{grouped}\d*)(?:{point}\d*)?$")
    plain = text.str.replace_all(column.thousands, "", literal=True) if separator else text
    return pl.when(fits).then(plain.str.replace(column.decimal, ".", literal=True))


def _integer(text: pl.Expr) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    whole = pl.when((number == number.round()) & (number.abs() < _MAX_INTEGER)).then(number)
    return text.cast(pl.Int64, strict=False).fill_null(whole.cast(pl.Int64, strict=False))


def _since_1970(text: pl.Expr, unit: str) -> pl.Expr:
    factor = _MICROSECONDS[unit]
    number = text.cast(pl.Int64, strict=False)
    near = pl.when(number.abs() <= _MAX_MICROSECONDS // factor).then(number)
    return (near * factor).cast(pl.Datetime("us", "UTC"))
