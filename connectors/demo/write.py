"""Into the warehouse: the rows of a table through the checks that an import makes."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

import polars as pl

from connectors.engines.base import Merge
from connectors.importing.complete import completed
from connectors.importing.rows import PROBLEM, ROW
from connectors.importing.times import Zones, with_times
from connectors.importing.validate import with_problems
from connectors.schema import IMPORTED

if TYPE_CHECKING:
    from concurrent.futures import Future

    from connectors.engines.base import Writer

SOURCE = "demo"
_PIECE = 122_880
"""Rows that go in together: what a columnar engine stores as one group costs half the work."""
_AHEAD = 3
"""Pieces that wait to be written while the next rows are made: a month's come all at once."""


class Books:
    """What is written, counted by table; to be entered, and left before the writer is used else.

    A thread of its own writes, piece after piece, while the next rows are made.
    """

    def __init__(self, writer: Writer, time_zone: str) -> None:
        self._writer = writer
        self._zones = Zones(time_zone, time_zone)
        self._checked: dict[str, list[pl.DataFrame]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._underway: deque[Future[None]] = deque()
        self.written: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Ready to write."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends what is under way."""
        self._thread.shutdown()

    @property
    def currency(self) -> str:
        """That of the warehouse, which is fixed by now."""
        return self._writer.meta.currency or ""

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Adds rows to a table by `close` at the latest: local times, the warehouse's currency.

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
        named = own.select(c.name for c in table.columns if c.name in own.columns)
        self._checked.setdefault(name, []).append(named)
        self.written[name] = self.written.get(name, 0) + rows.height
        waiting = sum(each.height for each in self._checked[name])
        if waiting >= _PIECE:
            self._append(name, waiting // _PIECE * _PIECE)

    def close(self) -> None:
        """Adds the rows that still wait for their piece to be full."""
        for name in self._checked:
            self._append(name, self.written[name])
        self._wait()

    def _append(self, name: str, rows: int) -> None:
        """Adds the first `rows` of those that wait."""
        waiting = pl.concat(self._checked[name], how="diagonal")
        self._checked[name] = [waiting[rows:]]
        self._wait(_AHEAD - 1)
        table, piece = IMPORTED[name], waiting[:rows]
        self._underway.append(self._thread.submit(self._writer.append, table, piece))

    def _wait(self, left: int = 0) -> None:
        """Until no more than `left` pieces of those that were given are to be written."""
        while len(self._underway) > left:
            self._underway.popleft().result()

    def merges(self) -> dict[str, Merge]:
        """What became of each table, as the import log has it."""
        return {name: Merge(loaded=rows, written=rows) for name, rows in self.written.items()}
