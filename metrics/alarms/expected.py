"""What a daily number should be: level, weekday and short memory, followed on the log, day by day.

A Kalman filter over (level, seven weekday effects, AR(1) noise), many series at once. It sees only
what was known on the morning of each day, knows how little a short history says, and is not drawn
along by what it is told to leave out. Variances are relative to that of a day's surprise, which is
estimated on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

WEEK = 7
_LEVEL, _NOISE = 0, WEEK + 1
_SIZE = _MEAN = WEEK + 2


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
    """One day ahead, for each series.

    Attributes:
        mean: of the value, on the log.
        sd: its standard deviation, on the log.
        variance: its variance in units of the squared surprise.
        shared: (9, n) its covariance with all that is followed, in the same units.
    """

    mean: Array
    sd: Array
    variance: Array
    shared: Array


@dataclass
class Filter:
    """What is known of `n` series before a day; it is taught the days one after the other.

    Attributes:
        known: (9, 10, n) the covariance of level, weekdays (the first is that of day 0) and noise,
            in units of the squared surprise; their means are its last column, as what is learnt
            and what a night does change both alike.
        squares: (n,) sum of squared surprises.
        weight: (n,) the days that it rests on.
        pace: how fast things change.
        day: number of the day ahead.
    """

    known: Array
    squares: Array
    weight: Array
    pace: Pace
    day: int = 0

    def __post_init__(self) -> None:
        self._wander = _wander(self.pace)[:, None]

    def forecast(self) -> Forecast:
        """What the day ahead should be."""
        level, weekday, noise = _seen(self.day)
        shared = self.known[level] + self.known[weekday] + self.known[noise]
        variance = shared[level] + shared[weekday] + shared[noise]
        sd = np.sqrt(variance * self.squares / self.weight)
        return Forecast(shared[_MEAN], sd, variance, shared[:_MEAN])

    def learn(self, ahead: Forecast, surprise: Array, taken: Flags) -> None:
        """Takes in how far the day lay off its forecast, where `taken`; and moves a day further."""
        rate = taken / ahead.variance
        told = np.concatenate([ahead.shared, -surprise[None]])
        self.known -= (ahead.shared * rate)[:, None] * told
        keep = 1 - taken / self.pace.horizon
        self.squares = self.squares * keep + surprise**2 * rate
        self.weight = self.weight * keep + taken
        self._pass_night()
        self.day += 1

    def loosen(self, where: Flags | Rows, by: float) -> None:
        """Forgets the level of some series: it may be anywhere now, `by` on the log."""
        self.known[_LEVEL, _LEVEL, where] += (by**2 * self.weight / self.squares)[where]

    def _pass_night(self) -> None:
        """The noise fades, everything wanders a little."""
        self.known[_NOISE] *= self.pace.memory
        self.known[:, _NOISE] *= self.pace.memory
        spread = self.known.reshape(_SIZE * (_SIZE + 1), -1)[:: _SIZE + 2]
        spread += self._wander


def begun(first: Array, pace: Pace) -> Filter:
    """The filter before the first day; `first` is about where each series begins, on the log."""
    n = len(first)
    spread = np.full(_SIZE, pace.weekday)
    spread[_LEVEL] = 1 / pace.surprise
    spread[_NOISE] = 1 / np.sqrt(1 - pace.memory**2)
    known = np.zeros((_SIZE, _SIZE + 1, n))
    known[range(_SIZE), range(_SIZE)] = spread[:, None] ** 2
    known[_LEVEL, _MEAN] = first
    belief = np.full(n, pace.belief)
    return Filter(known, belief * pace.surprise**2, belief, pace)


def simulated(filter_: Filter, days: int, count: int, seed: int) -> Array:
    """(count, days) draws of what the days ahead of a single series may be, on the log."""
    random = np.random.default_rng(seed)
    scale = float(filter_.squares[0] / filter_.weight[0])
    mean, cov = filter_.known[:, _MEAN, 0], filter_.known[:, :_MEAN, 0]
    states = random.multivariate_normal(mean, cov * scale, size=count, method="svd")
    pace, paths = filter_.pace, np.empty((count, days))
    shift = np.ones(_SIZE)
    shift[_NOISE] = pace.memory
    spread = np.sqrt(_wander(pace) * scale)
    for day in range(days):
        paths[:, day] = states[:, _seen(filter_.day + day)].sum(axis=1)
        states = states * shift + random.normal(0, 1, states.shape) * spread
    return paths


def _seen(day: int) -> tuple[int, int, int]:
    """What a day shows: the level, its weekday, the noise."""
    return _LEVEL, 1 + day % WEEK, _NOISE


def _wander(pace: Pace) -> Array:
    each = np.full(_SIZE, pace.weekday_drift**2 / WEEK)
    each[_LEVEL] = pace.drift**2
    each[_NOISE] = 1.0
    return each
