"""What an import builds beyond its tables: derived facts, each from one SELECT or one small model.

`BUILDERS` is what the command line hands to an import; connectors know only that there are some.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from connectors.schema import (
    category_buyers,
    cohorts,
    customer_values,
    customers,
    deliveries,
    events,
    first_orders,
    forecasts,
    memberships,
    order_deliveries,
    order_lines,
    order_returns,
    order_surveys,
    products,
    purchase_days,
    receipts,
    refund_expectations,
    refund_rates,
    returning_visitors,
    returns,
    returns_by_sku,
    sales_by_category,
    sessions,
    sessions_by_segment,
    stock_by_place,
    stock_daily,
    stock_spans,
    stock_targets,
    suppliers,
    surveys,
    touches,
    traffic_daily,
    visits_daily,
)
from metrics.arrived import order_deliveries_select, order_surveys_select
from metrics.bought import category_buyers_select, purchase_days_select
from metrics.expectations import expected_refunds, refund_rates_select
from metrics.joins import first_orders_select, order_returns_select
from metrics.journeys import touches_select, visits_select
from metrics.members import memberships_select
from metrics.nothing import no_rows
from metrics.rollup_rows import rollup_rows
from metrics.sessions import returning_visitors_select, session_parts
from metrics.stock import stock_spans_select
from metrics.stock_plans import stock_target_rows
from metrics.value import cohort_rows, customer_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl
    from sqlalchemy import Table

    from connectors.engines.base import Rows, Writer


@dataclass(frozen=True)
class Builder:
    """One derived table: rebuilt after an import that changed one of the tables it reads."""

    table: Table
    reads: tuple[Table, ...]
    rows: Callable[[Writer], Rows]
    source: Table | None = None
    """While it is empty there are no rows, and the others need not be read to find that out."""

    def build(self, writer: Writer) -> int:
        """Replace the derived table; the number of its rows."""
        if self.source is not None and self.source.name not in writer.tables():
            return writer.build(self.table, no_rows(self.table))
        return writer.build(self.table, self.rows(writer))


@dataclass(frozen=True)
class Estimate:
    """Derived tables that one model or check fills together; `table` stands for them."""

    table: Table
    reads: tuple[Table, ...]
    rows: Callable[[Writer], Mapping[Table, Rows]]

    def build(self, writer: Writer) -> int:
        """Replace the derived tables; the number of their rows."""
        return sum(writer.build(table, rows) for table, rows in self.rows(writer).items())


def _forecasts(writer: Writer) -> dict[Table, pl.DataFrame]:
    from metrics.forecasts import built_forecasts  # what learns is heavy to import

    return built_forecasts(writer)


BUILDERS: tuple[Builder | Estimate, ...] = (
    Builder(order_returns, (returns, order_lines), lambda _: order_returns_select()),
    Builder(order_deliveries, (deliveries,), lambda _: order_deliveries_select()),
    Builder(order_surveys, (surveys, order_deliveries), lambda _: order_surveys_select(), surveys),
    Builder(memberships, (customers,), lambda _: memberships_select(), customers),
    Builder(first_orders, (order_lines,), lambda _: first_orders_select()),
    Builder(purchase_days, (order_lines,), lambda _: purchase_days_select()),
    Builder(category_buyers, (order_lines,), lambda _: category_buyers_select()),
    Builder(returning_visitors, (events,), lambda _: returning_visitors_select()),
    Builder(sessions, (events, returning_visitors), session_parts),
    Builder(touches, (events, order_lines), lambda _: touches_select(), events),
    Builder(visits_daily, (traffic_daily, sessions), lambda _: visits_select()),
    Builder(refund_expectations, (order_lines, returns), expected_refunds),
    Builder(refund_rates, (refund_expectations,), lambda _: refund_rates_select()),
    Builder(
        stock_spans,
        (stock_daily, order_lines, order_returns, receipts, products, suppliers),
        lambda _: stock_spans_select(),
        stock_daily,
    ),
    Estimate(forecasts, (order_lines, stock_daily, products), _forecasts),
    Builder(
        stock_targets, (stock_spans, receipts, products, suppliers, forecasts), stock_target_rows
    ),
    Estimate(stock_by_place, (stock_spans, stock_targets), partial(rollup_rows, stock_spans)),
    Estimate(
        customer_values, (order_lines, order_returns, purchase_days, refund_rates), customer_rows
    ),
    Builder(cohorts, (first_orders, purchase_days), cohort_rows),
    Estimate(
        sales_by_category,
        (order_lines, refund_expectations, receipts),
        partial(rollup_rows, order_lines),
    ),
    Estimate(returns_by_sku, (order_returns, receipts), partial(rollup_rows, order_returns)),
    Estimate(sessions_by_segment, (sessions,), partial(rollup_rows, sessions)),
)
"""In the order of building: later ones may read what earlier ones built."""
