"""Derived facts: built once per generation, so that facts are joined where the join is exact.

Their SELECTs are registered by ``metrics``; this file says only what they hold.
"""

from sqlalchemy import Table

from connectors.schema.columns import (
    METADATA,
    count,
    day,
    flag,
    has_time,
    instant,
    key,
    moment,
    money,
    number,
    product_columns,
    text,
)

order_returns = Table(
    "order_returns",
    METADATA,
    key("shop_id", "Shop"),
    key("return_id", "Return"),
    key("line_id", "Line within the return"),
    flag("has_order", "The order is known; without it the return is dated by its refund"),
    *moment("refunded", "When it was refunded"),
    *moment("sold", "When its order counts; the refund's own date without an order"),
    flag("has_time", "Both dates have a time of day"),
    text("kind", "refund_only, return or exchange"),
    flag("is_before_shipping", "Refunded before the goods left"),
    text("reason", "Reason"),
    flag("is_quality", "The reason is one of quality"),
    text("mode", "Sales mode of the order"),
    text("creator_id", "Creator of the order"),
    text("customer_id", "Customer of the order"),
    text("region", "Region of the order"),
    text("warehouse_id", "Warehouse of the order"),
    text("channel", "Channel of the order"),
    *product_columns(),
    text("price_state", "Price state of the order line"),
    text("price_band", "Band of the order line's unit price"),
    text("discount_band", "Band of what was paid of the order line's tag price"),
    count("quantity", "Units returned"),
    count("undone_quantity", "Units sold that did not stay sold: returned, or never sent"),
    money("refund_amount", "Money given back"),
    money("resaleable_cost", "Cost of the units that can be sold again; null when unknown"),
    money("freight_back", "Freight of the return that the seller pays"),
    flag("has_cost", "The cost of the order line is known"),
    comment="Returns carrying their order's attributes",
)

order_deliveries = Table(
    "order_deliveries",
    METADATA,
    key("shop_id", "Shop"),
    key("order_id", "Order"),
    text("delivery_time", "Hours from payment to its last parcel, in bands of a day"),
    comment="How long each order that was delivered whole took",
)

order_surveys = Table(
    "order_surveys",
    METADATA,
    key("survey_id", "Survey or review set"),
    key("answer_id", "Answer"),
    *moment("answered", "When it was answered; null when the source has no dates"),
    has_time(),
    text("shop_id", "Shop"),
    text("order_id", "Order that it is about"),
    text("customer_id", "Customer"),
    *product_columns(),
    text("nps_group", "promoter, passive or detractor"),
    text("delivery_time", "How long the order took, as `order_deliveries` has it"),
    comment="Survey answers carrying how long their order took",
)

returning_visitors = Table(
    "returning_visitors",
    METADATA,
    key("shop_id", "Shop"),
    key("visitor_id", "Visitor"),
    day("first_date", "The first day on which the visitor was seen there"),
    comment="Visitors who were seen in a shop on more than one day",
)

sessions = Table(
    "sessions",
    METADATA,
    key("shop_id", "Shop"),
    key("session_id", "Session"),
    text("visitor_id", "Visitor"),
    text("customer_id", "Customer when signed in"),
    *moment("started", "First step"),
    text("device", "Device class"),
    text("region", "Region"),
    text("channel", "Channel that brought it"),
    text("campaign_id", "Campaign that brought it"),
    text("category", "Category of the first product viewed"),
    text("visitor_kind", "new on the visitor's first day in the shop, returning on later ones"),
    count("event_count", "Steps"),
    instant("viewed_at", "First view, UTC; null when the step was not reached"),
    instant("carted_at", "First cart, UTC"),
    instant("checkout_at", "First checkout, UTC"),
    instant("order_at", "First order, UTC"),
    instant("pay_at", "First payment, UTC"),
    comment="Sessions with the time of each step",
)

touches = Table(
    "touches",
    METADATA,
    key("shop_id", "Shop"),
    key("order_id", "Order"),
    key("session_id", "Session that touched the buyer before the order"),
    text("campaign_id", "Campaign of the session"),
    text("channel", "Channel of the session"),
    instant("touched_at", "Start of the session, UTC"),
    *moment("sold", "When the order counts"),
    number("age_days", "Days from the touch to the order"),
    count("position", "1 for the first touch of the order"),
    count("position_from_last", "1 for the last touch of the order"),
    money("sales_amount", "Paid sales of the order"),
    comment="Which campaigns touched an order, within the longest window",
)

