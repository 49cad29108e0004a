"""Roll-ups: a day's rows of a fact summed up by what most questions group and filter by.

A column holds the additive metric of its name; ``metrics`` registers how they are built, and asks
them only where they answer exactly what the fact would.
"""

from typing import Any

from sqlalchemy import Column, Table

from connectors.schema.columns import (
    METADATA,
    count,
    day,
    money,
    number,
    product_columns,
    text,
)

_APART = "null where an order's lines differ in shop, day, mode or another trait of an order"


def _sums() -> tuple[Column[Any], ...]:
    """What adds up over lines: the columns carry the metrics' names."""
    return (
        money("gmv", "Sum of the metric"),
        money("paid_sales", "Sum of the metric"),
        number("expected_net_sales", "Sum of the metric"),
        money("known_sales", "Sum of the metric"),
        money("tagged_sales", "Sum of the metric"),
        money("tag_value", "Sum of the metric; null where no line has a tag price"),
        money("shipped_sales", "Sum of the metric"),
        money("shipped_cost", "Sum of the metric; null where no line has a cost"),
        money("costed_sales", "Sum of the metric"),
        money("selling_fees", "Sum of the metric"),
        count("units", "Sum of the metric"),
        count("shipped_units", "Sum of the metric"),
    )


def _orders() -> tuple[Column[Any], ...]:
    """What adds up over rows that hold whole orders."""
    return (
        count("orders", f"Distinct orders of the row; {_APART}"),
        count("placed_orders", f"Distinct orders of the row; {_APART}"),
        count("cancelled_orders", f"Distinct orders of the row; {_APART}"),
    )


sales_by_origin = Table(
    "sales_by_origin",
    METADATA,
    text("shop_id", "Shop"),
    day("sold_date", "Day of the orders"),
    text("mode", "Sales mode"),
    text("creator_id", "Creator"),
    text("channel", "Channel"),
    text("region", "Region"),
    *_sums(),
    *_orders(),
    comment="Sales of a day by where they came from",
)

sales_by_category = Table(
    "sales_by_category",
    METADATA,
    text("shop_id", "Shop"),
    day("sold_date", "Day of the orders"),
    text("mode", "Sales mode"),
    text("category", "Category"),
    *_sums(),
    *_orders(),
    comment="Sales of a day by shop, mode and category",
)

sales_by_product = Table(
    "sales_by_product",
    METADATA,
    day("sold_date", "Day of the orders"),
    text("category", "Category"),
    text("style_id", "Style"),
    text("skc_id", "SKC"),
    *_sums(),
    count("sold_to_date", "Units of SKUs whose arrivals are known"),
    comment="Sales of a day by category, style and SKC",
)

sales_by_band = Table(
    "sales_by_band",
    METADATA,
    day("sold_date", "Day of the orders"),
    text("category", "Category"),
    text("price_band", "Band of the unit price"),
    text("discount_band", "Band of what was paid of the tag price"),
    *_sums(),
    comment="Sales of a day by category, price band and discount band",
)

sales_by_sku = Table(
    "sales_by_sku",
    METADATA,
    day("sold_date", "Day of the orders"),
    *product_columns(),
    count("units", "Sum of the metric"),
    count("shipped_units", "Sum of the metric"),
    count("sold_to_date", "Units of SKUs whose arrivals are known"),
    count("full_price_to_date", "Those of them that were sold at full price"),
    comment="Units sold on a day by SKU",
)

returns_by_sku = Table(
    "returns_by_sku",
    METADATA,
    day("sold_date", "Day of the orders"),
    *product_columns(),
    count("undone_units", "Sum of the metric"),
    count("undone_to_date", "Units of SKUs whose arrivals are known"),
    count("full_price_undone_to_date", "Those of them that were sold at full price"),
    count("returned_units", "Sum of the metric; null where no return names its order"),
    comment="Units of a day's orders that did not stay sold by SKU",
)

stock_by_place = Table(
    "stock_by_place",
    METADATA,
    text("warehouse_id", "Warehouse or store"),
    text("category", "Category"),
    day("stock_date", "Day of the snapshots"),
    day("next_date", "Day of the next ones of these SKUs there; null for the last"),
    count("on_hand", "Sum of the metric"),
    count("reserved", "Sum of the metric"),
    count("inbound", "Sum of the metric"),
    count("returning", "Sum of the metric"),
    count("available", "Sum of the metric"),
    money("stock_value", "Sum of the metric; null where no stock has a cost"),
    count("covered_stock", "Sum of the metric; null where no demand is known"),
    number("forward_demand", "Sum of the metric; null where no demand is known"),
    number("safety_stock", "Sum of the metric; null where nothing is ordered again"),
    number("reorder_point", "Sum of the metric; null where nothing is ordered again"),
    count("water_stock", "Sum of the metric; null where nothing has a target"),
    number("target_stock", "Sum of the metric; null where nothing has a target"),
    money("average_stock_value", "Value of a day; null where no stock has a cost"),
    count("active_days_of_stock", "SKUs on sale"),
    count("days_out_of_stock", "Those of them with nothing available"),
    number("demand_of_stock", "Expected units of a day; null where no demand is known"),
    number("lost_units", "Those lost on a day; null where no demand is known"),
    number("lost_sales", "The amount lost on a day; null where no demand is known"),
    comment="Stock by place and category, as long as the same snapshots stand",
)

sessions_by_segment = Table(
    "sessions_by_segment",
    METADATA,
    text("shop_id", "Shop"),
    day("started_date", "Day of the sessions"),
    text("device", "Device class"),
    text("region", "Region"),
    text("channel", "Channel that brought them"),
    text("campaign_id", "Campaign that brought them"),
    text("category", "Category of the first product viewed"),
    text("visitor_kind", "new or returning"),
    count("sessions", "Sum of the metric"),
    count("bounced_sessions", "Sum of the metric"),
    count("funnel_view", "Sessions that reached the step"),
    count("funnel_cart", "Sessions that reached the step"),
    count("funnel_checkout", "Sessions that reached the step"),
    count("funnel_order", "Sessions that reached the step"),
    count("funnel_placed", "Sessions that reached the step"),
    count("funnel_pay", "Sessions that reached the step"),
    comment="Sessions of a day by who came and what brought them, and how far they went",
)
