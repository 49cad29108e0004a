"""The forecast on UCI Online Retail: what every yardstick of it comes to, origin by origin.

An origin is counted in weeks before the end of the data. Scores are computed here, from the units
alone, apart from the library's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metrics.models.forecast import forecast
from metrics.models.forecast.calibration import BANDS
from tests.models.online_retail import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrics.models.forecast import Panel

WEEK = 7
SIMPLE = ("seasonal_naive", "mean_28", "zero")


def measured(panel: Panel, origins: Iterable[int], seed: int = 0) -> list[dict[str, float]]:
    """The scores of each origin."""
    return [_origin(panel, panel.days - WEEK * weeks, seed) for weeks in origins]


def over_all(scores: Sequence[dict[str, float]]) -> dict[str, float]:
    """Means over origins of WAPE, RMSSE and coverage, and the bias of the sums."""
    found = {name: float(np.mean([each[name] for each in scores])) for name in scores[0]}
    return found | {"bias": found["forecast"] / found["units"] - 1}


def _origin(panel: Panel, first: int, seed: int) -> dict[str, float]:
    made = forecast(until(panel, first), WEEK, seed)
    after = panel.units[:, first : first + WEEK]
    actual, bands = after.sum(axis=1), dict(zip(BANDS, made.quantiles.T, strict=True))
    rules = _simple(panel.units[:, :first])
    return {
        "units": float(actual.sum()),
        "forecast": float(made.total.sum()),
        "wape": float(np.abs(actual - made.total).sum() / actual.sum()),
        "rmsse": _rmsse(panel, first, after, made.daily),
        "at_most_95": float((actual <= bands["at_most_95"]).mean()),
        "coverage_80": float(((bands["low_80"] <= actual) & (actual <= bands["high_80"])).mean()),
        **{f"rmsse_{name}": _rmsse(panel, first, after, rule) for name, rule in rules.items()},
        **{f"wape_{name}": _wape(actual, rule) for name, rule in rules.items()},
    }


def _wape(actual: np.ndarray, daily: np.ndarray) -> float:
    return float(np.abs(actual - daily.sum(axis=1)).sum() / actual.sum())


def _simple(past: np.ndarray) -> dict[str, np.ndarray]:
    mean = past[:, -28:].mean(axis=1)
    rules = (past[:, -WEEK:], np.repeat(mean[:, None], WEEK, axis=1), np.zeros((len(past), WEEK)))
    return dict(zip(SIMPLE, rules, strict=True))


def _rmsse(panel: Panel, first: int, after: np.ndarray, daily: np.ndarray) -> float:
    found = []
    for sold, came, told in zip(panel.units[:, :first], after, daily, strict=True):
        since = sold[np.flatnonzero(sold)[0] :]
        scale = np.mean(np.diff(since) ** 2) if len(since) > 1 else 0.0
        if scale > 0:
            found.append(np.sqrt(np.mean((came - told) ** 2) / scale))
    return float(np.mean(found))
