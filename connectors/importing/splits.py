"""Amounts of a whole order shared out over its lines, so that the lines add up to it exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from connectors.importing.expressions import compile_expression, evaluate
from connectors.importing.rows import FILE

if TYPE_CHECKING:
    from connectors.importing.mapping import Mapping, Split


def with_splits(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """`rows` with the mapping's splits as columns, Float64.

    A row's part is in proportion to its weight (equal parts where all weights are zero), cut to
    the split's decimal places; what is left over goes to the largest remainders, the first rows
    on a tie. Groups lie within one file.
    """
    for name, split in mapping.splits.items():
        where = f"{mapping.name}, splits.{name}"
        given = {
            "__whole": compile_expression(split.amount, rows.columns, f"{where}, amount"),
            "__weight": compile_expression(split.weight, rows.columns, f"{where}, weight"),
        }
        texts = {"__whole": split.amount, "__weight": split.weight}
        rows = _split(evaluate(rows, given, where, texts), name, split)
    return rows


def _split(rows: pl.DataFrame, name: str, split: Split) -> pl.DataFrame:
    group = [FILE, split.within]
    unit = 10**split.places
    weight = pl.col("__weight").cast(pl.Float64).fill_null(0)
    share = pl.when(weight.sum() == 0).then(1 / pl.len()).otherwise(weight / weight.sum())
    whole = (pl.col("__whole").cast(pl.Float64).drop_nulls().first() * unit).round()
    rows = rows.with_columns(
        (whole * share).over(group).alias("__part"), whole.over(group).alias("__whole")
    )
    floor = pl.col("__part").floor()
    left = pl.col("__whole") - floor.sum().over(group)
    place = (pl.col("__part") - floor).rank("ordinal", descending=True).over(group)
    part = (floor + (place <= left)) / unit
    return rows.with_columns(part.alias(name)).drop("__whole", "__weight", "__part")
