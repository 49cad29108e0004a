"""What the buyers plan with: expected units by week, warehouse and SKU, for the whole horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from connectors.demo.baskets import MEAN_UNITS, size_weights, skc_weights
from connectors.demo.places import (
    FIRST_STORE,
    IS_STORE,
    REGION_SHARES,
    SOUTH,
    STORE_REGIONS,
    WAREHOUSES,
)
from connectors.demo.seasons import HISTORY

if TYPE_CHECKING:
    from connectors.demo.arguments import Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.prices import Prices

WEEK = 7
_TAIL_WEEKS = 36
"""Styles that are launched near the end are bought for their lives, which go on."""
_PAID = 0.93


class Plan:
    """Expected paid units a day: `daily[week][warehouse, sku]`, week 0 begins on day 0."""

    def __init__(self, orders: Array, assortment: Assortment, prices: Prices, taste: Array) -> None:
        """Takes the expected orders by shop and day from −HISTORY on."""
        self._sizes = _warehouse_sizes(assortment)
        self._skc = assortment.sku_skc
        weeks = -(-(orders.shape[1] - HISTORY) // WEEK) + _TAIL_WEEKS
        self.weeks = weeks
        self._skcs = np.zeros((weeks, len(WAREHOUSES), len(assortment.skc_style)), np.float32)
        for week in range(weeks):
            units = _week_orders(orders, week) * MEAN_UNITS * _PAID
            skcs, weights = skc_weights(week * WEEK + WEEK // 2, assortment, prices, taste)
            self._skcs[week][:, skcs] = _by_warehouse(units[:, None] * weights)

    def daily(self, day: int) -> Array:
        """Expected units a day in the week of `day`, warehouses × SKUs."""
        week = min(max(day, 0) // WEEK, self.weeks - 1)
        spread: Array = self._skcs[week][:, self._skc] * self._sizes
        return spread

    def total(self) -> Array:
        """Expected units from day 0 on, warehouses × SKUs."""
        spread: Array = self._skcs.sum(0)[:, self._skc] * self._sizes * WEEK
        return spread

    def style_share(self, day: int) -> Array:
        """Expected units a day by SKC, all warehouses."""
        week = min(max(day, 0) // WEEK, self.weeks - 1)
        units: Array = self._skcs[week].sum(0)
        return units


def _week_orders(orders: Array, week: int) -> Array:
    """Orders a day by shop; past the end those of the same weeks a year before."""
    start = HISTORY + week * WEEK
    while start + WEEK > orders.shape[1]:
        start -= 364 if start >= 364 + WEEK else WEEK
    mean: Array = orders[:, max(start, 0) : max(start, 0) + WEEK].mean(1)
    return mean


def _by_warehouse(units: Array) -> Array:
    """Units by shop (rows) as units by the warehouse that should ship them."""
    south = float(np.dot(REGION_SHARES, SOUTH))
    online = units[~IS_STORE].sum(0)
    stores = units[IS_STORE]
    return np.concatenate([[online * (1 - south), online * south], stores])


def _warehouse_sizes(assortment: Assortment) -> Array:
    """The share of each SKU in its SKC's demand at each warehouse, by the regions it serves."""
    by_region = size_weights(assortment)
    regions, south = np.array(REGION_SHARES), np.array(SOUTH)
    shares = np.zeros((len(WAREHOUSES), by_region.shape[1]))
    for warehouse, served in enumerate((regions * (1 - south), regions * south)):
        shares[warehouse] = served @ by_region / served.sum()
    for store, region in enumerate(STORE_REGIONS):
        shares[FIRST_STORE + store] = by_region[region]
    return shares.astype(np.float32)
