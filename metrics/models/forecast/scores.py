"""How good a forecast was: errors that zero does not win, and the coverage of its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from metrics.models.forecast.panel import Floats, Panel, Whole


def wape(actual: Floats, forecast: Floats) -> float:
    """Sum of absolute errors / sum of actual units; NaN when nothing was sold."""
    sold = actual.sum()
    return float(np.abs(actual - forecast).sum() / sold) if sold > 0 else float("nan")


def bias(actual: Floats, forecast: Floats) -> float:
    """Forecast / actual − 1, of the sums; NaN when nothing was sold."""
    sold = actual.sum()
    return float(forecast.sum() / sold - 1) if sold > 0 else float("nan")


def rmsse(panel: Panel, origin: int, daily: Floats, rows: Whole | None = None) -> float:
    """Root mean squared scaled error, mean over SKUs.

    Args:
        panel: with the days after `origin`.
        origin: first column of the forecast.
        daily: forecasts of the days from `origin` on, one row for each of `rows`, H columns.
        rows: which SKUs of the panel; None for all.

    Each SKU's mean squared daily error is scaled by its own mean squared day-to-day difference
    from launch to `origin`; SKUs without a difference are left out.
    """
    units = panel.units if rows is None else panel.units[rows]
    launch = panel.launch if rows is None else panel.launch[rows]
    errors = ((units[:, origin : origin + daily.shape[1]] - daily) ** 2).mean(axis=1)
    steps = np.diff(units[:, :origin], axis=1) ** 2
    since = np.arange(steps.shape[1]) >= launch[:, None]
    scale = (steps * since).sum(axis=1) / np.maximum(since.sum(axis=1), 1)
    moved = scale > 0
    return float(np.sqrt(errors[moved] / scale[moved]).mean())


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Share of actual values in [low, high]."""
    return float(((low <= actual) & (actual <= high)).mean())
