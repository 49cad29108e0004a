"""Rows written out in a test, brought into a warehouse: what every contract test starts from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, SmallInteger, String
from sqlalchemy.types import Double

from connectors.engines import REJECTS, ImportRun, Merge, open_for_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from connectors.settings import Settings

Row = dict[str, Any]

# What the interface asks of staged rows: Double before Numeric, of which it is a kind.
_CANONICAL: tuple[tuple[type, pl.DataType], ...] = (
    (String, pl.String()),
    (Boolean, pl.Boolean()),
    (SmallInteger, pl.Int16()),
    (Integer, pl.Int64()),
    (Double, pl.Float64()),
    (Numeric, pl.Decimal(18, 4)),
    (Date, pl.Date()),
    (DateTime, pl.Datetime("us")),
)
_OWN = {"__row": pl.Int64(), "__version": pl.String(), "__order": pl.Int64()}
NOON = datetime.fromisoformat("2024-05-01T12:00")
NO_REJECTS = pl.DataFrame(
    schema={name: pl.Int64() if name == "line" else pl.String() for name in REJECTS}
)


def line(order: str, number: str = "1", **values: Any) -> Row:
    """An order line of shop "s" under the mapping "m", its order being its document."""
    key = {"shop_id": "s", "order_id": order, "line_id": number}
    return {**key, "import_source": "m", "import_document": order, **values}


def frame_of(table: Table, rows: Sequence[Row], *, first: int = 0) -> pl.DataFrame:
    """`rows` in canonical dtypes, numbered and ordered as they stand unless they say otherwise."""
    dtypes = {column.name: _dtype(column.type) for column in table.columns} | _OWN
    numbered = [{"__row": first + n, "__order": first + n, **row} for n, row in enumerate(rows)]
    named = {name for row in numbered for name in row}
    schema = {name: dtype for name, dtype in dtypes.items() if name in named}
    assert named == set(schema)
    return pl.DataFrame(numbered, schema=schema)


def load(
    url: str,
    settings: Settings,
    table: Table,
    *batches: Sequence[Row],
    documents: Sequence[str] = (),
) -> Merge:
    """One run of the mapping "m" that stages each of `batches` for `table`."""
    with open_for_import(url, settings, wait=0) as writer:
        first = 0
        for rows in batches:
            writer.stage(table, frame_of(table, rows, first=first))
            first += len(rows)
        if documents:
            writer.stage_documents("m", pl.Series(documents))
        return writer.merge(table)


def run_of(table: Table, merge: Merge, **values: Any) -> ImportRun:
    """The log's entry for a run of the mapping "m" over the file "f.csv"."""
    counts = {"loaded": merge.loaded, "updated": merge.updated, "unchanged": merge.unchanged}
    given = {
        "mapping": "m",
        "table": table.name,
        "started_at": NOON,
        "finished_at": NOON,
        "files": ("f.csv",),
        "read": sum(counts.values()),
        "tables": {table.name: merge},
    }
    return ImportRun(**{**given, **counts, **values})


def _dtype(kind: object) -> pl.DataType:
    return next(dtype for known, dtype in _CANONICAL if isinstance(kind, known))