refund_expectations = Table(
    "refund_expectations",
    METADATA,
    key("shop_id", "Shop"),
    key("mode", "Sales mode; '' when unknown"),
    key("category", "Category; '' when unknown"),
    day("sold_date", "Day of the orders", primary_key=True),
    money("sales_amount", "Paid sales of the day"),
    number("expected_refund_rate", "Share of it expected to be refunded in the end"),
    comment="Expected final refund rate of each day's paid sales, by shop, mode and category",
)

refund_rates = Table(
    "refund_rates",
    METADATA,
    key("shop_id", "Shop; '' for all shops"),
    day("sold_date", "Day of the orders", primary_key=True),
    number("expected_refund_rate", "Share of the day's paid sales expected to be refunded"),
    comment="Expected final refund rate of each day's paid sales, by shop",
)

visits_daily = Table(
    "visits_daily",
    METADATA,
    text("shop_id", "Shop"),
    day("visit_date", "Day"),
    text("level", "shop, source or item; rows of two levels never add up"),
    text("traffic_source", "Source of a source row; a channel of a shop with events"),
    text("style_id", "Style of an item row"),
    flag("is_logged", "Counted from the shop's events, not by a marketplace"),
    count("visitors", "Visitors"),
    count("favourite_visitors", "Visitors who favoured or carted"),
    count("order_buyers", "Visitors who placed an order"),
    count("paying_buyers", "Visitors who paid"),
    comment="Visitors of each day: as the marketplace counts them, else from the shop's events",
)

stock_targets = Table(
    "stock_targets",
    METADATA,
    key("warehouse_id", "Warehouse or store"),
    key("sku_id", "SKU 码"),
    number("week", "The week, from Monday on, counted since 1970", primary_key=True),
    number("demand", "Units a day that are expected"),
    number("demand_variance", "Variance of a day's units around them"),
    number("demand_doubt", "Variance of what is expected, by how little is known"),
    number("safety_stock", "What is kept beyond the demand expected until the next arrival"),
    number("reorder_point", "Demand of the lead time + safety stock; null without a lead time"),
    number("target_stock", "Least stock that meets 95 % of demand from the shelf"),
    comment="Stock targets of each SKU on sale, week by week, under intermittent demand",
)

stock_spans = Table(
    "stock_spans",
    METADATA,
    key("warehouse_id", "Warehouse or store"),
    *(key(c.name, "SKU 码") if c.name == "sku_id" else c for c in product_columns()),
    day("stock_date", "Day of the snapshot", primary_key=True),
    day("next_date", "Day of the SKU's next snapshot there; null for the last"),
    count("on_hand", "Units in the house, saleable"),
    count("reserved", "Units promised"),
    count("inbound", "Units on order from suppliers"),
    count("returning", "Units on their way back"),
    count("available", "On hand − reserved"),
    money("unit_cost", "Cost of one unit, of the snapshot or else today's"),
    day("first_received_date", "First arrival of the stock at hand"),
    flag("is_active", "On sale that day: launched, and its season not over"),
    flag("is_core_size", "One of the sizes without which an SKC counts as broken"),
    flag("is_replenishable", "Can be ordered again"),
    number("daily_demand", "Mean units sold on a day in stock, over the 28 days to the snapshot"),
    number("unit_price", "Mean paid price of a unit over these days"),
    number("demand_days", "Days in stock of these 28"),
    number("demand_sd", "Standard deviation of the units of a day in stock"),
    number("selling_share", "Share of these days with a sale"),
    number("week", "The week, from Monday on, counted since 1970"),
    number("season_days", "Days left of the season of goods bought once × share that stays sold"),
    number("safety_stock", "z·√(L̄σ_d² + d̄²σ_L²), of what can be ordered again"),
    number("reorder_point", "Demand of the lead time + safety stock"),
    number("target_stock", "Reorder point + demand until the next review; else of the season"),
    comment="Stock snapshots with how long each stands, and the demand that it meets",
)
