"""What an import builds beyond its tables: derived facts, each from one SELECT or one small model.

`BUILDERS` is what the command line hands to an import; connectors know only that there are some.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.schema import (
    events,
    first_orders,
    order_lines,
    order_returns,
    products,
    purchase_days,
    receipts,
    refund_expectations,
    refund_rates,
    returns,
    sessions,
    stock_daily,
    stock_spans,
    suppliers,
    touches,
    traffic_daily,
    visits_daily,
)
from metrics.expectations import expected_refunds, refund_rates_select
from metrics.joins import first_orders_select, order_returns_select, purchase_days_select
from metrics.journeys import sessions_select, touches_select, visits_select
from metrics.stock import stock_spans_select

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from sqlalchemy import SelectBase, Table

    from connectors.engines.base import Writer


@dataclass(frozen=True)
class Builder:
    """One derived table: rebuilt after an import that changed one of the tables it reads."""

    table: Table
    reads: tuple[Table, ...]
    rows: Callable[[Writer], SelectBase | pl.DataFrame]

    def build(self, writer: Writer) -> int:
        """Replace the derived table; the number of its rows."""
        return writer.build(self.table, self.rows(writer))


BUILDERS: tuple[Builder, ...] = (
    Builder(order_returns, (returns, order_lines), lambda _: order_returns_select()),
    Builder(first_orders, (order_lines,), lambda _: first_orders_select()),
    Builder(purchase_days, (order_lines,), lambda _: purchase_days_select()),
    Builder(sessions, (events,), lambda _: sessions_select()),
    Builder(touches, (events, order_lines), lambda _: touches_select()),
    Builder(visits_daily, (traffic_daily, sessions), lambda _: visits_select()),
    Builder(refund_expectations, (order_lines, returns), expected_refunds),
    Builder(refund_rates, (refund_expectations,), lambda _: refund_rates_select()),
    Builder(
        stock_spans,
        (stock_daily, order_lines, order_returns, receipts, products, suppliers),
        lambda _: stock_spans_select(),
    ),
)
"""In the order of building: later ones may read what earlier ones built."""
