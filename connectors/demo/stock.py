"""The shelves: day by day what arrives, is promised, leaves, comes back and is moved.

Availability is what is on hand and not promised; nothing else is ever sold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from connectors.demo.assortment import CLEARANCE_DAYS
from connectors.demo.places import FIRST_STORE, HANGZHOU, WAREHOUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.demo.arguments import Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.plan import Plan

_RING = 128
"""Days that the future is remembered for; nothing takes longer."""
_AGED = 4
"""One style in so many is never sold off: it grows old on the shelf."""
_COVER = 24


class Stock:
    """Units by key = warehouse × SKUs + SKU, at the end of the day that was closed last."""

    def __init__(self, assortment: Assortment, days: int) -> None:
        self._of = assortment
        self._days = days
        self._day = -1
        self.skus = len(assortment.sku_skc)
        keys = self.skus * len(WAREHOUSES)
        self.on_hand, self.reserved = np.zeros(keys, np.int64), np.zeros(keys, np.int64)
        self.inbound, self.returning = np.zeros(keys, np.int64), np.zeros(keys, np.int64)
        self.defective = np.zeros(keys, np.int64)
        self.since = np.full(keys, np.iinfo(np.int64).max)
        self._held = np.zeros(keys, bool)
        rings = ("ship", "release", "request", "good", "bad")
        self._ring = {name: np.zeros((_RING, keys), np.int32) for name in rings}
        self._sold = np.zeros((14, keys), np.int32)
        self._ordered: dict[int, list[dict[str, Array]]] = {}
        self._arriving: dict[int, list[dict[str, Array]]] = {}
        self.moved: list[dict[str, Array]] = []

    def expect(self, lines: dict[str, Array]) -> None:
        """Takes lines of purchase orders: on order from their day on, on hand when they arrive."""
        for day, part in _by_day(lines, "day"):
            if day == self._day:
                self._promise(part)
            else:
                self._ordered.setdefault(day, []).append(part)
        for day, part in _by_day(lines, "arrival"):
            self._arriving.setdefault(day, []).append(part)

    def open_day(self, day: int) -> None:
        """What arrives and what comes back; before the first order of the day."""
        self._day = day
        for lines in self._ordered.pop(day, []):
            self._promise(lines)
        for lines in self._arriving.pop(day, []):
            self._arrive(lines)
        slot = day % _RING
        good, bad = self._ring["good"][slot], self._ring["bad"][slot]
        self.on_hand += good
        self.defective += bad
        self.returning -= good + bad
        good[:] = bad[:] = 0
        self._sold[day % 14] = 0

    def sell(self, day: int, keys: Array, others: Array, quantity: Array, holds: Array) -> Array:
        """Which key serves each wanted line, −1 for none; in the order of the lines.

        Args:
            day: today.
            keys: of the warehouse that should ship.
            others: of the one that helps out, −1: none.
            quantity: units wanted.
            holds: the units are promised; those of orders that are never paid are not.
        """
        free = self.on_hand - self.reserved
        first = _served(free, keys, quantity)
        np.subtract.at(free, keys[first], quantity[first])
        left = np.flatnonzero(~first & (others >= 0))
        second = left[_served(free, others[left], quantity[left])]
        served = np.where(first, keys, -1)
        served[second] = others[second]
        kept = (served >= 0) & holds
        np.add.at(self.reserved, served[kept], quantity[kept])
        np.add.at(self._sold[day % 14], served[kept], quantity[kept].astype(np.int32))
        return served

    def schedule(self, name: str, days: Array, keys: Array, quantity: Array) -> None:
        """Books what is going to happen today or later: ship, release, request; good, bad later."""
        soon = days < self._days
        np.add.at(
            self._ring[name], (days[soon] % _RING, keys[soon]), quantity[soon].astype(np.int32)
        )

    def close_day(self, day: int) -> None:
        """What leaves, and promises that end; after the last order of the day."""
        slot = day % _RING
        self.on_hand -= self._ring["ship"][slot]
        self.reserved -= self._ring["ship"][slot] + self._ring["release"][slot]
        self.returning += self._ring["request"][slot]
        for name in ("ship", "release", "request"):
            self._ring[name][slot] = 0
        if self.on_hand.min() < 0 or self.reserved.min() < 0:
            raise RuntimeError(f"day {day}: the shelves hold less than nothing")

    def fill_stores(self, day: int, plan: Plan) -> None:
        """The week's transfers from Hangzhou; stores send back what is past its season."""
        of, style = self._of, self._of.sku_style
        shelf = (self.on_hand - self.reserved).reshape(len(WAREHOUSES), -1)
        on_sale = (day + 7 >= of.launch[style]) & (day < of.planned_end[style] - 14)
        target = np.where(on_sale, np.ceil(plan.daily(day + 7)[FIRST_STORE:] * _COVER - 0.2), 0)
        wanted = np.maximum(target.astype(np.int64) - shelf[FIRST_STORE:], 0)
        over = np.maximum(np.cumsum(wanted, axis=0) - np.maximum(shelf[HANGZHOU], 0), 0)
        wanted = np.maximum(wanted - over, 0)
        ended = day >= of.planned_end[style]
        back = np.where(ended, shelf[FIRST_STORE:], 0)
        self._move(day, wanted - back)

    def clear(self, day: int) -> None:
        """Sells what is long past its season to a jobber, most styles of it."""
        style = self._of.sku_style
        gone = (day >= self._of.planned_end[style] + CLEARANCE_DAYS) & (style % _AGED != 0)
        shelf = (self.on_hand - self.reserved).reshape(len(WAREHOUSES), -1)
        warehouse, sku = np.nonzero(np.where(gone, shelf, 0) > 0)
        self._shift(day, warehouse, sku, -shelf[warehouse, sku], "adjustment")

    def rows(self, day: int) -> Array:
        """The keys that are active today: on sale, or holding or awaiting anything."""
        on_sale = np.tile(day <= self._of.planned_end[self._of.sku_style], len(WAREHOUSES))
        holds = (self.on_hand + self.reserved + self.returning + self.inbound) > 0
        known = self.since <= day
        active: Array = np.flatnonzero(known & (on_sale | holds | self._held))
        self._held = holds
        return active

    def recent(self) -> Array:
        """Units sold in the last two weeks, warehouses × SKUs."""
        total: Array = self._sold.sum(0).reshape(len(WAREHOUSES), -1)
        return total

    def position(self) -> Array:
        """Available and on order, warehouses × SKUs."""
        total = self.on_hand - self.reserved + self.inbound
        return total.reshape(len(WAREHOUSES), -1)

    def _keys(self, lines: dict[str, Array]) -> Array:
        keys: Array = lines["warehouse"] * self.skus + lines["sku"]
        return keys

    def _promise(self, lines: dict[str, Array]) -> None:
        np.add.at(self.inbound, self._keys(lines), lines["ordered"])

    def _arrive(self, lines: dict[str, Array]) -> None:
        keys = self._keys(lines)
        np.subtract.at(self.inbound, keys, lines["ordered"])
        np.add.at(self.on_hand, keys, lines["received"])
        np.minimum.at(self.since, keys, lines["arrival"])

    def _move(self, day: int, into: Array) -> None:
        """Books transfers between Hangzhou and the stores, `into` by store and SKU."""
        store, sku = np.nonzero(into)
        units = into[store, sku]
        self._shift(day, store + FIRST_STORE, sku, units, "transfer")
        self._shift(day, np.full(len(sku), HANGZHOU), sku, -units, "transfer")

    def _shift(self, day: int, warehouse: Array, sku: Array, units: Array, kind: str) -> None:
        if not len(sku):
            return
        keys = warehouse * self.skus + sku
        np.add.at(self.on_hand, keys, units)
        np.minimum.at(self.since, keys, day)
        self.moved.append(
            {
                "kind": np.full(len(sku), kind),
                "day": np.full(len(sku), day),
                "warehouse": warehouse,
                "sku": sku,
                "units": units,
            }
        )


def _by_day(lines: dict[str, Array], name: str) -> Iterator[tuple[int, dict[str, Array]]]:
    """The lines of each day; what lies before day 0 has happened by then."""
    days = np.maximum(lines[name], 0)
    for day in np.unique(days):
        yield int(day), {key: values[days == day] for key, values in lines.items()}


def _served(free: Array, keys: Array, quantity: Array) -> Array:
    """Which lines find enough, taken in their order."""
    order = np.argsort(keys, kind="stable")
    ordered, units = keys[order], quantity[order]
    running = np.cumsum(units)
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    before = np.repeat(running[starts] - units[starts], np.diff([*starts, len(ordered)]))
    served = np.empty(len(keys), dtype=bool)
    served[order] = running - before <= free[ordered]
    return served
