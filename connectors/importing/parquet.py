"""Parquet: typed columns become the text that the same table has as CSV."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError
from connectors.importing.columns import LINE, column_names
from connectors.importing.guard import brief, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.importing.source import Limits

_BATCH = 250_000
_CELL_BYTES = 16  # what Polars takes at least for one


def read_parquet(name: str, path: Path, limits: Limits) -> pl.DataFrame:
    """The rows of a Parquet file, all String.

    Numbers are in their shortest form (617, 616.56), booleans true and false, dates and times ISO
    (2022-04-30, 2022-04-30 08:26:00, with the offset where there is a time zone). The fields of a
    struct stand in columns of their own (`device.category`); a list becomes JSON text; an empty
    string is null; zero bytes, which PostgreSQL cannot hold, are dropped.

    Returns:
        `__line` (Int64, the row's number from 1) and the columns in file order.

    Raises:
        UserError: for a damaged file, one whose rows come to more than the limit, and a column of
            bytes that are no text.
    """
    try:
        scan = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        height: int = scan.select(pl.len()).collect().item()
        if height * len(scan.collect_schema()) * _CELL_BYTES > limits.max_bytes:
            raise too_large(name, limits)
        frame = pl.concat(_batches(name, scan, height, limits))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise UserError(
            "{file} cannot be read as Parquet: {reason}. Export it again.",
            file=name,
            reason=brief(error),
        ) from None
    frame.columns = column_names(frame.columns, name)
    return frame.insert_column(0, pl.int_range(1, height + 1, eager=True).alias(LINE))


def _batches(name: str, scan: pl.LazyFrame, height: int, limits: Limits) -> Iterator[pl.DataFrame]:
    size = 0
    for start in range(0, max(height, 1), _BATCH):
        frame = _flat(scan.slice(start, _BATCH).collect())
        frame = frame.select(_text(column, dtype) for column, dtype in frame.schema.items())
        size += int(frame.estimated_size())
        if size > limits.max_bytes:
            raise too_large(name, limits)
        yield frame.select(pl.all().str.replace_all("\0", "", literal=True).replace("", None))


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    while nested := [name for name, dtype in frame.schema.items() if dtype == pl.Struct]:
        frame = frame.unnest(nested, separator=".")
    return frame


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    match dtype:
        case pl.Float32() | pl.Float64():
            text = column.cast(pl.String).map_batches(_plain, return_dtype=pl.String)
            return text.str.strip_suffix(".0")
        case pl.Datetime(time_zone=None):
            return column.dt.to_string("%Y-%m-%d %H:%M:%S%.f")
        case pl.Datetime():
            return column.dt.to_string("%Y-%m-%d %H:%M:%S%.f%:z")
        case pl.Time():
            return column.dt.to_string("%H:%M:%S%.f")
        case pl.Duration():
            return column.dt.to_string("iso")
        case pl.List() | pl.Array():
            return _json(column)
        case _:
            return column.cast(pl.String)


def _plain(texts: pl.Series) -> pl.Series:
    """Numbers without an exponent: 1e+17 is no order id."""
    powers = texts.filter(texts.str.contains("e", literal=True)).unique()
    return texts.replace({power: f"{Decimal(power):f}" for power in powers})


def _json(column: pl.Expr) -> pl.Expr:
    # Polars encodes structs only: the list goes in as a struct's one field and is cut out of it.
    text = pl.struct(column.alias("")).struct.json_encode()
    inner = text.str.strip_prefix('{"":').str.strip_suffix("}")
    return pl.when(column.is_not_null()).then(inner).name.keep()
