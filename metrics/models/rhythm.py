"""What the season adds to expected purchases: BG/NBD itself knows of no calendar.

The repeat purchases of each day, against those that the model expected of the customers known by
then, follow a level and one wave a year (Poisson regression). Their mean over the days ahead
corrects what is expected of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

    from metrics.models.buying import Buying

    Vector = NDArray[np.float64]

LEAST_DAYS = 270
"""With less of a year in sight, a wave runs off where nothing was seen: half a year of UCI Online
Retail would have the other half a third too high."""
LEAST_REPEATS = 100
_YEAR = 365.25
_STEPS = 50


def seasonal_factor(model: Buying, daily: pl.DataFrame, ahead: int) -> float:
    """By how much purchases of the coming days exceed those that the model expects; 1 unless known.

    Args:
        model: fitted in days.
        daily: `day` (Date) without gaps, `firsts` and `repeats` (Int64): customers that came for
            the first time, and again.
        ahead: days after the last of `daily`.
    """
    days, repeats = daily.height, daily["repeats"].cast(float).to_numpy()
    if days < LEAST_DAYS or repeats.sum() < LEAST_REPEATS:
        return 1.0
    expected = _expected_repeats(model, daily["firsts"].cast(float).to_numpy())
    wave = _wave(daily["day"][0], days + ahead)
    fitted = _poisson(wave[:days], expected, repeats)
    return float(np.exp(wave[days:] @ fitted).mean())


def _expected_repeats(model: Buying, firsts: Vector) -> Vector:
    """Of each day, from the customers that came on the days before it."""
    grown = np.diff(model.expected_since_first(np.arange(len(firsts) + 0.0)), prepend=0.0)
    return np.convolve(firsts, grown)[: len(firsts)]


def _wave(first: date, days: int) -> Vector:
    ordinals = [(first + timedelta(days=n)).timetuple().tm_yday for n in range(days)]
    angle = 2 * np.pi * np.array(ordinals) / _YEAR
    return np.column_stack([np.ones(days), np.cos(angle), np.sin(angle)])


def _poisson(terms: Vector, expected: Vector, seen: Vector) -> Vector:
    """The coefficients of log(seen / expected), by Newton's method."""
    terms, seen, expected = (each[expected > 0] for each in (terms, seen, expected))
    found = np.array([np.log(seen.sum() / expected.sum()), 0.0, 0.0])
    for _ in range(_STEPS):
        mean = expected * np.exp(terms @ found)
        step = np.linalg.solve(terms.T @ (terms * mean[:, None]), terms.T @ (seen - mean))
        found = found + step
        if np.abs(step).max() < 1e-10:  # noqa: PLR2004 (far below what a purchase changes)
            break
    return found
