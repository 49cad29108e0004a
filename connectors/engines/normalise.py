"""The one place where an engine's answer gets its dtypes: from the SELECT's column types alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric, String

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import SelectBase
    from sqlalchemy.types import TypeEngine

Schema = list[tuple[str, pl.DataType]]

# Double is a kind of Float, SmallInteger and BigInteger of Integer, Text of String.
_DTYPES: tuple[tuple[type[TypeEngine[Any]], pl.DataType], ...] = (
    (Boolean, pl.Boolean()),
    (Integer, pl.Int64()),
    (Numeric, pl.Float64()),
    (Float, pl.Float64()),
    (Date, pl.Date()),
    (DateTime, pl.Datetime("us")),
    (String, pl.String()),
)


def schema_of(select: SelectBase) -> Schema:
    """The label and dtype of each column of `select`, in its order.

    Raises:
        TypeError: when a column has no type, or one that frames do not carry.
    """
    return [(column.name, _dtype(column.name, column.type)) for column in select.selected_columns]


def _dtype(name: str, kind: TypeEngine[Any]) -> pl.DataType:
    for known, dtype in _DTYPES:
        if isinstance(kind, known):
            return dtype
    raise TypeError(
        f"column {name!r} of the SELECT has the type {kind!r}: give it one that frames carry, "
        "as func.avg(x, type_=Double) or cast(x, BigInteger)"
    )


def from_frame(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """`frame`, whose columns are those of `schema` by position, with its names and dtypes."""
    frame.columns = [name for name, _ in schema]
    wrong = [
        _cast(pl.col(name), frame[name].dtype, dtype)
        for name, dtype in schema
        if not _is_right(frame[name], dtype)
    ]
    return frame.with_columns(wrong) if wrong else frame


def _is_right(values: pl.Series, dtype: pl.DataType) -> bool:
    """Most are; to find out is cheaper than to cast."""
    return values.dtype == dtype and not (dtype.is_float() and not values.is_finite().all())


def _cast(column: pl.Expr, given: pl.DataType, dtype: pl.DataType) -> pl.Expr:
    if isinstance(given, pl.Datetime) and given.time_zone is not None:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    if given != dtype:
        column = column.cast(dtype)
    if given.is_float():
        return pl.when(column.is_finite()).then(column)
    return column


def from_rows(rows: Sequence[Sequence[Any]], schema: Schema) -> pl.DataFrame:
    """A frame of `rows` as a driver gives them, column by column in the dtypes of `schema`."""
    columns = zip(*rows, strict=True) if rows else [() for _ in schema]
    return pl.DataFrame(
        [
            _series(name, dtype, values)
            for (name, dtype), values in zip(schema, columns, strict=True)
        ]
    )


def _series(name: str, dtype: pl.DataType, values: Sequence[Any]) -> pl.Series:
    convert = _FROM_DRIVER[type(dtype)]
    converted = [None if value is None else convert(value) for value in values]
    series = pl.Series(name, converted, dtype=dtype)
    if dtype.is_float():
        return series.to_frame().select(_cast(pl.col(name), dtype, dtype)).to_series()
    return series


def _date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _naive(value: Any) -> datetime:
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 (naive UTC throughout)
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


_FROM_DRIVER: dict[type[pl.DataType], Callable[[Any], Any]] = {
    pl.Boolean: bool,
    pl.Int64: int,
    pl.Float64: float,
    pl.Date: _date,
    pl.Datetime: _naive,
    pl.String: str,
}
