"""Derived facts of deliveries: how long each order took until its last parcel was there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Interval, Select, and_, case, func, literal, select

from connectors.schema import deliveries, order_deliveries, order_surveys, surveys

BANDS = ("0–24 h", "24–48 h", "48–72 h", "72–96 h")
LATER = "> 96 h"


def order_deliveries_select() -> Select[Any]:
    """The rows of `order_deliveries`; an order with a parcel under way has none."""
    parcel = deliveries.c
    took = func.max(parcel.delivered_at) - func.min(parcel.paid_at)
    ends = ((timedelta(days=n), band) for n, band in enumerate(BANDS, 1))
    within = [(took <= literal(end, Interval), band) for end, band in ends]
    return (
        select(parcel.shop_id, parcel.order_id, case(*within, else_=LATER).label("delivery_time"))
        .group_by(parcel.shop_id, parcel.order_id)
        .having(
            func.count(parcel.delivered_at) == func.count(), func.min(parcel.paid_at).is_not(None)
        )
    )


def order_surveys_select() -> Select[Any]:
    """The rows of `order_surveys`: the answers of a range would be looked for among all orders."""
    took, answer = order_deliveries.c, surveys.c
    same = and_(took.shop_id == answer.shop_id, took.order_id == answer.order_id)
    columns = (
        took.delivery_time if column is order_surveys.c.delivery_time else answer[column.name]
        for column in order_surveys.columns
    )
    return select(*columns).select_from(surveys.outerjoin(order_deliveries, same))
