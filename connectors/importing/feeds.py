"""One feed's rows: the columns of its canonical table, from the rows that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric, String

from connectors.errors import UserError
from connectors.importing.expressions import compile_expression, evaluate
from connectors.importing.presets import RESERVED, names_of
from connectors.importing.rows import DOCUMENT, FILE, PROBLEM, ROW, TIMED, VERSION
from connectors.importing.times import moments
from connectors.schema import IMPORTED
from connectors.text import N_

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

    from connectors.importing.mapping import Feed, Mapping, Value

NOT_WHOLE = N_("not a whole number")
NOT_A_NUMBER = N_("not a number")
CURRENCY = "__currency"
_DTYPES: tuple[tuple[type, pl.DataType], ...] = (
    (Boolean, pl.Boolean()),
    (Integer, pl.Int64()),
    (Numeric, pl.Float64()),
    (Float, pl.Float64()),
    (Date, pl.Date()),
    (String, pl.String()),
)
_OWN = (FILE, ROW, VERSION)


def taken(rows: pl.DataFrame, feed: Feed, mapping: Mapping) -> pl.DataFrame:
    """The rows that `feed` takes."""
    if feed.when is None:
        return rows
    where = f"{mapping.name}, feed of {feed.table}"
    compiled = compile_expression(feed.when, names_of(mapping), f"{where}, when")
    marked = evaluate(rows, {"__taken": compiled}, where, {"__taken": feed.when})
    return marked.filter(pl.col("__taken")).drop("__taken")


def fed(rows: pl.DataFrame, feed: Feed, mapping: Mapping, absent: frozenset[str]) -> pl.DataFrame:
    """The table rows that `feed` makes of `rows`, before anything follows from anything.

    Args:
        rows: typed, with derived values.
        feed: one of the mapping's.
        mapping: whose names its expressions use.
        absent: columns that are not in the source and say nothing.

    Returns:
        columns of the table (Int64, Float64, Boolean, Date, String; an instant as Date, naive
        Datetime or UTC-aware Datetime), and `__file`, `__row`, `__version`, `__currency`,
        `import_document`, `__problem` (what does not fit the table's types; null for none).
    """
    said = _columns(rows, feed, absent) | feed.columns | feed.numbered
    made = [_made(rows, feed, mapping, said | extra) for extra in feed.rows or [{}]]
    result = made[0] if len(made) == 1 else pl.concat(made, how="diagonal_relaxed")
    return _numbered(_cast(IMPORTED[feed.table], result), feed)


def _made(
    rows: pl.DataFrame, feed: Feed, mapping: Mapping, texts: dict[str, Value]
) -> pl.DataFrame:
    where = f"{mapping.name}, feed of {feed.table}"
    names = names_of(mapping)
    columns = {
        name: compile_expression(text, names, f"{where}, {name}") for name, text in texts.items()
    }
    currency = pl.lit(mapping.currency, pl.String)
    if mapping.currency_column:
        currency = pl.col(mapping.currency_column).fill_null(currency)
    if timed := _timed(rows, feed, texts):
        columns["has_time"] = pl.col(timed)
    own = {"import_document": pl.col(DOCUMENT), CURRENCY: currency}
    said = {name: str(text) for name, text in texts.items()}
    return evaluate(rows, columns | own, where, said).select(*_OWN, *own, *columns)


def _timed(rows: pl.DataFrame, feed: Feed, texts: dict[str, Value]) -> str | None:
    """What tells whether the table's first moment has a time of day, where its format does."""
    table = IMPORTED[feed.table]
    if "has_time" not in table.columns or "has_time" in texts:
        return None
    source = str(texts.get(f"{moments(table)[0]}_at", "")).strip('"')
    return f"{source}{TIMED}" if f"{source}{TIMED}" in rows.columns else None


def _columns(rows: pl.DataFrame, feed: Feed, absent: frozenset[str]) -> dict[str, Value]:
    """The columns that the table and the rows both have, by name."""
    shared = set(rows.columns).intersection(IMPORTED[feed.table].columns.keys())
    return {name: f'"{name}"' for name in rows.columns if name in shared - absent - {*RESERVED}}


def _cast(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    nothing = [name for name, dtype in rows.schema.items() if dtype == pl.Null]
    columns: dict[str, pl.Expr] = {}
    problems: list[pl.Expr] = []
    for column in table.columns:
        name = column.name
        if name not in rows.columns or name in nothing:
            continue
        columns[name], problem = _as_typed(column, rows.schema[name], f"{table.name}.{name}")
        if problem is not None:
            problems.append(problem)
    problem = pl.coalesce(*problems, pl.lit(None, pl.String)).alias(PROBLEM)
    return rows.drop(nothing, strict=False).with_columns(problem, **columns)


def _as_typed(
    column: Column[object], given: pl.DataType, label: str
) -> tuple[pl.Expr, pl.Expr | None]:
    """The column in the dtype that imports work in, and the problem of what does not fit."""
    value = pl.col(column.name)
    if isinstance(column.type, DateTime):
        return _instant(value, given, label), None
    wanted = next(dtype for kind, dtype in _DTYPES if isinstance(column.type, kind))
    if wanted in {given, pl.String()}:
        return value.cast(wanted), None
    if wanted == pl.Date and isinstance(given, pl.Datetime):
        return value.dt.date(), None
    if not (wanted.is_numeric() and (given.is_numeric() or given == pl.String)):
        message = "{column} is {wanted}: the mapping gives {given}."
        raise UserError(message, column=label, wanted=wanted, given=given)
    number = value.cast(wanted, strict=False)
    fits = number.is_not_null() if given == pl.String else number == value
    complaint = NOT_WHOLE if wanted == pl.Int64 else NOT_A_NUMBER
    bad = value.is_not_null() & ~fits.fill_null(value=False)
    return number, pl.when(bad).then(pl.lit(f"{label}: {complaint}"))


def _instant(value: pl.Expr, given: pl.DataType, label: str) -> pl.Expr:
    if given != pl.Date and not isinstance(given, pl.Datetime):
        message = "{column} is {wanted}: the mapping gives {given}."
        raise UserError(message, column=label, wanted="a date or a time", given=given)
    return value


def _numbered(rows: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """A key column as the value and its occurrence within the file and the rest of the key."""
    for name in feed.numbered:
        keys = [column.name for column in IMPORTED[feed.table].primary_key]
        group = [FILE, *(key for key in keys if key in rows.columns)]
        occurrence = _occurrence(rows, group).cast(pl.String)
        return rows.with_columns(pl.concat_str(pl.col(name).fill_null(""), pl.lit("#"), occurrence))
    return rows


def varying(rows: pl.DataFrame, names: list[str]) -> list[str]:
    """The columns that tell rows apart, and at least one: comparing constants is wasted work."""
    equal = rows.select(pl.col(names).eq_missing(pl.col(names).first()).all()).row(0)
    return [name for name, same in zip(names, equal, strict=True) if not same] or names[:1]


def _occurrence(rows: pl.DataFrame, group: list[str]) -> pl.Series:
    """1, 2, 3 … within each group; only groups of several rows are looked at, as few are."""
    # By hash first: rows that only share one are told apart in the next line.
    marks = rows.select(pl.struct(varying(rows, group)).hash()).to_series()
    several = marks.is_duplicated().arg_true()
    counted = rows[several].select(pl.int_range(1, pl.len() + 1).over(group)).to_series()
    return pl.repeat(1, rows.height, dtype=pl.Int64, eager=True).scatter(several, counted)
