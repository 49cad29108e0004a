"""Intervals where most totals of a backtest are the same: a small shop's slow sellers."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.models.forecast.calibration import QUANTILES, Trial, calibrate
from metrics.models.forecast.features import error_unit


@pytest.mark.parametrize("slow", [0.2, 0.6, 0.9, 1.0])
def test_slow_sellers_of_one_total_have_intervals_of_their_own(slow: float) -> None:
    random, count = np.random.default_rng(2), 6_000
    level = np.where(random.random(count) < slow, 0.02, random.gamma(2.0, 3.0, count) + 0.1)
    spread, actual = np.zeros(count), random.poisson(level).astype(float)
    trial = Trial(np.arange(count), np.zeros(count, np.int64), level, level, spread, actual)
    made = calibrate(trial)
    center = made.center(level, level)
    high = made.quantiles(center, level, spread)[:, QUANTILES.index(0.95)]
    for group in (level == 0.02, level > 0.02):
        if group.any():
            # Counts are whole, so that more than 95 % may lie at or under the quantile.
            assert (actual[group] <= high[group] + 1e-9).mean() >= 0.945
            assert (actual[group] < high[group] - 1e-9).mean() <= 0.955
    assert np.all(np.diff(made.edges) > 0)
    assert error_unit(center, spread).min() > 0
