"""Level × weekday: an exponential level for each SKU, one weekday profile for all of them.

Only days on which the SKU could be bought move its level, so a stock-out does not look like a
lack of demand. Levels of SKUs with little history lean on their category's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from metrics.models.forecast.panel import Flags, Floats, Panel, Whole

WEEK = 7
PROFILE_WEEKS = 8
"""Weeks that the weekday profile is taken from."""
LEAN_DAYS = 14.0
"""A SKU leans on its category as if it had been on sale this many of its days."""


def levels(panel: Panel, smoothing: float) -> Floats:
    """Exponential levels, N × (T + 1): column t knows the days before t; 0 before any.

    Each starts as the plain mean of its first days: the weights are scaled by their sum.
    """
    level, weight = np.zeros(len(panel.units)), np.zeros(len(panel.units))
    found = np.zeros((panel.units.shape[0], panel.days + 1))
    for t in range(panel.days):
        share = panel.open[:, t]
        step = smoothing * share
        weight += step * (1 - weight)
        level += step * (panel.units[:, t] / np.maximum(share, 1e-9) - level)
        found[:, t + 1] = level / np.maximum(weight, 1e-12)
    return found


def weekday_profile(panel: Panel, origin: int) -> Floats:
    """Relative sales of the seven days from column `origin` on, mean 1."""
    first = max(0, origin - WEEK * PROFILE_WEEKS)
    weeks = slice(first, origin)
    sold = (panel.units[:, weeks] * (panel.open[:, weeks] > 0)).sum(axis=0)
    weekday = (np.arange(first, origin) - origin) % WEEK
    days = np.bincount(weekday, minlength=WEEK)
    total = np.bincount(weekday, weights=sold, minlength=WEEK)
    mean = np.divide(total, days, out=np.zeros(WEEK), where=days > 0)
    return mean / mean.mean() if mean.sum() > 0 and days.all() else np.ones(WEEK)


def day_shares(panel: Panel, origin: int, horizon: int) -> Floats:
    """How a total of `horizon` days from `origin` on falls on them; sums to 1."""
    relative = np.resize(weekday_profile(panel, origin), horizon)
    return relative / relative.sum() if relative.sum() > 0 else np.full(horizon, 1 / horizon)


def leaning(level: Floats, open_days: Floats, groups: Whole, known: Flags) -> Floats:
    """Levels leaning on the mean level of their group's known SKUs, by days on sale."""
    size = int(groups.max()) + 1 if len(groups) else 0
    count = np.bincount(groups[known], minlength=size)
    total = np.bincount(groups[known], weights=level[known], minlength=size)
    over_all = level[known].mean() if known.any() else 0.0
    mean = np.divide(total, count, out=np.full(size, over_all), where=count > 0)
    leant: Floats = (level * open_days + mean[groups] * LEAN_DAYS) / (open_days + LEAN_DAYS)
    return leant
