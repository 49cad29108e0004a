"""What a customer was worth, is expected to be worth, and which segment that makes."""

from sqlalchemy import Table

from connectors.schema.columns import METADATA, count, day, key, number, text

customer_values = Table(
    "customer_values",
    METADATA,
    key("shop_id", "Shop"),
    key("customer_id", "Customer"),
    text("channel", "Channel that brought the first order"),
    day("acquired_date", "Day of the first paid order"),
    day("last_date", "Last day on which the customer bought"),
    count("purchases", "Days on which the customer bought"),
    number("net_sales", "Paid sales − refunds, to date"),
    number("contribution", "What they left before ads, on lines with a cost; null without any"),
    number("alive", "Probability that the customer still buys; null with too few customers"),
    number("expected_purchases", "Days with a purchase expected in the coming 365"),
    number("expected_sales", "Net sales expected of them"),
    number("expected_contribution", "The same at the shop's contribution rate before ads"),
    number("recency", "1 to 5 by the last purchase, ties alike; null beyond the last 365 days"),
    number("frequency", "1 to 5 by the number of purchases in these"),
    number("monetary", "1 to 5 by their net sales"),
    text("segment", "RFM segment"),
    comment="Value to date and expected value of each known customer",
)

segment_moves = Table(
    "segment_moves",
    METADATA,
    text("shop_id", "Shop"),
    day("scored_date", "First day of the month, as of which customers were scored"),
    day("next_date", "First day of the month after; null for the last"),
    text("earlier_segment", "RFM segment a month before; null for who was in none"),
    text("segment", "RFM segment; null for who has not bought for 365 days"),
    count("customers", "Customers"),
    number("amount", "Their net sales of the 365 days before"),
    comment="RFM segments by month, and from which they came",
)

cohorts = Table(
    "cohorts",
    METADATA,
    text("shop_id", "Shop"),
    text("channel", "Channel that brought the first order"),
    day("cohort_date", "First day of the month of the first order"),
    text("months_since", "Calendar months since then, from 1"),
    count("customers", "Customers who first bought in that month"),
    count("active", "Those of them who bought in the later month"),
    comment="Who came back in which month; only months that are over",
)
