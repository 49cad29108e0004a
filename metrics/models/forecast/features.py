"""What is known of every SKU at an origin: the columns that the learned model sees.

Sales enter relative to the profile's own forecast (`base`), so that one model serves slow and fast
sellers alike. Windows count days on which the SKU could be bought.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from metrics.festivals import year_before
from metrics.models.forecast.profile import WEEK, leaning, levels, weekday_profile

if TYPE_CHECKING:
    from metrics.models.forecast.panel import Floats, Panel, Whole

WINDOWS = (7, 14, 28, 56, 112, 224)
SMOOTHINGS = (0.02, 0.05, 0.1, 0.2)
PROFILE_SMOOTHING = 0.05
PROFILE_WINDOW = 28
WEEKS = 8
LEAST = 0.02
"""Units that a base is at least, so that what is relative to it stays finite."""


@dataclass(frozen=True)
class Sight:
    """What is seen from an origin: N × K columns, the profile's total, and the unit of errors.

    `spread` is the standard deviation of past weeks' totals.
    """

    columns: Floats
    base: Floats
    unit: Floats
    spread: Floats


class History:
    """A panel with its running sums, from which every origin is seen without another pass."""

    def __init__(self, panel: Panel, horizon: int) -> None:
        self.panel, self.horizon = panel, horizon
        sold = panel.units * (panel.open > 0)
        self.sold = _running(sold)
        self.squares = _running(sold * sold)
        self.selling = _running(sold > 0)
        self.open = _running(panel.open)
        self.levels = {each: levels(panel, each) for each in SMOOTHINGS}
        self.last_sale = _last_sale(sold)
        self.known = (self.sold[:, -1] > 0) | (self.open[:, -1] > 0)

    def actual(self, origin: int) -> Floats:
        """Units sold over the horizon from `origin` on."""
        return self.sold[:, origin + self.horizon] - self.sold[:, origin]

    def open_share(self, origin: int) -> Floats:
        """Share of the horizon's days on which the SKU could be bought."""
        return (self.open[:, origin + self.horizon] - self.open[:, origin]) / self.horizon

    def see(self, origin: int) -> Sight:
        """Everything known before column `origin`."""
        exposure = self._exposure(origin)
        rates = {w: self._rate(self.sold, origin, w) for w in WINDOWS}
        mixed = 0.7 * self.levels[PROFILE_SMOOTHING][:, origin] + 0.3 * rates[PROFILE_WINDOW]
        on_sale = self.open[:, origin]
        category = self.panel.groups["category"]
        base = np.maximum(leaning(mixed, on_sale, category, on_sale > 0) * exposure, LEAST)
        weeks = self.weeks(origin)
        spread = weeks.std(axis=1)
        relative = [rates[w] * exposure for w in WINDOWS] + [
            level[:, origin] * exposure for level in self.levels.values()
        ]
        relative += [*weeks.T, np.median(weeks, axis=1), weeks.min(axis=1), weeks.max(axis=1)]
        relative += [np.median(weeks[:, :4], axis=1), spread, *self._extremes(origin, rates)]
        columns = [each / base for each in relative]
        columns += [np.log(base), spread, rates[7], rates[28], *self._rhythm(origin)]
        columns += [*self._price(origin), *self._groups(rates), *self._calendar(origin)]
        return Sight(
            columns=np.column_stack(columns).astype(np.float32),
            base=base,
            unit=error_unit(base, spread),
            spread=spread,
        )

    def _exposure(self, origin: int) -> float:
        """The horizon in average days."""
        return float(np.resize(weekday_profile(self.panel, origin), self.horizon).sum())

    def _days(self, origin: int, window: int) -> Floats:
        return np.maximum(self.open[:, origin] - self.open[:, max(origin - window, 0)], 1)

    def _rate(self, running: Floats, origin: int, window: int) -> Floats:
        """Per day on which the SKU could be bought, over the window before `origin`."""
        gained = running[:, origin] - running[:, max(origin - window, 0)]
        return gained / self._days(origin, window)

    def weeks(self, origin: int) -> Floats:
        """Sales, N × 8, of each of the weeks before, the nearest first, as if always in stock."""
        ends = np.maximum(origin - WEEK * np.arange(WEEKS + 1), 0)
        sold, open_days = -np.diff(self.sold[:, ends]), -np.diff(self.open[:, ends])
        return sold * WEEK / np.maximum(open_days, 1) * (self.horizon / WEEK)

    def _extremes(self, origin: int, rates: dict[int, Floats]) -> list[Floats]:
        spreads = [
            np.sqrt(np.maximum(self._rate(self.squares, origin, w) - rates[w] ** 2, 0))
            for w in (28, 56, 112)
        ]
        units = self.panel.units
        return [*spreads, *(units[:, max(origin - w, 0) : origin].max(axis=1) for w in (28, 56))]

    def _rhythm(self, origin: int) -> list[Floats]:
        """How often it sells, how much at a time, how long ago, and for how long already."""
        often = [self._rate(self.selling, origin, w) for w in (7, 28, 56, 112, 224)]
        at_once = self._rate(self.sold, origin, 56) / np.maximum(often[2], 1e-9)
        since = origin - self.last_sale[:, origin]
        age = (origin - self.panel.launch).astype(float)
        return [*often, at_once, since, age, self._days(origin, WEEK), self._days(origin, 28)]

    def _price(self, origin: int) -> list[Floats]:
        """The price, against that of eight weeks, and promotion, past and planned."""
        price, promoted = self.panel.price, self.panel.promoted
        now, past = price[:, origin - 1], price[:, max(origin - 56, 0)]
        before = promoted[:, max(origin - 28, 0) : origin].mean(axis=1)
        ahead = promoted[:, origin : origin + self.horizon]
        planned = ahead.mean(axis=1) if ahead.shape[1] else before
        return [now, now / np.where(past > 0, past, np.nan), before, planned]

    def _groups(self, rates: dict[int, Floats]) -> list[Floats]:
        """The trend of its category and style beside that of all, its share of the style, its size.

        The trend of all would tell origins apart: it would be learned by heart.
        """
        found = []
        overall = max(rates[7].sum(), 1e-9) / max(rates[28].sum(), 1e-9)
        for name in ("category", "style"):
            week, month = (_per_group(rates[w], self.panel.groups[name]) for w in (7, 28))
            found.append(week / np.maximum(month, 1e-9) / overall)
        style = _per_group(rates[28], self.panel.groups["style"])
        share = rates[28] / np.maximum(style, 1e-9)
        return [*found, share, self.panel.groups["size"].astype(float)]

    def _calendar(self, origin: int) -> list[Floats]:
        """What its category did a year before, around the same festival or on the same weekday."""
        start = self.panel.start + timedelta(days=origin)
        shift = year_before(start, start + timedelta(days=self.horizon)) or timedelta(days=364)
        then = origin - shift.days
        if then < PROFILE_WINDOW:
            return [np.full(len(self.panel.units), np.nan)]
        groups = self.panel.groups["category"]
        before = _per_group(self._rate(self.sold, then, PROFILE_WINDOW), groups)
        after = _per_group(self._rate(self.sold, then + self.horizon, self.horizon), groups)
        return [after / np.maximum(before, 1e-9)]


def error_unit(center: Floats, spread: Floats) -> Floats:
    """The size of error that is usual around `center`, in units; `spread` is of weekly totals."""
    unit: Floats = np.sqrt(np.maximum(center, LEAST) + 0.1 * center**2 + 0.25 * spread**2)
    return unit


def _running(values: np.ndarray[tuple[int, int], np.dtype[np.generic]]) -> Floats:
    """Sums of all columns before each, N × (T + 1)."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _last_sale(sold: Floats) -> Floats:
    """Column of the last sale before each column, N × (T + 1); −1 before any."""
    when = np.where(sold > 0, np.arange(sold.shape[1]), -1)
    last = np.full((sold.shape[0], sold.shape[1] + 1), -1.0)
    last[:, 1:] = np.maximum.accumulate(when, axis=1)
    return last


def _per_group(values: Floats, groups: Whole) -> Floats:
    return np.bincount(groups, weights=values)[groups].astype(float)
