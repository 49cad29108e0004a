"""The business before its first day: everything that later days build on, made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from connectors.demo.assortment import make_assortment
from connectors.demo.baskets import tastes
from connectors.demo.buying import Purchases, buy_seasons
from connectors.demo.customers import expected_orders, make_customers, orders_of
from connectors.demo.flows import flow_named
from connectors.demo.incidents import plan_incidents
from connectors.demo.labels import Labels
from connectors.demo.marketing import plan_marketing, sized, with_returning
from connectors.demo.mini_program import MiniProgram
from connectors.demo.month import House
from connectors.demo.plan import Plan
from connectors.demo.prices import Prices
from connectors.demo.seasons import HISTORY, Calendar
from connectors.demo.sightings import Sightings
from connectors.demo.stock import Stock
from connectors.demo.traffic import Traffic
from connectors.demo.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.customers import Customers, Skeleton
    from connectors.demo.incidents import Incident
    from connectors.demo.marketing import Marketing

_FLOW_OF = {"viral_style": "短视频", "price_error": "搜索"}
"""How buyers hear of what happens."""
_PLACED = 0.92
"""Share of the orders wanted that are placed, about; the others find their sizes sold out."""
_BARGAIN = 9.0
"""Times the usual orders of a style whose price is a mistake."""


@dataclass(frozen=True)
class Business:
    """What was made before the first day."""

    arguments: Arguments
    calendar: Calendar
    assortment: Assortment
    incidents: tuple[Incident, ...]
    prices: Prices
    taste: Array
    marketing: Marketing
    orders: Array
    customers: Customers
    skeleton: Skeleton
    labels: Labels
    house: House
    traffic: Traffic
    mini_program: MiniProgram
    truth: Truth
    sightings: Sightings


def found(arguments: Arguments) -> Business:
    """The business of these arguments, on the eve of its first day."""
    calendar = Calendar(arguments.first, arguments.days)
    assortment = make_assortment(arguments)
    incidents = plan_incidents(arguments, assortment)
    prices, taste = Prices(assortment), tastes(arguments, assortment)
    unit = plan_marketing(arguments, calendar, incidents)
    each_day = expected_orders(unit.orders, calendar)
    size = arguments.orders / _PLACED / each_day[:, HISTORY:].sum()
    orders = each_day * size
    marketing = with_returning(sized(unit, float(size)), orders)
    plan = Plan(orders, assortment, prices, taste)
    extra = _extra(arguments, incidents, assortment, plan)
    customers = make_customers(arguments, marketing, extra)
    labels = Labels(assortment)
    return Business(
        arguments=arguments,
        calendar=calendar,
        assortment=assortment,
        incidents=incidents,
        prices=prices,
        taste=taste,
        marketing=marketing,
        orders=orders,
        customers=customers,
        skeleton=orders_of(arguments, customers, calendar),
        labels=labels,
        house=_house(arguments, assortment, plan, incidents),
        traffic=Traffic(arguments, calendar, marketing, labels),
        mini_program=MiniProgram(arguments, calendar, marketing, incidents, labels),
        truth=Truth(calendar),
        sightings=Sightings(incidents, assortment),
    )


def _house(
    arguments: Arguments, assortment: Assortment, plan: Plan, incidents: Sequence[Incident]
) -> House:
    purchases = Purchases(arguments, assortment, incidents)
    stock = Stock(assortment, arguments.days)
    for lines in buy_seasons(arguments, assortment, plan, purchases):
        stock.expect(lines)
    return House(assortment, plan, purchases, stock)


def _extra(
    arguments: Arguments, incidents: Sequence[Incident], assortment: Assortment, plan: Plan
) -> list[tuple[Array, int, int]]:
    """First orders that come for one style alone: it went viral, or its price is a mistake."""
    found_: list[tuple[Array, int, int]] = []
    for each in incidents:
        if each.kind not in _FLOW_OF:
            continue
        random = arguments.random("rush", each.kind)
        usual = float(plan.style_share(each.start)[assortment.skc_style == each.style].sum())
        times = each.size if each.kind == "viral_style" else _BARGAIN
        counts = random.poisson(usual * times, each.end - each.start)
        flow = flow_named(each.shop, _FLOW_OF[each.kind])
        found_.append((np.repeat(np.arange(each.start, each.end), counts), flow, each.style))
    return found_
