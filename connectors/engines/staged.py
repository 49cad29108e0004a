"""Rows on their way in, still as frames: checked, put together, and one of each key chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from connectors.engines.system import keys

if TYPE_CHECKING:
    from sqlalchemy import Table

ROW, VERSION, ORDER = "__row", "__version", "__order"
_NO_ROWS = {ROW: pl.Int64(), ORDER: pl.Int64()}


def stated(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of `rows` that say anything.

    Raises:
        ValueError: for a column that `table` lacks, or a null in its key.
    """
    known = {column.name for column in table.columns}
    if extra := set(rows.columns) - known - {ROW, VERSION, ORDER}:
        raise ValueError(f"{table.name} has no column {', '.join(sorted(extra))}")
    empty = [name for name in keys(table) if name not in rows.columns or rows[name].has_nulls()]
    if empty and rows.height:
        raise ValueError(f"{table.name}: null in the key column {', '.join(empty)}")
    return rows.select(
        name
        for name in rows.columns
        if name in {ROW, ORDER} or rows[name].null_count() < rows.height
    )


def together(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all `frames`; a column that one of them lacks is null there."""
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema=_NO_ROWS)


def winners(table: Table, rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Of the rows of equal key the one that stands, and how many source rows have none that does.

    The greatest (version, order) stands; a version that is null is less than any other.
    """
    names = keys(table)
    # Where the hashes differ the keys do; where some are equal the keys themselves are compared.
    if not rows.height or rows.select(pl.struct(names).hash().n_unique()).item() == rows.height:
        return rows, 0
    by = [VERSION, ORDER] if VERSION in rows.columns else [ORDER]
    ordered = rows.sort(by, nulls_last=False, maintain_order=True)
    best = ordered.unique(names, keep="last", maintain_order=True)
    return best, rows[ROW].n_unique() - best[ROW].n_unique()
