"""How much `metrics.run` adds to its own SQL sent straight to DuckDB."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb

from connectors.engines import connect
from metrics import Access, Query, run
from tests.bench.timing import Figure, compared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.settings import Settings

LIMIT = 1.3
_START, _END = date(2024, 11, 1), date(2026, 11, 1)
QUESTIONS = {
    "paid sales, one number": Query(("paid_sales",), _START, _END),
    "paid sales by day": Query(("paid_sales",), _START, _END, grain="day"),
    "paid sales by month and shop": Query(("paid_sales",), _START, _END, "month", ("shop",)),
    "paid, net, units by week": Query(("paid_sales", "net_sales", "units"), _START, _END, "week"),
    "orders and order value by month": Query(("orders", "order_value"), _START, _END, "month"),
    "paid sales by SKU, one category": Query(
        ("paid_sales",), _START, _END, by=("sku",), where=(("category", ("category-3",)),)
    ),
}


def figures(settings: Settings) -> Iterator[Figure]:
    """One figure for each question, each beside the SQL that it sent."""
    file = next(_generations(settings))
    connector = connect(settings.warehouse, settings)
    access = Access("bench")
    bare = duckdb.connect(str(file), read_only=True)
    try:
        for name, query in QUESTIONS.items():
            sql = run(query, access, connector, settings).sql
            yield compared(
                f"metrics.run / bare SQL: {name}",
                lambda query=query: run(query, access, connector, settings),  # type: ignore[misc]
                lambda sql=sql: [bare.execute(each).pl() for each in sql],  # type: ignore[misc]
                limit=LIMIT,
            )
    finally:
        bare.close()
        connector.close()


def _generations(settings: Settings) -> Iterator[Path]:
    from pathlib import Path

    yield from sorted(Path(settings.warehouse).glob("*.duckdb"), reverse=True)
