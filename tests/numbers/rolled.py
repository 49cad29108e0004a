"""Random sales, returns, visits and stock, many a day, for what sums them up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from connectors.schema import returns

FIRST, DAYS, ORDERS, SESSIONS = date(2025, 1, 1), 60, 400, 900
SKCS = {"k1": "t1", "k2": "t1", "k3": "t2"}
"""SKC → its style; of each there is one SKU."""


def sales(*, apart: bool) -> pl.DataFrame:
    """Orders of one to three lines; `apart`: the lines of an order differ in their mode."""
    random = np.random.default_rng(7)
    order = np.repeat(np.arange(ORDERS), random.integers(1, 4, ORDERS))
    count = len(order)

    def of(values: list[str | None], per_order: bool = True) -> list[str | None]:  # noqa: FBT001, FBT002
        chosen = random.integers(0, len(values), ORDERS if per_order else count)
        return [values[i] for i in (chosen[order] if per_order else chosen)]

    day = random.integers(0, DAYS, ORDERS)[order]
    money = pl.Series(np.round(random.uniform(1, 500, count), 2)).cast(pl.Decimal(18, 4))
    nothing = pl.Series([None] * count, dtype=money.dtype)
    holes = pl.Series(random.random(count) < 0.3)
    skcs = of([*SKCS, None], per_order=False)
    return pl.DataFrame(
        {
            "shop_id": of(["s0", "s1", "s2"]),
            "order_id": [f"o{each}" for each in order],
            "line_id": [str(each) for each in range(count)],
            "sold_date": [FIRST + timedelta(days=int(each)) for each in day],
            "mode": of(["shelf", "self_live", None], per_order=not apart),
            "creator_id": of(["k1", None]),
            "channel": of(["search", "paid", None]),
            "region": of(["north", "south"]),
            "category": of(["c1", "c2", None], per_order=False),
            "size": of(["S", "M"], per_order=False),
            "skc_id": skcs,
            "style_id": [SKCS.get(str(each)) for each in skcs],
            "sku_id": [each and f"{each}-M" for each in skcs],
            "line_type": of(["sale", "sale", "adjustment"], per_order=False),
            "is_paid": random.random(count) < 0.8,
            "is_cancelled": random.random(count) < 0.1,
            "is_shipped": random.random(count) < 0.7,
            "customer_id": of(["a", "b", None]),
            "price_state": of(["full_price", "clearance", None], per_order=False),
            "quantity": random.integers(1, 4, count),
            "unit_price": money.zip_with(~holes, nothing),
            "gross_amount": money,
            "sales_amount": money,
            "platform_fee": money.zip_with(~holes, nothing),
            "unit_cost": money.zip_with(holes, nothing),
            "tag_amount": money.zip_with(~holes, nothing),
        }
    ).with_columns(ordered_date="sold_date")


def sent_back(lines: pl.DataFrame) -> pl.DataFrame:
    """A hundred of the lines."""
    back = lines.sample(100, seed=1).with_columns(
        return_id="order_id",
        order_line_id="line_id",
        refund_amount=pl.col("sales_amount") / 2,
        refunded_date=pl.col("sold_date") + pl.duration(days=3),
        kind=pl.lit("return"),
    )
    return back.select(each.name for each in returns.columns if each.name in back.columns)


def arrivals() -> pl.DataFrame:
    """Of two of the SKUs it is known that they arrived."""
    return pl.DataFrame(
        {
            "purchase_id": ["p1", "p2"],
            "line_id": ["1", "1"],
            "supplier_id": ["f1", "f1"],
            "kind": ["purchase", "purchase"],
            "ordered_date": [FIRST - timedelta(days=9), FIRST - timedelta(days=14)],
            "sku_id": ["k1-M", "k3-M"],
            "received_date": [FIRST, FIRST],
            "received_quantity": [900, 900],
        }
    )


def goods() -> pl.DataFrame:
    """What two of the SKUs are today: of another category than when they were sold."""
    return pl.DataFrame(
        {
            "sku_id": ["k1-M", "k2-M"],
            "category": ["c9", None],
            "year_season": ["2025 spring", None],
            "is_replenishable": [True, False],
            "planned_end_date": [None, FIRST + timedelta(days=40)],
            "supplier_id": ["f1", None],
        }
    )


def shelves() -> pl.DataFrame:
    """Snapshots of three SKUs in two places; some days are missing, and some costs."""
    random = np.random.default_rng(5)
    days = [FIRST + timedelta(days=each) for each in range(DAYS)]
    place = {"warehouse_id": ["w0", "w1"]}
    goods = {"sku_id": [f"{each}-M" for each in SKCS], "category": ["c1", "c2", None]}
    every = pl.DataFrame({"stock_date": days}).join(pl.DataFrame(place), how="cross")
    every = every.join(pl.DataFrame(goods), how="cross")
    there = pl.Series(random.random(every.height) < 0.6)
    counts = ("on_hand", "reserved", "inbound", "returning")
    numbers = {name: random.integers(0, 9, every.height) for name in counts}
    cost = pl.Series(np.round(random.uniform(1, 99, every.height), 2)).cast(pl.Decimal(18, 4))
    known = pl.Series(random.random(every.height) < 0.7)
    rows = every.with_columns(
        **numbers, unit_cost=pl.when(known).then(cost), first_received_date=pl.lit(FIRST)
    )
    return rows.filter(there)


def visits() -> pl.DataFrame:
    """Sessions that reach some of the steps, in any order."""
    random = np.random.default_rng(11)

    def of(*values: str | None) -> list[str | None]:
        return [values[i] for i in random.integers(0, len(values), SESSIONS)]

    began = [
        datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=int(each))
        for each in random.integers(0, DAYS * 24 * 60, SESSIONS)
    ]

    def step(share: float) -> list[datetime | None]:
        after, reached = random.integers(0, 30, SESSIONS), random.random(SESSIONS) < share
        both = zip(began, after, reached, strict=True)
        return [at + timedelta(minutes=int(wait)) if there else None for at, wait, there in both]

    return pl.DataFrame(
        {
            "shop_id": of("s0", "s1"),
            "session_id": [f"v{each}" for each in range(SESSIONS)],
            "visitor_id": of("a", "b", "c", None),
            "started_at": [at - timedelta(hours=8) for at in began],
            "started_date": [at.date() for at in began],
            "device": of("ios", "android", None),
            "region": of("north", "south"),
            "channel": of("search", "paid", None),
            "campaign_id": of("x", None),
            "category": of("c1", "c2", None),
            "visitor_kind": of("new", "returning", None),
            "event_count": random.integers(1, 4, SESSIONS),
            "viewed_at": step(0.9),
            "carted_at": step(0.6),
            "checkout_at": step(0.6),
            "order_at": step(0.5),
            "pay_at": step(0.5),
        }
    )
