"""Facts of satisfaction and brand: surveys, tickets, mentions."""

from connectors.schema.columns import (
    count,
    day,
    flag,
    has_time,
    imported_table,
    instant,
    key,
    moment,
    number,
    product_columns,
    text,
)

surveys = imported_table(
    "surveys",
    "One answer to 'would you recommend us?'; a review stands in where a source has no survey",
    key("survey_id", "Survey or review set"),
    key("answer_id", "Answer"),
    *moment("answered", "When it was answered; null when the source has no dates"),
    has_time(),
    text("shop_id", "Shop"),
    text("order_id", "Order that it is about"),
    text("customer_id", "Customer"),
    *product_columns(),
    number("score", "Score on the source's own scale"),
    text("nps_group", "promoter, passive or detractor"),
    flag("is_proxy", "True when the group is read from a rating and not from a 0–10 score"),
    count("age", "Age of who answered"),
)

tickets = imported_table(
    "tickets",
    "One request to the customer service",
    key("shop_id", "Shop"),
    key("ticket_id", "Ticket"),
    *moment("opened", "When it was opened"),
    instant("answered_at", "First answer, UTC"),
    instant("closed_at", "When it was closed, UTC"),
    text("kind", "Kind: size, quality, delivery, refund …"),
    text("order_id", "Order that it is about"),
    text("customer_id", "Customer"),
    text("sku_id", "SKU that it is about"),
    flag("is_after_sales", "It concerns an order that was delivered"),
)

brand_daily = imported_table(
    "brand_daily",
    "Mentions and surveyed awareness by day and platform",
    day("brand_date", "Day", primary_key=True),
    key("platform", "Platform that was listened to"),
    count("mentions", "Mentions 声量"),
    number("sentiment", "Mean sentiment, −1 to 1"),
    number("awareness", "Surveyed awareness, 0 to 1; null between surveys"),
)
