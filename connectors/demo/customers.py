"""Customers: who came first when, how often they come back, and until when.

Rates of coming back are gamma distributed over customers, and so are those of staying away for
good; both follow the seasons of the trade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from connectors.demo.flows import FLOW_SHOP, FLOWS, RETURN_SHARE, flows_of
from connectors.demo.places import IS_STORE, REGION_SHARES, SHOPS, STORE_REGIONS, STORES
from connectors.demo.seasons import HISTORY

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.marketing import Marketing
    from connectors.demo.seasons import Calendar

RATE_SHAPE, RATE_MEAN = 0.42, 1.15
"""Of the gamma distribution of orders a year while a customer stays."""
STAY_SHAPE, STAY_DAYS = 1.6, 260.0
"""Customers leave at a rate that is gamma distributed too: they stay for a Lomax time."""
_DEVICES = (0.58, 0.38, 0.04)


class Customers(NamedTuple):
    """One position a customer, by the day of the first order (from −HISTORY on).

    `day`, `flow` of the first order, `style` that it is about (−1: any), `rate` orders a year,
    `left` day after which they never come back, `region`, `device`, `masked` the shop does not
    know them.
    """

    day: Array
    flow: Array
    style: Array
    rate: Array
    left: Array
    region: Array
    device: Array
    masked: Array


class Skeleton(NamedTuple):
    """Orders before anything is known but who, when and how; sorted by day."""

    day: Array
    flow: Array
    customer: Array
    style: Array
    is_first: Array


def expected_orders(first: Array, calendar: Calendar) -> Array:
    """Expected orders, first and later ones, by shop and day from −HISTORY on.

    Args:
        first: expected first orders, flows × days.
        calendar: the days.
    """
    by_shop = np.stack([first[flows_of(shop)].sum(0) for shop in range(len(SHOPS))])
    span = first.shape[1]
    stays = (1 + np.arange(span) / (STAY_DAYS * (STAY_SHAPE - 1))) ** -STAY_SHAPE
    size = 2 ** int(np.ceil(np.log2(2 * span)))
    left = np.fft.irfft(np.fft.rfft(by_shop, size) * np.fft.rfft(stays, size), size)[:, :span]
    total: Array = by_shop + RATE_MEAN / 365 * left * _tempo(calendar)
    return total


def make_customers(
    arguments: Arguments, marketing: Marketing, extra: list[tuple[Array, int, int]]
) -> Customers:
    """All customers.

    Args:
        arguments: of the shop.
        marketing: with the expected first orders.
        extra: first orders that an incident causes: days, flow and style.
    """
    random = arguments.random("customers")
    counts = random.poisson(marketing.orders)
    flow, day = (np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape))
    day = np.concatenate([day - HISTORY, *(days for days, _, _ in extra)])
    flow = np.concatenate([flow, *(np.full(len(days), f) for days, f, _ in extra)])
    style = np.full(len(day), -1)
    if extra:
        tail = np.concatenate([np.full(len(days), s) for days, _, s in extra])
        style[len(style) - len(tail) :] = tail
    order = np.argsort(day, kind="stable")
    return _described(day[order].astype(np.int32), flow[order], style[order], random)


def orders_of(arguments: Arguments, customers: Customers, calendar: Calendar) -> Skeleton:
    """Every order from day 0 on, of all customers."""
    random = arguments.random("orders")
    again, day = _again(customers, calendar, random)
    firsts = np.flatnonzero(customers.day >= 0)
    customer = np.concatenate([firsts, again])
    days = np.concatenate([customers.day[firsts], day])
    flow = np.concatenate([customers.flow[firsts], _return_flows(customers, again, random)])
    style = np.concatenate([customers.style[firsts], np.full(len(again), -1)])
    is_first = np.arange(len(customer)) < len(firsts)
    order = np.argsort(days, kind="stable")
    return Skeleton(days[order], flow[order], customer[order], style[order], is_first[order])


def _described(day: Array, flow: Array, style: Array, random: np.random.Generator) -> Customers:
    count, shop = len(day), FLOW_SHOP[flow]
    rate = random.gamma(RATE_SHAPE, RATE_MEAN / RATE_SHAPE, count)
    stay = STAY_DAYS * (STAY_SHAPE - 1) * random.standard_exponential(count)
    stay /= random.standard_gamma(STAY_SHAPE, count)
    region = random.choice(len(REGION_SHARES), count, p=REGION_SHARES)
    for store, at in zip(STORES, STORE_REGIONS, strict=True):
        region[shop == store] = at
    masks = np.array([shop.masks for shop in SHOPS])
    return Customers(
        day=day,
        flow=flow.astype(np.int16),
        style=style,
        rate=rate,
        left=day + stay,
        region=region.astype(np.int8),
        device=random.choice(len(_DEVICES), count, p=_DEVICES).astype(np.int8),
        masked=random.random(count) < masks[shop],
    )


def _again(
    customers: Customers, calendar: Calendar, random: np.random.Generator
) -> tuple[Array, Array]:
    """Who comes again on which day: a Poisson process on the clock of the trade's seasons."""
    edges = np.arange(-HISTORY, calendar.days + 1)
    tempo = _tempo(calendar)
    customer: list[Array] = []
    days: list[Array] = []
    for shop in range(len(SHOPS)):
        own = np.flatnonzero(FLOW_SHOP[customers.flow] == shop)
        clock = np.concatenate([[0.0], np.cumsum(tempo[shop])])
        start = np.interp(customers.day[own] + 1, edges, clock)
        stop = np.interp(np.minimum(customers.left[own], calendar.days), edges, clock)
        length = np.maximum(stop - start, 0)
        counts = random.poisson(customers.rate[own] / 365 * length)
        who = np.repeat(np.arange(len(own)), counts)
        at = start[who] + random.random(len(who)) * length[who]
        customer.append(own[who])
        days.append(np.floor(np.interp(at, clock, edges)))
    again, day = np.concatenate(customer), np.concatenate(days).astype(np.int32)
    inside = (day >= 0) & (day < calendar.days)
    return again[inside], day[inside]


def _return_flows(customers: Customers, again: Array, random: np.random.Generator) -> Array:
    flow = customers.flow[again].copy()
    shops = FLOW_SHOP[flow]
    for shop in range(len(SHOPS)):
        own, ways = np.flatnonzero(shops == shop), flows_of(shop)
        shares = RETURN_SHARE[ways] / RETURN_SHARE[ways].sum()
        flow[own] = random.choice(ways, len(own), p=shares)
    return flow


def _tempo(calendar: Calendar) -> Array:
    """How fast the clock of coming back runs, shops × days."""
    return np.stack([calendar.lift(store=bool(each)) for each in IS_STORE])


__all__ = ["FLOWS", "Customers", "Skeleton", "expected_orders", "make_customers", "orders_of"]
