"""What writing means on every engine that we write: one transaction on an SQLAlchemy connection.

An engine's file adds only how frames get in and out (`_load`, `frame`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import (
    SelectBase,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.schema import CreateTable, DropTable

from connectors.engines.base import REJECTS, Merge
from connectors.engines.fold import merge_dimension
from connectors.engines.history import as_row
from connectors.engines.merge import ID, delivered, merge_fact, rows_in, staging
from connectors.engines.staged import ORDER, ROW, VERSION, stated, together, winners
from connectors.engines.system import (
    CURRENT,
    filled,
    import_log,
    import_rejects,
    read_meta,
    version_of,
    warehouse,
)
from connectors.schema import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Table

    from connectors.engines.base import ImportRun, Rows

_DIMENSIONS = {table.name for table in DIMENSIONS}


class SqlWriter(ABC):
    """A `Writer` over an open transaction, which whoever opened it ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._staged: dict[str, list[pl.DataFrame]] = {}
        self.meta = read_meta(connection)
        self.changed = False
        connection.execute(CreateTable(delivered))

    @abstractmethod
    def frame(self, select: SelectBase) -> pl.DataFrame:
        """As the protocol says."""

    @abstractmethod
    def _load(self, target: Table, rows: pl.DataFrame) -> None:
        """Appends `rows`, whose columns are some of `target`'s, by name."""

    @abstractmethod
    def _analyse(self, table: Table) -> None:
        """Tells the engine's planner what is in `table`."""

    def tables(self) -> frozenset[str]:
        """As the protocol says."""
        row = self._connection.execute(filled()).mappings().one()
        return frozenset(name for name, has_rows in row.items() if has_rows)

    def stage(self, table: Table, rows: pl.DataFrame) -> None:
        """As the protocol says."""
        self._staged.setdefault(table.name, []).append(stated(table, rows))

    def stage_documents(self, source: str, documents: pl.Series) -> None:
        """As the protocol says."""
        names = documents.drop_nulls().unique().alias("document").to_frame()
        self._load(delivered, names.with_columns(source=pl.lit(source)))

    def merge(self, table: Table) -> Merge:
        """As the protocol says."""
        merged = self._merge(table, together(self._staged.pop(table.name, [])))
        if merged.written or merged.removed:
            self.changed = True
            self._analyse(table)
        return merged

    def _merge(self, table: Table, rows: pl.DataFrame) -> Merge:
        if table.name in _DIMENSIONS:
            staged = self._load_staged(table, rows, {*rows.columns, "known_at"})
            merged = merge_dimension(self._connection, table, staged, set(rows.columns))
        else:
            best, superseded = winners(table, rows)
            if best.height and not rows_in(self._connection, table):
                self._load(table, best.drop(ROW, ORDER, VERSION, strict=False))
                loaded = best[ROW].n_unique()
                return Merge(loaded=loaded, superseded=superseded, written=best.height)
            staged = self._load_staged(table, best, best.columns)
            merged = merge_fact(self._connection, table, staged)._replace(superseded=superseded)
        self._connection.execute(DropTable(staged))
        return merged

    def _load_staged(self, table: Table, rows: pl.DataFrame, names: Collection[str]) -> Table:
        staged = staging(table, names)
        self._connection.execute(CreateTable(staged))
        numbered = rows.drop(ORDER, VERSION, strict=False).with_row_index(ID)
        self._load(staged, numbered.with_columns(pl.col(ID).cast(pl.Int64)))
        self._analyse(staged)
        return staged

    def append(self, table: Table, rows: pl.DataFrame) -> None:
        """As the protocol says."""
        self._load(table, stated(table, rows))
        self.changed = True

    def build(self, table: Table, rows: Rows) -> int:
        """As the protocol says."""
        self._connection.execute(delete(table))
        if isinstance(rows, pl.DataFrame):
            self._load(table, rows)
        else:
            for part in [rows] if isinstance(rows, SelectBase) else rows:
                names = [column.name for column in part.selected_columns]
                self._connection.execute(insert(table).from_select(names, part))
        self.changed = True
        return rows_in(self._connection, table)

    def record(self, run: ImportRun, rejects: pl.DataFrame) -> None:
        """As the protocol says."""
        last = self._connection.scalar(select(func.max(import_log.c.import_id))) or 0
        self._connection.execute(insert(import_log).values(import_id=last + 1, **as_row(run)))
        self._connection.execute(delete(import_rejects).where(self._cleared_by(run)))
        own = {"import_id": last + 1, "mapping": run.mapping, "table_name": run.table}
        named = rejects.select(REJECTS).with_columns(
            pl.lit(value).alias(name) for name, value in own.items()
        )
        self._load(import_rejects, named)
        # A rebuild records several runs, and each delivers documents of its own.
        self._connection.execute(delete(delivered))

    def set_currency(self, currency: str) -> None:
        """As the protocol says."""
        if self.meta.currency not in {None, currency}:
            raise ValueError(f"the currency is {self.meta.currency} and cannot become {currency}")
        if self.meta.currency is None:
            self._connection.execute(update(warehouse).values(currency=currency))
            self.meta = self.meta._replace(currency=currency)
            self.changed = True

    def finish(self) -> str:
        """Ends the run's work inside the transaction; returns the version that it leads to."""
        self._connection.execute(DropTable(delivered))
        if self.changed:
            counted = update(warehouse).values(changes=warehouse.c.changes + 1)
            self._connection.execute(counted)
        return version_of(*self._connection.execute(CURRENT).one())

    def _cleared_by(self, run: ImportRun) -> ColumnElement[bool]:
        again = exists(
            select(literal(1))
            .select_from(delivered)
            .where(delivered.c.document == import_rejects.c.document)
            .correlate(import_rejects)
        )
        same_files = import_rejects.c.file.in_(run.files)
        return and_(import_rejects.c.mapping == run.mapping, or_(same_files, again))
