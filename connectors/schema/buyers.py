"""Derived facts of buyers: when they came, when they bought, when they became members.

Their SELECTs are registered by ``metrics``; this file says only what they hold.
"""

from sqlalchemy import Table

from connectors.schema.columns import METADATA, count, day, key, moment, money, text

memberships = Table(
    "memberships",
    METADATA,
    text("shop_id", "Shop"),
    text("region", "Region"),
    day("joined_date", "Day on which they became members; null for buyers who are none"),
    day("left_date", "Day on which their membership ended"),
    count("members", "How many"),
    comment="How many buyers became members, and left, on the same days",
)

first_orders = Table(
    "first_orders",
    METADATA,
    key("shop_id", "Shop"),
    key("customer_id", "Customer"),
    text("order_id", "First paid order"),
    *moment("sold", "When it counts"),
    text("channel", "Channel that brought it"),
    comment="First paid order of each known customer, per shop",
)

purchase_days = Table(
    "purchase_days",
    METADATA,
    key("shop_id", "Shop"),
    key("customer_id", "Customer"),
    day("sold_date", "Day with a paid line", primary_key=True),
    day(
        "previous_date", "The day before it on which the customer bought there; null for the first"
    ),
    day("next_date", "The day after it on which the customer bought there; null for the last"),
    day("again_date", "The first day, from it on, by which another order had come; null for none"),
    money("sales_amount", "Paid sales of the day"),
    comment="Days on which a known customer bought in a shop",
)

category_buyers = Table(
    "category_buyers",
    METADATA,
    text("shop_id", "Shop"),
    text("category", "Category as of the line"),
    day("sold_date", "Day on which they bought of it"),
    day("previous_date", "The day before it on which they bought of it; null for the first"),
    day("again_date", "The first day, from it on, by which another order of it had come"),
    count("customers", "How many known customers"),
    comment="How many customers bought of a category in a shop on the same days",
)
