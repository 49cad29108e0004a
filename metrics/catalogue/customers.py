"""Customers: new ones, members, who comes back, and what they say of us."""

from __future__ import annotations

from sqlalchemy import func

from connectors.schema import first_orders
from connectors.text import N_
from metrics.metric import Aggregate, Metric

CUSTOMERS = (
    Metric(
        "new_customers",
        N_("New customers"),
        N_("Known customers with their first paid order in the period, per shop."),
        Aggregate(first_orders, func.count(), "sold"),
        unit="count",
        owner="marketing",
    ),
)
