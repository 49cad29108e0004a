"""`customers`: those whom the shops know, and who of them are members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import at, on, word
from connectors.demo.flows import FLOW_SHOP, FLOWS
from connectors.demo.places import REGIONS, SHOPS
from connectors.demo.sales import ORDER_HEADS
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.demo.arguments import Arguments
    from connectors.demo.customers import Customers
    from connectors.demo.seasons import Calendar

_MEMBERS = np.array([0.38, 0.22, 0.18, 0.86, 1.0, 1.0, 1.0, 1.0])
_LEAVE_A_YEAR = 0.04
_WOMEN = 0.93
_BATCH = 500_000


def customer_id() -> pl.Expr:
    """The id of `customer` in `shop`; null where the shop masks them."""
    head = word(ORDER_HEADS, "shop")
    known = head + pl.col("customer").cast(pl.String).str.zfill(8)
    return pl.when(~pl.col("masked")).then(known)


def customers_tables(
    arguments: Arguments, customers: Customers, calendar: Calendar
) -> Iterator[pl.DataFrame]:
    """The rows of `customers`, in batches."""
    random = arguments.random("people")
    for start in range(0, len(customers.day), _BATCH):
        part = slice(start, min(start + _BATCH, len(customers.day)))
        yield _batch(customers, calendar, part, random)


def _batch(
    customers: Customers, calendar: Calendar, part: slice, random: np.random.Generator
) -> pl.DataFrame:
    day, flow = customers.day[part].astype(np.int64), customers.flow[part].astype(np.int64)
    count, shop = len(day), FLOW_SHOP[flow]
    member = random.random(count) < _MEMBERS[shop]
    joined = day * DAY + random.integers(10 * 3_600, 22 * 3_600, count)
    left = day + np.ceil(random.exponential(365 / _LEAVE_A_YEAR, count)).astype(np.int64)
    gone = member & (left < calendar.days)
    frame = pl.DataFrame(
        {
            "customer": np.arange(part.start, part.stop),
            "shop": shop,
            "flow": flow,
            "masked": customers.masked[part],
            "joined": np.where(member, joined, NEVER),
            "member": member & ~gone,
            "left": left,
            "gone": gone,
            "region": customers.region[part].astype(np.int64),
            "woman": random.random(count) < _WOMEN,
            "birth": random.integers(1968, 2006, count),
        }
    )
    rows = frame.select(
        shop_id=word([each.shop_id for each in SHOPS], "shop"),
        customer_id=customer_id(),
        joined_at=at(calendar, "joined"),
        is_member="member",
        left_date=pl.when("gone").then(on(calendar, "left")),
        acquisition_channel=word([each.channel for each in FLOWS], "flow"),
        region=word(REGIONS, "region"),
        gender=pl.when("woman").then(pl.lit("female")).otherwise(pl.lit("male")),
        birth_year="birth",
    )
    return rows.filter(pl.col("customer_id").is_not_null())
