"""Orders of one month: when they are placed, whether they are paid, whence and how they ship."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.flows import CREATOR_LIVE, FLOW_SHOP, FLOWS, SELF_LIVE
from connectors.demo.places import (
    COURIER_SHARES,
    COURIER_SPEED,
    FIRST_STORE,
    GUANGZHOU,
    HANGZHOU,
    IS_STORE,
    JD,
    SOUTH,
    STORES,
    TMALL,
    TRANSIT_DAYS,
)
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.customers import Customers, Skeleton
    from connectors.demo.incidents import Incident
    from connectors.demo.seasons import Calendar

HOUR = 3_600
_SHELF = (
    26,
    14,
    8,
    5,
    4,
    6,
    12,
    20,
    32,
    44,
    54,
    58,
    60,
    56,
    52,
    50,
    50,
    50,
    52,
    60,
    76,
    84,
    76,
    50,
)
_LIVE = (
    30,
    12,
    4,
    2,
    1,
    2,
    4,
    8,
    14,
    20,
    26,
    30,
    34,
    34,
    34,
    34,
    34,
    38,
    50,
    90,
    130,
    140,
    120,
    70,
)
_STORE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 40, 46, 50, 66, 78, 74, 66, 60, 70, 72, 40, 0, 0)
_CLOCKS = np.cumsum([np.array(each) / sum(each) for each in (_SHELF, _LIVE, _STORE)], axis=1)
_FLOW_CLOCK = np.array(
    [
        2 if IS_STORE[flow.shop] else 1 if flow.mode in {SELF_LIVE, CREATOR_LIVE} else 0
        for flow in FLOWS
    ]
)
_UNPAID, _PRESALE, _NO_BALANCE, _LOST = 0.065, 0.35, 0.1, 0.001
_SHIP_HOURS = np.array([9.0, 11.0])
_QUICKER = 0.72
"""Trunk lines run at night: parcels take less than the days that couriers quote."""


def orders_of_month(
    arguments: Arguments,
    calendar: Calendar,
    customers: Customers,
    skeleton: Skeleton,
    days: tuple[int, int],
    incidents: Sequence[Incident],
) -> pl.DataFrame:
    """The orders that buyers want to place from day `days[0]` to before `days[1]`, by time.

    Times are seconds since the first day began; `NEVER` where it does not happen. Columns: order,
    day, t, shop, flow, style, customer,
    masked, is_first, region, device, is_presale, paid_t, warehouse,
    other (the warehouse that helps out, −1: none), courier, ship_t, deliver_t, usual_t (deliver_t
    without incident), fails (the checkout does not work).
    """
    random = arguments.random("orders", days[0])
    start, stop = np.searchsorted(skeleton.day, days)
    flow = skeleton.flow[start:stop].astype(np.int64)
    customer, day = skeleton.customer[start:stop], skeleton.day[start:stop].astype(np.int64)
    placed = day * DAY + _seconds(_FLOW_CLOCK[flow], random)
    by_time = np.argsort(placed, kind="stable")
    flow, customer, day, placed = (each[by_time] for each in (flow, customer, day, placed))
    shop, region = FLOW_SHOP[flow], customers.region[customer].astype(np.int64)
    is_presale, paid = _paid(calendar, shop, day, placed, random)
    warehouse, other = _warehouses(shop, region, random)
    courier = random.choice(len(COURIER_SHARES), len(day), p=COURIER_SHARES)
    shipped = _shipped(calendar, paid, warehouse, random)
    delivered, usual = _delivered(shipped, warehouse, region, courier, incidents, random)
    frame = pl.DataFrame(
        {
            "order": np.arange(start, stop),
            "day": day,
            "t": placed,
            "shop": shop,
            "flow": flow,
            "style": skeleton.style[start:stop][by_time].astype(np.int64),
            "customer": customer.astype(np.int64),
            "masked": customers.masked[customer],
            "is_first": skeleton.is_first[start:stop][by_time],
            "region": region,
            "device": customers.device[customer].astype(np.int64),
            "is_presale": is_presale,
            "paid_t": paid,
            "warehouse": warehouse,
            "other": other,
            "courier": courier,
            "ship_t": shipped,
            "deliver_t": delivered,
            "usual_t": usual,
        }
    )
    return frame.with_columns(fails=_fails(frame, incidents, random))


def day_seconds(count: int, random: np.random.Generator) -> Array:
    """Seconds of the day of visits to a shelf."""
    return _seconds(np.zeros(count, dtype=np.int64), random)


def _seconds(clock: Array, random: np.random.Generator) -> Array:
    """A second of the day for each order, by its clock."""
    hour = np.minimum((random.random((len(clock), 1)) > _CLOCKS[clock]).sum(1), 23)
    seconds: Array = hour * HOUR + random.integers(0, HOUR, len(clock))
    return seconds


def _paid(
    calendar: Calendar, shop: Array, day: Array, placed: Array, random: np.random.Generator
) -> tuple[Array, Array]:
    due = calendar.balance_days()[day]
    presale = (due >= 0) & np.isin(shop, (TMALL, JD)) & (random.random(len(day)) < _PRESALE)
    soon = placed + random.exponential(150, len(day)).astype(np.int64) + 8
    later = due * DAY + 20 * HOUR + (random.beta(1, 4, len(day)) * 52 * HOUR).astype(np.int64)
    unpaid = random.random(len(day)) < np.where(presale, _NO_BALANCE, _UNPAID)
    unpaid &= ~IS_STORE[shop]
    return presale, np.where(unpaid, NEVER, np.where(presale, later, soon))


def _warehouses(shop: Array, region: Array, random: np.random.Generator) -> tuple[Array, Array]:
    south = random.random(len(shop)) < np.array(SOUTH)[region]
    near = np.where(south, GUANGZHOU, HANGZHOU)
    in_store = IS_STORE[shop]
    store = FIRST_STORE + shop - STORES[0]
    return np.where(in_store, store, near), np.where(in_store, -1, 1 - near)


def _shipped(
    calendar: Calendar, paid: Array, warehouse: Array, random: np.random.Generator
) -> Array:
    online = warehouse < FIRST_STORE
    hours = np.append(_SHIP_HOURS, np.zeros(4))[np.where(online, warehouse, FIRST_STORE)]
    day = np.minimum(paid // DAY, calendar.days - 1)
    crowd = np.maximum(calendar.lift(store=False)[-calendar.days :][day] / 1.6, 1.0)
    lag = hours * random.lognormal(0, 0.5, len(paid)) * crowd
    return np.where(paid == NEVER, NEVER, paid + (lag * HOUR).astype(np.int64))


def _delivered(
    shipped: Array,
    warehouse: Array,
    region: Array,
    courier: Array,
    incidents: Sequence[Incident],
    random: np.random.Generator,
) -> tuple[Array, Array]:
    """When parcels arrive, and when they would without incident."""
    online = warehouse < FIRST_STORE
    between = np.array(TRANSIT_DAYS)[np.minimum(warehouse, 1), region]
    taken = between * np.array(COURIER_SPEED)[courier] * random.lognormal(0, 0.22, len(shipped))
    taken *= _QUICKER
    longer = np.zeros(len(shipped))
    for each in incidents:
        if each.kind == "courier_delay":
            hit = each.covers(shipped) & (courier == each.courier) & (region == each.region)
            longer += np.where(hit, each.size * random.uniform(0.7, 1.3, len(hit)), 0)
    never = (online & (random.random(len(shipped)) < _LOST)) | (shipped == NEVER)
    arrived, usual = (
        np.where(never, NEVER, shipped + np.where(online, (days * DAY).astype(np.int64), 0))
        for days in (taken + longer, taken)
    )
    return arrived, usual


def _fails(
    orders: pl.DataFrame, incidents: Sequence[Incident], random: np.random.Generator
) -> Array:
    fails = np.zeros(orders.height, dtype=bool)
    for each in incidents:
        if each.kind == "checkout_fault":
            place = (orders["shop"] == each.shop) & (orders["device"] == each.device)
            chance = random.random(orders.height) < each.size
            fails |= each.covers(orders["t"].to_numpy()) & place.to_numpy() & chance
    return fails
