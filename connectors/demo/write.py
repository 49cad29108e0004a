"""Into the warehouse: the rows of a table through the checks that an import makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from connectors.engines.base import Merge
from connectors.importing.complete import completed
from connectors.importing.rows import PROBLEM, ROW
from connectors.importing.times import Zones, with_times
from connectors.importing.validate import with_problems
from connectors.schema import IMPORTED

if TYPE_CHECKING:
    from connectors.engines.base import Writer

SOURCE = "demo"


class Books:
    """What is written, counted by table."""

    def __init__(self, writer: Writer, time_zone: str) -> None:
        self._writer = writer
        self._zones = Zones(time_zone, time_zone)
        self.written: dict[str, int] = {}

    @property
    def currency(self) -> str:
        """That of the warehouse, which is fixed by now."""
        return self._writer.meta.currency or ""

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Adds rows to a table: times are local, amounts in the warehouse's currency.

        Raises:
            RuntimeError: for a row that an import would reject.
        """
        if rows.is_empty():
            return
        table = IMPORTED[name]
        whole = completed(table, with_times(table, rows, self._zones))
        numbered = whole.with_row_index(ROW).with_columns(
            pl.col(ROW).cast(pl.Int64), pl.lit(None, pl.String).alias(PROBLEM)
        )
        checked = with_problems(table, numbered)
        wrong = checked.filter(pl.col(PROBLEM).is_not_null())
        if wrong.height:
            raise RuntimeError(f"{name}: {wrong[PROBLEM][0]} in {wrong.height} rows")
        own = checked.drop(ROW, PROBLEM).with_columns(import_source=pl.lit(SOURCE))
        self._writer.append(
            table, own.select(c.name for c in table.columns if c.name in own.columns)
        )
        self.written[name] = self.written.get(name, 0) + rows.height

    def merges(self) -> dict[str, Merge]:
        """What became of each table, as the import log has it."""
        return {name: Merge(loaded=rows, written=rows) for name, rows in self.written.items()}
