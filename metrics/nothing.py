"""A derived table of which there is nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from sqlalchemy import Table


def no_rows(table: Table) -> pl.DataFrame:
    """Its columns without a row; the types are those that the table has anyway."""
    return pl.DataFrame(schema={column.name: pl.Null for column in table.columns})
