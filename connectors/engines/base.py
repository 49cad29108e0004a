"""What the rest of the board knows of an engine: a connector to read, a writer to import.

One file an engine; `connectors.engines` picks it by URL. Frames carry exact dtypes, decided by the
SELECT's column types alone, so that nothing above this layer knows which engine answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import polars as pl
    from sqlalchemy import SelectBase, Table

    Rows = SelectBase | Sequence[SelectBase] | pl.DataFrame
    """What a derived table is built from: SELECTs are those of its parts, one after another."""

REJECTS = ("file", "line", "reason", "document", "row")
"""Columns of the rejects that a run records: String, Int64 (1-based), String, String, String.

`document` is the row's import_document where the row could be read that far; `row` is the raw row
as a JSON object.
"""


class Meta(NamedTuple):
    """What a warehouse was built with; it holds for every row in it."""

    schema_version: int
    time_zone: str
    currency: str | None
    demo: bool


class Merge(NamedTuple):
    """What became of a table's staged rows.

    All but `removed` and `written` count source rows, each once even where it gave several table
    rows; those two count rows of the table.
    """

    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    removed: int = 0
    written: int = 0


@dataclass(frozen=True)
class ImportRun:
    """One run of an import as the import log keeps it.

    `started_at` and `finished_at` are UTC without an offset. `excluded` is rows by named rule,
    `rejected` rows by reason, `tables` what became of each table. The counts are source rows and
    read = loaded + updated + unchanged + excluded + rejected.
    """

    mapping: str
    table: str
    started_at: datetime
    finished_at: datetime
    files: tuple[str, ...]
    read: int
    loaded: int
    updated: int
    unchanged: int
    excluded: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, Merge] = field(default_factory=dict)


class TableStatus(NamedTuple):
    """How full and how fresh a canonical table is.

    `first` and `last` are of its main date column, null where it has none; `imported_at` (UTC),
    `mapping` and `merge` are of the last import that staged rows for it; `rejects` are the
    standing rejects of imports whose main table it is.
    """

    table: str
    rows: int
    first: date | None
    last: date | None
    imported_at: datetime | None
    mapping: str | None
    merge: Merge | None
    rejects: int


class Connector(Protocol):
    """Reading. Safe to share between threads; sees one complete import at a time."""

    @property
    def engine(self) -> str:
        """Which it is: "duckdb" or "postgresql"."""

    @property
    def version(self) -> str:
        """What caches key on: it moves with every import that changed a table."""

    @property
    def memory(self) -> dict[tuple[str, ...], Any]:
        """What was asked of this version once and is kept: all its connectors share it."""

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """The rows of `select`, its labels in its order, also when there are none.

        Integer is Int64; Numeric, Float and Double are Float64; Date is Date; DateTime is
        Datetime("us") without a zone; Boolean is Boolean; String is String. What divides by zero
        is null; NaN and infinities never appear.

        Raises:
            TypeError: when a column of `select` has another type, or none at all.
        """

    @staticmethod
    def sql(select: SelectBase) -> str:
        """`select` in the engine's SQL with its values written out, to show and to compare."""

    def tables(self) -> frozenset[str]:
        """The canonical tables that hold at least one row."""

    def meta(self) -> Meta:
        """What the warehouse was built with."""

    def close(self) -> None:
        """Gives the connector back; an older generation is let go with its last connector."""


class Writer(Protocol):
    """One import run: everything in it comes to be at once, or nothing does."""

    @property
    def meta(self) -> Meta:
        """What the warehouse was built with; its currency may still be open."""

    @property
    def changed(self) -> bool:
        """Whether this run changed any table: what derives from them is only built then."""

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """As `Connector.frame`; it sees what this run wrote."""

    def tables(self) -> frozenset[str]:
        """The canonical tables that hold at least one row by now."""

    def stage(self, table: Table, rows: pl.DataFrame) -> None:
        """Takes rows for `merge`; may be called many times a table.

        Args:
            table: an imported table.
            rows: its columns in canonical dtypes (missing ones count as null) with `__row`
                (Int64, the source row's number, unique in the run), `__order` (Int64, position of
                the source row: the later wins a tie) and, optionally, `__version` (String, sorts
                by age; null is oldest).

        Raises:
            ValueError: for a column that the table lacks, or a null in its key.
        """

    def stage_documents(self, source: str, documents: pl.Series) -> None:
        """Names the documents that this run delivers whole: what they no longer hold is removed.

        Args:
            source: the mapping, as in `import_source`.
            documents: String, as in `import_document`.
        """

    def merge(self, table: Table) -> Merge:
        """Brings the staged rows into `table`; called once a table, also when none were staged.

        Facts: of equal keys the greatest (`__version`, `__order`) stands and the others are
        superseded; rows of the staged documents that were not staged again are removed.
        Dimensions: column by column the value stated last (`known_at`) stands, the greater value
        on a tie, so that neither the order of files nor of runs matters; nothing is removed.
        """

    def append(self, table: Table, rows: pl.DataFrame) -> None:
        """Adds rows to a table of a warehouse that is built anew, piece by piece.

        Args:
            table: an imported table.
            rows: some of its columns in canonical dtypes; no key may be there twice, which is
                the caller's to know.

        Raises:
            ValueError: for a column that the table lacks, or a null in its key.
        """

    def build(self, table: Table, rows: Rows) -> int:
        """Replaces all of a derived table; returns how many rows it has."""

    def record(self, run: ImportRun, rejects: pl.DataFrame) -> None:
        """Writes the run into the import log, and its rejects (columns `REJECTS`).

        Standing rejects of the same mapping are cleared first: those of the files that the run
        read, and those of documents that it staged.
        It ends the run: a rebuild stages its next one into the same writer.
        """

    def set_currency(self, currency: str) -> None:
        """Fixes the warehouse's currency, ISO 4217.

        Raises:
            ValueError: when it has another one already.
        """
