"""How much `metrics.run` adds to the same SQL sent straight to DuckDB."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from connectors.engines import connect
from metrics import Access, Query, run
from metrics.sent import forget
from tests.bench.timing import Figure, compared
from tests.without_rollups import WithoutRollups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.engines import Connector
    from connectors.settings import Settings

ACCESS = Access("bench")
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
    """Two figures for each question, both beside the SQL over the order lines.

    The first asks the lines too, so its ratio is what planning, dtypes and arithmetic add; the
    second may ask a roll-up, as the board does.
    """
    file = max(Path(settings.warehouse).glob("*.duckdb"))
    connector = connect(settings.warehouse, settings)
    lines = WithoutRollups(connector)
    bare = duckdb.connect(str(file), read_only=True)
    try:
        for name, query in QUESTIONS.items():
            sql = run(query, ACCESS, cast("Connector", lines), settings).sql
            straight = partial(_straight, bare, sql)
            for what, asked in (("lines", lines), ("roll-ups", connector)):
                ours = partial(_sent, query, cast("Connector", asked), settings)
                yield compared(f"metrics.run, {what} / SQL: {name}", ours, straight, limit=LIMIT)
    finally:
        bare.close()
        connector.close()


def _sent(query: Query, connector: Connector, settings: Settings) -> None:
    forget(connector)
    run(query, ACCESS, connector, settings)


def _straight(bare: duckdb.DuckDBPyConnection, sql: tuple[str, ...]) -> None:
    for each in sql:
        bare.execute(each).pl()
