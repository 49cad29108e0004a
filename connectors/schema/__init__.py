"""The canonical tables: what every source is brought to and every metric is asked of."""

from sqlalchemy import Table

from connectors.schema.buyers import category_buyers, first_orders, memberships, purchase_days
from connectors.schema.columns import METADATA
from connectors.schema.customer_value import cohorts, customer_values, segment_moves
from connectors.schema.derived import (
    order_deliveries,
    order_returns,
    order_surveys,
    refund_expectations,
    refund_rates,
    returning_visitors,
    sessions,
    stock_spans,
    stock_targets,
    touches,
    visits_daily,
)
from connectors.schema.dimensions import (
    campaigns,
    customers,
    products,
    shops,
    suppliers,
    warehouses,
)
from connectors.schema.forecasts import forecast_backtest, forecast_bands, forecasts
from connectors.schema.rollups import (
    returns_by_sku,
    sales_by_band,
    sales_by_category,
    sales_by_origin,
    sales_by_product,
    sales_by_sku,
    sessions_by_segment,
    stock_by_place,
)
from connectors.schema.sales import costs, order_lines, rates, returns
from connectors.schema.service import brand_daily, surveys, tickets
from connectors.schema.stock import deliveries, receipts, stock_daily
from connectors.schema.traffic import ad_spend, events, traffic_daily

SCHEMA_VERSION = 11
"""Raised with every change of a table; a warehouse of another version is rebuilt or refused."""

FACTS: tuple[Table, ...] = (
    order_lines,
    returns,
    deliveries,
    events,
    traffic_daily,
    stock_daily,
    receipts,
    ad_spend,
    surveys,
    tickets,
    brand_daily,
    costs,
    rates,
)
DIMENSIONS: tuple[Table, ...] = (products, customers, shops, warehouses, campaigns, suppliers)
IMPORTED: dict[str, Table] = {table.name: table for table in (*FACTS, *DIMENSIONS)}
DERIVED: dict[str, Table] = {
    table.name: table
    for table in (
        order_returns,
        order_deliveries,
        order_surveys,
        memberships,
        first_orders,
        purchase_days,
        category_buyers,
        returning_visitors,
        sessions,
        touches,
        refund_expectations,
        refund_rates,
        visits_daily,
        stock_spans,
        stock_targets,
        customer_values,
        segment_moves,
        cohorts,
        forecasts,
        forecast_bands,
        forecast_backtest,
        sales_by_origin,
        sales_by_category,
        sales_by_product,
        sales_by_band,
        sales_by_sku,
        returns_by_sku,
        stock_by_place,
        sessions_by_segment,
    )
}
TABLES: dict[str, Table] = {**IMPORTED, **DERIVED}

__all__ = [
    "DERIVED",
    "DIMENSIONS",
    "FACTS",
    "IMPORTED",
    "METADATA",
    "SCHEMA_VERSION",
    "TABLES",
    "ad_spend",
    "brand_daily",
    "campaigns",
    "category_buyers",
    "cohorts",
    "costs",
    "customer_values",
    "customers",
    "deliveries",
    "events",
    "first_orders",
    "forecast_backtest",
    "forecast_bands",
    "forecasts",
    "memberships",
    "order_deliveries",
    "order_lines",
    "order_returns",
    "order_surveys",
    "products",
    "purchase_days",
    "rates",
    "receipts",
    "refund_expectations",
    "refund_rates",
    "returning_visitors",
    "returns",
    "returns_by_sku",
    "sales_by_band",
    "sales_by_category",
    "sales_by_origin",
    "sales_by_product",
    "sales_by_sku",
    "segment_moves",
    "sessions",
    "sessions_by_segment",
    "shops",
    "stock_by_place",
    "stock_daily",
    "stock_spans",
    "stock_targets",
    "suppliers",
    "surveys",
    "tickets",
    "touches",
    "traffic_daily",
    "visits_daily",
    "warehouses",
]
