"""What buyers want: each order's lines, by the appeal of styles, colours and sizes that day.

This is demand: whether the shelf has it is another piece's question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.garments import SIZE_TILT
from connectors.demo.places import IS_STORE, SHOPS
from connectors.demo.seasons import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.incidents import Incident
    from connectors.demo.prices import Prices

LINES_A_ORDER = (0.71, 0.20, 0.065, 0.025)
MEAN_UNITS = 1.47
"""Units of an order, on average: lines × pieces of each."""
_PIECES = (0.965, 0.028, 0.007)
_CARRIED = 0.6
"""Share of the styles that a store carries."""


def tastes(arguments: Arguments, assortment: Assortment) -> Array:
    """How much more the buyers of each shop (rows) like each style (columns); 0: not carried."""
    random, styles = arguments.random("tastes"), len(assortment.category)
    liked = random.lognormal(0, 0.35, (len(SHOPS), styles))
    carried = random.random((len(SHOPS), styles)) < _CARRIED
    return np.where(IS_STORE[:, None] & ~carried, 0.0, liked)


def lines_of_month(
    arguments: Arguments,
    orders: pl.DataFrame,
    assortment: Assortment,
    prices: Prices,
    taste: Array,
    incidents: Sequence[Incident],
) -> pl.DataFrame:
    """The wanted lines of a month's orders, in their order.

    Columns: row (position in `orders`), line (from 1 within the order), sku, quantity, price (CNY
    asked for one), right_price (what it should be).
    """
    random = arguments.random("baskets", int(orders["day"][0])) if orders.height else None
    if random is None:
        return pl.DataFrame()
    counts = 1 + random.choice(len(LINES_A_ORDER), orders.height, p=LINES_A_ORDER)
    row = np.repeat(np.arange(orders.height), counts)
    line = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    day, shop = orders["day"].to_numpy()[row], orders["shop"].to_numpy()[row]
    skc = _chosen(day, shop, assortment, prices, taste, random)
    forced = np.where(line == 1, orders["style"].to_numpy()[row], -1)
    skc = _forced(skc, forced, assortment)
    sku = _sized(skc, orders["region"].to_numpy()[row], assortment, random)
    right = prices.price(day, assortment.skc_style[skc])
    wrong = _mistyped(orders["t"].to_numpy()[row], shop, assortment.skc_style[skc], incidents)
    return pl.DataFrame(
        {
            "row": row,
            "line": line,
            "sku": sku,
            "quantity": 1 + random.choice(len(_PIECES), len(row), p=_PIECES),
            "price": np.round(right * wrong, 2),
            "right_price": right,
        }
    )


def skc_weights(
    day: int, assortment: Assortment, prices: Prices, taste: Array
) -> tuple[Array, Array]:
    """The SKCs on sale on a day, and the share of each shop's (rows) demand for each of them.

    A shop that carries nothing of what is on sale sells from everything.
    """
    wanted = prices.wanted(np.array([day]))[0]
    skcs = np.flatnonzero(wanted[assortment.skc_style] > 0)
    styles = assortment.skc_style[skcs]
    base = wanted[styles] * assortment.skc_share[skcs]
    weights = taste[:, styles] * base
    empty = weights.sum(1, keepdims=True) == 0
    weights = np.where(empty, base, weights)
    return skcs, weights / weights.sum(1, keepdims=True)


def size_weights(assortment: Assortment) -> Array:
    """The share of each region's (rows) demand for the SKC that each SKU (columns) has."""
    tilted = assortment.sku_share * SIZE_TILT[:, assortment.sku_size]
    totals = np.stack([np.bincount(assortment.sku_skc, each) for each in tilted])
    shares: Array = tilted / totals[:, assortment.sku_skc]
    return shares


def _chosen(
    day: Array,
    shop: Array,
    assortment: Assortment,
    prices: Prices,
    taste: Array,
    random: np.random.Generator,
) -> Array:
    drawn, chosen = random.random(len(day)), np.empty(len(day), dtype=np.int64)
    edges = np.flatnonzero(np.diff(day, prepend=-1))
    for start, stop in zip(edges, [*edges[1:], len(day)], strict=True):
        skcs, weights = skc_weights(int(day[start]), assortment, prices, taste)
        steps = np.cumsum(weights, axis=1)
        for each in range(len(SHOPS)):
            own = start + np.flatnonzero(shop[start:stop] == each)
            at = np.searchsorted(steps[each], drawn[own] * steps[each, -1], side="right")
            chosen[own] = skcs[np.minimum(at, len(skcs) - 1)]
    return chosen


def _forced(skc: Array, style: Array, assortment: Assortment) -> Array:
    """What an incident makes buyers want takes the place of what they would have bought."""
    firsts = np.searchsorted(assortment.skc_style, np.arange(assortment.skc_style[-1] + 1))
    counts = np.bincount(assortment.skc_style)
    at = np.maximum(style, 0)
    return np.where(style >= 0, firsts[at] + skc % counts[at], skc)


def _sized(skc: Array, region: Array, assortment: Assortment, random: np.random.Generator) -> Array:
    """One of the sizes of each line's SKC; all shares of all SKCs lie behind each other."""
    shares, first = size_weights(assortment), assortment.first_sku()
    steps = np.cumsum(shares, axis=1)
    before = np.concatenate([np.zeros((len(shares), 1)), steps], axis=1)[region, first[skc]]
    drawn, sku = random.random(len(skc)), np.empty(len(skc), dtype=np.int64)
    for each in range(len(shares)):
        own = np.flatnonzero(region == each)
        sku[own] = np.searchsorted(steps[each], before[own] + drawn[own], side="right")
    return np.clip(sku, first[skc], first[skc + 1] - 1)


def _mistyped(t: Array, shop: Array, style: Array, incidents: Sequence[Incident]) -> Array:
    factor = np.ones(len(t))
    for each in incidents:
        if each.kind == "price_error":
            hit = (t >= each.start * DAY) & (t < each.end * DAY)
            factor[hit & (shop == each.shop) & (style == each.style)] = each.size
    return factor
