"""What a daily number should be: level, weekday and short memory, followed on the log, day by day.

A Kalman filter over (level, seven weekday effects, AR(1) noise), many series at once. It sees only
what was known on the morning of each day, knows how little a short history says, and is not drawn
along by what it is told to leave out. Variances are relative to that of a day's surprise, which is
estimated on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]

WEEK = 7
_LEVEL, _NOISE = 0, WEEK + 1
_SIZE = WEEK + 2


@dataclass(frozen=True)
class Pace:
    """How fast things change, in standard deviations of a day's surprise.

    Attributes:
        memory: the share of a day's noise that the next day keeps (φ).
        drift: how far the level wanders in a day.
        weekday: how far weekdays lie from the level before anything is known of them.
        weekday_drift: how far a weekday's effect wanders in a week.
        surprise: the standard deviation of a day's surprise on the log before any is seen.
        belief: how many days that first guess weighs.
        horizon: days over which the size of surprises is remembered.
    """

    memory: float = 0.4
    drift: float = 0.1
    weekday: float = 2.2
    weekday_drift: float = 0.03
    surprise: float = 0.07
    belief: float = 10.0
    horizon: float = 180.0


class Forecast(NamedTuple):
    """One day ahead, for each series: mean and standard deviation on the log."""

    mean: Array
    sd: Array


@dataclass(frozen=True)
class Filter:
    """What is known of `n` series before a day.

    Attributes:
        mean: (n, 9) level, weekdays (the first is that of day 0), noise.
        cov: (n, 9, 9), in units of the squared surprise.
        squares: (n,) sum of squared surprises.
        weight: (n,) the days that it rests on.
        day: number of the day ahead.
        pace: how fast things change.
    """

    mean: Array
    cov: Array
    squares: Array
    weight: Array
    day: int
    pace: Pace

    def forecast(self) -> Forecast:
        """What the day ahead should be."""
        seen = _seen(self.day)
        variance = np.einsum("i,nij,j->n", seen, self.cov, seen)
        return Forecast(self.mean @ seen, np.sqrt(variance * self.squares / self.weight))

    def learnt(self, values: Array, taken: Flags) -> Filter:
        """With the day's values taken in, where `taken`; and a day further."""
        seen = _seen(self.day)
        ahead = self.forecast()
        gain = self.cov @ seen / np.einsum("i,nij,j->n", seen, self.cov, seen)[:, None]
        gain = np.where(taken[:, None], gain, 0.0)
        surprise = np.where(taken, values - ahead.mean, 0.0)
        mean = self.mean + gain * surprise[:, None]
        cov = self.cov - gain[:, :, None] * (self.cov @ seen)[:, None, :]
        squares, weight = self._sized(surprise / ahead.sd, taken)
        moved_mean, moved_cov = _moved(mean, cov, self.pace)
        return Filter(moved_mean, moved_cov, squares, weight, self.day + 1, self.pace)

    def loosened(self, where: Flags, by: float) -> Filter:
        """With the level of some series forgotten: it may be anywhere now, `by` on the log."""
        cov = self.cov.copy()
        cov[where, _LEVEL, _LEVEL] += (by**2 * self.weight / self.squares)[where]
        return replace(self, cov=cov)

    def _sized(self, z: Array, taken: Flags) -> tuple[Array, Array]:
        keep = np.where(taken, 1 - 1 / self.pace.horizon, 1.0)
        variance = self.squares / self.weight
        squares = self.squares * keep + np.where(taken, z**2 * variance, 0.0)
        return squares, self.weight * keep + taken


def begun(first: Array, pace: Pace) -> Filter:
    """The filter before the first day; `first` is about where each series begins, on the log."""
    n = len(first)
    mean = np.zeros((n, _SIZE))
    mean[:, _LEVEL] = first
    spread = np.full(_SIZE, pace.weekday)
    spread[_LEVEL] = 1 / pace.surprise
    spread[_NOISE] = 1 / np.sqrt(1 - pace.memory**2)
    cov = np.broadcast_to(np.diag(spread**2), (n, _SIZE, _SIZE)).copy()
    belief = np.full(n, pace.belief)
    return Filter(mean, cov, belief * pace.surprise**2, belief, 0, pace)


def simulated(filter_: Filter, days: int, count: int, seed: int) -> Array:
    """(count, days) draws of what the days ahead of a single series may be, on the log."""
    random = np.random.default_rng(seed)
    scale = float(filter_.squares[0] / filter_.weight[0])
    states = random.multivariate_normal(
        filter_.mean[0], filter_.cov[0] * scale, size=count, method="svd"
    )
    pace, paths = filter_.pace, np.empty((count, days))
    shift = np.ones(_SIZE)
    shift[_NOISE] = pace.memory
    spread = np.sqrt(_wander(pace) * scale)
    for day in range(days):
        paths[:, day] = states @ _seen(filter_.day + day)
        states = states * shift + random.normal(0, 1, states.shape) * spread
    return paths


def _seen(day: int) -> Array:
    """What a day shows: the level, its weekday, the noise."""
    seen = np.zeros(_SIZE)
    seen[[_LEVEL, 1 + day % WEEK, _NOISE]] = 1.0
    return seen


def _moved(mean: Array, cov: Array, pace: Pace) -> tuple[Array, Array]:
    """A night later: the noise fades, everything wanders a little."""
    shift = np.ones(_SIZE)
    shift[_NOISE] = pace.memory
    moved = cov * shift[:, None] * shift
    moved[:, range(_SIZE), range(_SIZE)] += _wander(pace)
    return mean * shift, moved


def _wander(pace: Pace) -> Array:
    each = np.full(_SIZE, pace.weekday_drift**2 / WEEK)
    each[_LEVEL] = pace.drift**2
    each[_NOISE] = 1.0
    return each
