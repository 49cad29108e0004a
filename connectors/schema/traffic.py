"""Facts of traffic and marketing: what marketplaces count, what our own shops log, and spend."""

from connectors.schema.columns import (
    count,
    currency_columns,
    day,
    imported_table,
    key,
    moment,
    money,
    product_columns,
    text,
)

traffic_daily = imported_table(
    "traffic_daily",
    "Visitors as a marketplace counts them, one row per level that it reports",
    day("traffic_date", "Day", primary_key=True),
    key("shop_id", "Shop"),
    key("level", "What the row counts: shop, source or item; rows of two levels never add up"),
    key("traffic_source", "search 搜索, recommendation 推荐, paid 付费, live 直播 …; 'all'"),
    key("item_id", "Item (style) of an item row; 'all' otherwise"),
    count("visitors", "Visitors (UV)"),
    count("page_views", "Page views (PV)"),
    count("favourite_visitors", "Visitors who favoured or carted"),
    count("cart_visitors", "Visitors who carted"),
    count("order_buyers", "Buyers who placed an order"),
    count("paying_buyers", "Buyers who paid"),
    money("paid_amount", "Paid amount as the platform counts it"),
)

events = imported_table(
    "events",
    "One step of a visitor in our own shop or mini-program",
    key("shop_id", "Shop"),
    key("event_id", "Event"),
    *moment("event", "When it happened"),
    text("event_name", "view, cart, checkout, order, pay, favourite, search …"),
    text("visitor_id", "Device or cookie"),
    text("session_id", "Session"),
    text("customer_id", "Customer when signed in"),
    text("order_id", "Order that the step made or paid"),
    text("device", "Device class"),
    text("region", "Region"),
    text("channel", "Channel that brought the session"),
    text("campaign_id", "Campaign that brought the session"),
    *product_columns(),
    money("amount", "Value of the step"),
    *currency_columns(),
)

ad_spend = imported_table(
    "ad_spend",
    "Spend by day and campaign, with what the platform claims for it",
    day("spend_date", "Day (or first day of the week that the source reports)", primary_key=True),
    key("campaign_id", "Campaign"),
    key("ad_id", "Ad or item; 'all' when the source stops at the campaign"),
    text("shop_id", "Shop that it advertises"),
    text("channel", "Channel"),
    text("creator_id", "Creator 达人"),
    text("style_id", "Advertised style"),
    money("spend", "Spend"),
    count("impressions", "Impressions"),
    count("clicks", "Clicks"),
    money("claimed_sales", "Sales that the platform claims"),
    count("claimed_orders", "Orders that the platform claims"),
    count("claim_window_days", "Attribution window of the claim, days"),
    *currency_columns(),
)
