"""The calendar of the trade: weekdays, months, festivals with their lifts, discounts and presales.

Arrays over days begin `HISTORY` days before the first one: customers and styles are older than the
data. Their position 0 is day −HISTORY.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from connectors.demo.arguments import Array

HISTORY = 365
DAY = 86_400
NEVER = 2**40
"""Seconds after the first day of what does not happen; so past every end."""
_FESTIVALS = Path(__file__).parents[2] / "assets" / "festivals.toml"
_BEFORE_SPRING, _SPRING = (-18, -5), (-5, 4)
_MONTHS = (0.93, 0.80, 1.02, 0.98, 1.02, 1.00, 0.88, 0.90, 1.04, 1.10, 1.16, 1.10)
_WEEKDAYS = {
    "online": (1.02, 0.98, 0.97, 0.98, 1.00, 1.02, 1.03),
    "store": (0.75, 0.74, 0.76, 0.82, 1.02, 1.48, 1.43),
}


class Sale(NamedTuple):
    """A festival of the platforms: its day, how long it lasts, and what it does to orders."""

    month: int
    day: int
    before: int
    after: int
    lift: float
    top: float
    discount: float
    presale: tuple[int, int] | None


SALES = (
    Sale(3, 8, 6, 1, 1.25, 1.9, 0.06, None),
    Sale(6, 18, 18, 2, 1.45, 3.4, 0.12, (23, 19)),
    Sale(11, 11, 11, 1, 1.55, 5.2, 0.16, (22, 12)),
    Sale(12, 12, 4, 1, 1.20, 1.9, 0.08, None),
)
"""`presale`: from and to how many days before; balances are due on the day after those."""


class Calendar:
    """The days of the simulation by their number: 0 is the first, `days` − 1 the last."""

    def __init__(self, first: date, days: int) -> None:
        self.first = first
        self.days = days
        self.end = days * DAY
        self.dates = [first + timedelta(days=n) for n in range(-HISTORY, days)]

    @cached_property
    def series(self) -> pl.Series:
        """The dates of the days from 0 on."""
        return pl.Series("date", self.dates[HISTORY:], dtype=pl.Date)

    def months(self) -> list[tuple[int, int]]:
        """First day and the day after the last of each calendar month, in order."""
        starts = [n for n in range(self.days) if n == 0 or self.dates[HISTORY + n].day == 1]
        return [*zip(starts, [*starts[1:], self.days], strict=True)]

    def lift(self, *, store: bool) -> Array:
        """How many times the usual number of orders each day of the history and after brings."""
        weekdays = _WEEKDAYS["store" if store else "online"]
        usual = np.array([_MONTHS[day.month - 1] * weekdays[day.weekday()] for day in self.dates])
        return usual * self._spring() * (self._holidays() if store else self._sales())

    def discount(self) -> Array:
        """Share of the price that platforms' festivals take off, by day from −HISTORY on."""
        off = np.zeros(len(self.dates))
        for sale, at in self._sale_days():
            off[max(at - sale.before, 0) : max(at + sale.after + 1, 0)] = sale.discount
        return off

    def balance_days(self) -> Array:
        """For each day from 0 on the day on which balances of its presales are due, else −1."""
        due = np.full(len(self.dates), -1, dtype=np.int64)
        for sale, at in self._sale_days():
            if sale.presale:
                start, stop = at - sale.presale[0], at - sale.presale[1] + 1
                due[max(start, 0) : max(stop, 0)] = stop - HISTORY
        return due[HISTORY:]

    def _sales(self) -> Array:
        factor = np.ones(len(self.dates))
        for sale, at in self._sale_days():
            factor[max(at - sale.before, 0) : max(at + sale.after + 1, 0)] = sale.lift
            if sale.presale and 0 <= at - sale.before < len(factor):
                factor[at - sale.before] = (1 + sale.top) / 2
            if 0 <= at < len(factor):
                factor[at] = sale.top
                factor[max(at - 1, 0)] = (1 + sale.top) / 2
        return factor

    def _holidays(self) -> Array:
        weeks = {(5, day) for day in range(1, 6)} | {(10, day) for day in range(1, 8)}
        return np.array([1.7 if (day.month, day.day) in weeks else 1.0 for day in self.dates])

    def _spring(self) -> Array:
        """People shop for Spring Festival before it, and parcels rest while it lasts."""
        factor = np.ones(len(self.dates))
        dated = tomllib.loads(_FESTIVALS.read_text(encoding="utf-8"))["dated"]["Spring Festival"]
        for festival in dated:
            away = np.array([(day - festival).days for day in self.dates])
            factor[(away >= _BEFORE_SPRING[0]) & (away < _BEFORE_SPRING[1])] = 1.3
            factor[(away >= _SPRING[0]) & (away <= _SPRING[1])] = 0.42
        return factor

    def _sale_days(self) -> list[tuple[Sale, int]]:
        """Each festival of each year with its position, also when that lies outside."""
        years = range(self.dates[0].year, self.dates[-1].year + 2)
        start = self.dates[0]
        return [
            (sale, (date(year, sale.month, sale.day) - start).days)
            for year in years
            for sale in SALES
        ]
