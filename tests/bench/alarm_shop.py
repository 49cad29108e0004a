"""A shop of 20,000 SKUs in six warehouses, made by the database itself: for speed, not for truth.

Eight months of orders with their parcels, returns, visits, ads and receipts, and six weeks of a
snapshot a day of every SKU in every warehouse. A few styles sell most, as styles do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.engines import open_for_import
from connectors.schema import (
    ad_spend,
    cohorts,
    customer_values,
    deliveries,
    events,
    forecasts,
    order_lines,
    products,
    receipts,
    returns,
    segment_moves,
    shops,
    stock_daily,
    suppliers,
    traffic_daily,
    warehouses,
)
from metrics.derived import BUILDERS
from tests.bench.alarm_shop_rows import (
    CAMPAIGNS,
    DAYS,
    ORDERS,
    RETURNS,
    SESSIONS,
    SHOPS,
    SKUS,
    STEPS,
    STOCK_DAYS,
    STYLES,
    SUPPLIERS,
    WAREHOUSES,
    event_values,
    order_values,
    parcel_values,
    product_values,
    receipt_values,
    return_values,
    shop_of,
    spend_values,
    stock_values,
    visit_values,
    warehouse_of,
)
from tests.bench.rows import made_rows

if TYPE_CHECKING:
    from sqlalchemy import Table

    from connectors.settings import Settings

_UNREAD = (customer_values, segment_moves, cohorts, forecasts)
"""What models derive and no rule reads."""


def build(settings: Settings) -> None:
    """Makes the shop in the warehouse of the settings."""
    with open_for_import(settings.warehouse, settings, wait=0, what="bench") as writer:
        writer.set_currency("CNY")
        for table, values, count in _tables():
            writer.build(table, made_rows(table, values, count))
        for builder in BUILDERS:
            if builder.table not in _UNREAD:
                builder.build(writer)


def _tables() -> tuple[tuple[Table, dict[str, str], int], ...]:
    items = STYLES * 2 * DAYS
    return (
        (products, product_values(), SKUS),
        (shops, {"shop_id": shop_of("i"), "platform": "'platform-' || i % 3"}, SHOPS),
        (warehouses, {"warehouse_id": warehouse_of("i")}, WAREHOUSES),
        (suppliers, {"supplier_id": "'s' || i", "lead_time_days": "7 + i * 2"}, SUPPLIERS),
        (order_lines, order_values(), ORDERS),
        (returns, return_values(), RETURNS),
        (deliveries, parcel_values(), ORDERS),
        (events, event_values(), SESSIONS * STEPS),
        (traffic_daily, visit_values(items), items + SHOPS * DAYS),
        (stock_daily, stock_values(), SKUS * WAREHOUSES * STOCK_DAYS),
        (receipts, receipt_values(), SKUS * WAREHOUSES * 2),
        (ad_spend, spend_values(), CAMPAIGNS * DAYS),
    )
