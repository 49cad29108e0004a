"""Buying: purchase orders before a season and during it, and what suppliers make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.places import FIRST_STORE, HANGZHOU, LEAD_DAYS
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.incidents import Incident
    from connectors.demo.plan import Plan
    from connectors.demo.seasons import Calendar

KEPT = 0.66
"""Share of the units sold that buyers plan to lose for good; the others come back to be sold."""
REVIEW_DAYS = 7
_MARGIN, _ERROR = 1.12, 0.28
_FIRST_SHARE = (1.0, 0.5, 0.42)
"""Of a season's need that is bought before it, by buy type: the others are ordered again."""
_DROP, _DROP_DAYS = 0.6, 24
"""Futures arrive in two parts."""
_LATE, _LATE_DAYS = 0.3, 9.0
_LEAST = 3
_SHORT = 0.08


class Purchases:
    """Lines of purchase orders as they are written: one array a column, batch after batch."""

    def __init__(
        self, arguments: Arguments, assortment: Assortment, incidents: Sequence[Incident]
    ) -> None:
        self._random = arguments.random("purchases")
        self._of = assortment
        self._stops = [each for each in incidents if each.kind == "warehouse_stop"]
        self.written: list[dict[str, Array]] = []
        self.held: list[Array] = []
        """The days on which lines would have arrived at a warehouse that takes nothing in."""
        self.bought = np.zeros(len(assortment.sku_skc), dtype=np.int64)
        self._orders = 0

    def order(
        self, sku: Array, warehouse: Array, quantity: Array, day: Array, promised: Array
    ) -> dict[str, Array]:
        """Writes one line for each position; returns them with the days on which they arrive."""
        count = len(sku)
        slip = self._random.integers(-1, 2, count)
        late = self._random.random(count) < _LATE
        slip = slip + np.where(late, 2 + self._random.exponential(_LATE_DAYS, count), 0).astype(int)
        arrival = np.maximum(promised + slip, day + 1)
        for each in self._stops:
            waits = (arrival >= each.start) & (arrival < each.end) & (warehouse == each.warehouse)
            self.held.append(arrival[waits])
            arrival = np.where(waits, each.end, arrival)
        short = np.where(self._random.random(count) < _SHORT, 0.95, 1.0)
        supplier = self._of.supplier[self._of.sku_style[sku]]
        lines = {
            "purchase": self._numbers(supplier, warehouse),
            "line": np.arange(count),
            "sku": sku,
            "warehouse": warehouse,
            "supplier": supplier,
            "day": day,
            "confirmed": (self._random.lognormal(np.log(13), 0.7, count) * 3_600).astype(np.int64),
            "promised": promised,
            "arrival": arrival,
            "ordered": quantity,
            "received": np.maximum((quantity * short).astype(np.int64), 1),
        }
        np.add.at(self.bought, sku, quantity)
        self.written.append(lines)
        return lines

    def _numbers(self, supplier: Array, warehouse: Array) -> Array:
        """One purchase order for each supplier and warehouse of a batch."""
        pairs, number = np.unique(supplier * 100 + warehouse, return_inverse=True)
        first = self._orders
        self._orders += len(pairs)
        return first + number


def buy_seasons(
    arguments: Arguments, assortment: Assortment, plan: Plan, purchases: Purchases
) -> list[dict[str, Array]]:
    """Orders what is bought before each launch; styles of the time before day 0 have arrived."""
    random, of = arguments.random("buying"), assortment
    need = plan.total()
    central = need[:FIRST_STORE].copy()
    central[HANGZHOU] += need[FIRST_STORE:].sum(0)
    style = of.sku_style
    error = random.lognormal(-0.04, _ERROR, len(of.category))[style]
    begun = of.launch[style] < 0
    share = np.where(begun, 1.0, np.array(_FIRST_SHARE)[of.buy_type[style]])
    exact = central * KEPT * _MARGIN * error * share
    units = np.floor(exact + random.random(exact.shape)).astype(np.int64)
    parts = _parts(units, of, begun)
    warehouse, sku = np.indices(units.shape)
    batches = []
    for part, shift in parts:
        held = part.ravel() > 0
        skus, houses = sku.ravel()[held], warehouse.ravel()[held]
        promised = of.launch[style[skus]] - 6 + shift
        lead = LEAD_DAYS[of.supplier[style[skus]]] + 12
        batches.append(purchases.order(skus, houses, part.ravel()[held], promised - lead, promised))
    return batches


def reorder(
    day: int, sold: Array, position: Array, assortment: Assortment, purchases: Purchases
) -> dict[str, Array] | None:
    """The weekly review of what can be ordered again.

    Args:
        day: today.
        sold: units that left or were promised in the last two weeks, central warehouses × SKUs.
        position: available + on order, likewise.
        assortment: what there is.
        purchases: where the order is written.
    """
    of, style = assortment, assortment.sku_style
    lead = LEAD_DAYS[of.supplier[style]]
    open_ = of.replenishable & (of.launch + 7 <= day)
    in_time = open_[style] & (day + lead + 21 < of.planned_end[style])
    target = sold / 14 * KEPT * (lead + REVIEW_DAYS + 10) * _MARGIN
    wanted = np.where(in_time, np.ceil(target - position), 0).astype(np.int64)
    warehouse, sku = np.nonzero(wanted >= _LEAST)
    if not len(sku):
        return None
    today = np.full(len(sku), day)
    return purchases.order(sku, warehouse, wanted[warehouse, sku], today, today + lead[sku])


def receipts_table(batches: Sequence[dict[str, Array]], calendar: Calendar) -> pl.DataFrame:
    """Lines of purchase orders with times in seconds; arrivals are put away in the morning."""
    frame = pl.concat([pl.DataFrame(batch) for batch in batches])
    arrives = pl.col("arrival") * DAY + 9 * 3_600 + (pl.col("sku") * 37 % 480) * 60
    here = pl.col("arrival") < calendar.days
    return frame.with_columns(
        ordered_t=pl.col("day") * DAY + 10 * 3_600 + (pl.col("purchase") * 61 % 420) * 60,
        received_t=pl.when(here).then(arrives).otherwise(NEVER),
        received=pl.when(here).then("received"),
    ).with_columns(confirmed_t=pl.col("ordered_t") + pl.col("confirmed"))


def _parts(units: Array, of: Assortment, begun: Array) -> list[tuple[Array, int]]:
    halves = (of.buy_type[of.sku_style] == 0) & ~begun
    first = np.where(halves, np.round(units * _DROP), units).astype(np.int64)
    return [(first, 0), (units - first, _DROP_DAYS)]
