"""Campaigns and what they cause: spend, its lasting and saturating effect, visits, first orders.

Arrays are flows × days from −HISTORY on, in a business of the size of one first order a day; who
knows the size multiplies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from connectors.demo.flows import (
    CONVERSION,
    FLOW_SHARE,
    FLOW_SHOP,
    FLOWS,
    ORDER_VALUE,
    PAID,
    RETURN_CONVERSION,
    RETURN_SHARE,
)
from connectors.demo.places import IS_STORE
from connectors.demo.seasons import HISTORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.incidents import Incident
    from connectors.demo.seasons import Calendar

GROWTH = 0.10
"""A year, for the free flows."""
_LENGTHS, _GAPS = (21, 50), (2, 9)


class Campaign(NamedTuple):
    """A campaign of a paid flow, from `start` to before `end`; `level` times the usual spend."""

    flow: int
    start: int
    end: int
    level: float


class Marketing(NamedTuple):
    """What was spent and what it caused: flows × days from −HISTORY on.

    `spend` in CNY, `visits`, `orders` (expected first orders), `campaign` the number of the
    campaign that runs, else −1, `half` the spend a day (CNY) at which half of the most is reached.
    """

    campaigns: tuple[Campaign, ...]
    campaign: Array
    spend: Array
    stock: Array
    visits: Array
    orders: Array
    half: Array


def plan_marketing(
    arguments: Arguments, calendar: Calendar, incidents: Sequence[Incident]
) -> Marketing:
    """Campaigns, spend and effects for a business of one expected first order a day."""
    random, span = arguments.random("marketing"), len(calendar.dates)
    lift = np.stack([calendar.lift(store=bool(each)) for each in IS_STORE])[FLOW_SHOP]
    campaigns = tuple(each for flow in PAID for each in _campaigns(flow, span, random))
    campaign = np.full((len(FLOWS), span), -1)
    relative = np.zeros((len(FLOWS), span))
    for number, each in enumerate(campaigns):
        days = slice(each.start + HISTORY, each.end + HISTORY)
        campaign[each.flow, days] = number
        relative[each.flow, days] = each.level * random.lognormal(0, 0.18, each.end - each.start)
    relative *= lift**0.6
    effect, stock = _effect(relative)
    for incident in incidents:
        if incident.kind == "channel_fatigue":
            effect[incident.flow, incident.start + HISTORY : incident.end + HISTORY] *= (
                1 - incident.size
            )
    effect *= _mood(random, span)[FLOW_SHOP]
    usual = FLOW_SHARE[:, None]
    half = np.array([flow.curve[2] if flow.curve else 0.0 for flow in FLOWS])
    half *= FLOW_SHARE * ORDER_VALUE
    return Marketing(
        campaigns=campaigns,
        campaign=campaign,
        spend=relative * half[:, None],
        stock=stock * half[:, None],
        visits=usual / CONVERSION[:, None] * effect * lift**0.6,
        orders=usual * effect * lift,
        half=half,
    )


def sized(marketing: Marketing, orders_a_day: float) -> Marketing:
    """The same for a business of so many expected first orders a day."""
    names = ("spend", "stock", "visits", "orders", "half")
    return marketing._replace(**{name: getattr(marketing, name) * orders_a_day for name in names})


def with_returning(marketing: Marketing, orders: Array) -> Marketing:
    """The visits of those who come again added.

    Args:
        marketing: of the business's size.
        orders: expected orders, first and later ones, by shop and day from −HISTORY on.
    """
    again = orders - np.stack([marketing.orders[n == FLOW_SHOP].sum(0) for n in range(len(orders))])
    free = np.array([RETURN_SHARE[shop == FLOW_SHOP].sum() for shop in FLOW_SHOP])
    share = RETURN_SHARE / free / np.maximum(RETURN_CONVERSION, CONVERSION)
    return marketing._replace(visits=marketing.visits + share[:, None] * again[FLOW_SHOP])


def response(stock: Array, exponent: float) -> Array:
    """Effect of spend that has piled up, 1 for the usual one and never above 2."""
    powered = stock**exponent
    effect: Array = 2 * powered / (1 + powered)
    return effect


def _effect(relative: Array) -> tuple[Array, Array]:
    """The effect of each flow by day, 1 on a usual one, and the spend that has piled up."""
    effect, piled = np.ones_like(relative), np.zeros_like(relative)
    effect *= (1 + GROWTH) ** (np.arange(-HISTORY, relative.shape[1] - HISTORY) / 365)
    for flow in PAID:
        lasting, exponent = (FLOWS[flow].curve or (0.0, 1.0))[:2]
        level = 1.0
        for day, spent in enumerate(relative[flow]):
            level = lasting * level + (1 - lasting) * spent
            piled[flow, day] = level
        effect[flow] = response(piled[flow], exponent)
    return effect, piled


def _campaigns(flow: int, span: int, random: np.random.Generator) -> list[Campaign]:
    found, at = [], -HISTORY - int(random.integers(0, 20))
    while at < span - HISTORY:
        length = int(random.integers(*_LENGTHS))
        start, end = max(at, -HISTORY), min(at + length, span - HISTORY)
        if end > start:
            found.append(Campaign(flow, start, end, float(random.lognormal(0, 0.4))))
        at += length + int(random.integers(*_GAPS))
    return found


def _mood(random: np.random.Generator, span: int) -> Array:
    """What moves a shop's days besides all that is planned: it lasts for some days."""
    shocks = random.normal(0, 0.05, (len(IS_STORE), span))
    mood = np.zeros_like(shocks)
    for day in range(1, span):
        mood[:, day] = 0.7 * mood[:, day - 1] + shocks[:, day]
    return np.exp(mood)
