"""Days on which a daily number lies off what its weekday and season let one expect.

The baseline is never taught by an incident: while one lasts its days are left out, until it has
lasted so long that it is the new level. Any other day teaches at most what is still plausible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metrics.alarms.expected import Filter, Pace, begun

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]

_NOTHING = 3.0
"""How far below expectation, on the log, a day with nothing at all counts."""
_WAYS = np.array([[-1.0], [1.0]])
_FORGOTTEN = 1.0
"""How far a level may have gone, on the log, once an incident is taken for the new level."""


@dataclass(frozen=True)
class Detector:
    """When a day is off.

    Attributes:
        fire: standard deviations beyond which a day fires at once.
        allowance: of the CUSUM, which finds what is smaller but lasts: half of that shift.
        interval: of the CUSUM: how far it must run to fire.
        clear: standard deviations within which a day counts as back to normal.
        keep: days in a row that must be so before the incident is over.
        settle: days after which what lasts is the new level.
        clip: standard deviations that a day may teach the baseline at most.
        pace: how fast the baseline itself moves.
    """

    fire: float = 4.3
    allowance: float = 1.25
    interval: float = 5.0
    clear: float = 2.5
    keep: int = 2
    settle: int = 14
    clip: float = 2.5
    pace: Pace = field(default_factory=Pace)


class Found(NamedTuple):
    """What was found, each (series, days).

    Attributes:
        side: −1 on the days of an incident below what was expected, 1 above, else 0. On the first
            of them one would have been told.
        expected: what each day should have been, in the unit of the values.
        z: how far off it was, in standard deviations on the log; NaN without a value.
        sd: that standard deviation, on the log.
    """

    side: Array
    expected: Array
    z: Array
    sd: Array

    def onsets(self, side: int = -1) -> Flags:
        """The first days of the incidents of a side."""
        on = self.side == side
        first: Flags = on & ~np.pad(on, ((0, 0), (1, 0)))[:, :-1]
        return first


def detect(values: Array, detector: Detector | None = None, judged: Flags | None = None) -> Found:
    """Finds the days that are off, each judged by the days before it only.

    Args:
        values: (series, days), consecutive days, oldest first; NaN where a day is not known, 0 or
            less where there was nothing.
        detector: when a day is off.
        judged: days that may open an incident and teach the baseline, in the shape of `values`;
            all when left out. Festivals, which no weekday explains, are kept out by it.
    """
    detector = detector or Detector()
    usable = ~np.isnan(values) if judged is None else judged & ~np.isnan(values)
    logs = np.log(np.where(values > 0, values, np.nan))
    side, mean, sd = _followed(logs, usable, detector).transpose(0, 2, 1)
    z = np.where(usable, _far(logs, mean) / sd, np.nan)
    return Found(side, np.exp(mean), z, sd)


def _followed(logs: Array, usable: Flags, detector: Detector) -> Array:
    """(3, days, series): the side, the mean and standard deviation on the log of each day."""
    n, days = logs.shape
    filter_, watch = begun(_first(logs), detector.pace), _Watch(n, detector)
    followed = np.empty((3, days, n))
    for day, (seen, known) in enumerate(zip(logs.T.copy(), usable.T.copy(), strict=True)):
        _follow(filter_, watch, seen, known, followed[:, day])
    return followed


def _follow(filter_: Filter, watch: _Watch, seen: Array, usable: Flags, told: Array) -> None:
    """One day: whether it is off, what was expected; it teaches what is plausible."""
    ahead = filter_.forecast()
    far = _far(seen, ahead.mean)
    z = far / ahead.sd
    settled = watch.see(z * usable, usable)
    told[0], told[1], told[2] = watch.side, ahead.mean, ahead.sd
    clip = watch.detector.clip
    lesson = np.minimum(np.maximum(z, -clip), clip) * ahead.sd
    if settled.size:
        lesson[settled] = far[settled]
        filter_.loosen(settled, _FORGOTTEN)
        ahead = filter_.forecast()
    filter_.learn(ahead, lesson, usable & (watch.side == 0))


def _far(logs: Array, mean: Array) -> Array:
    """How far values lie off the mean; with nothing at all, a fixed way below it."""
    far = logs - mean
    np.copyto(far, -_NOTHING, where=np.isnan(far))
    return far


class _Watch:
    """What is remembered of each series from day to day."""

    def __init__(self, n: int, detector: Detector) -> None:
        self.detector = detector
        self.side = np.zeros(n)  # of the open incident: −1, 0, 1
        self.calm = np.zeros(n)  # days in a row within the clear level
        self.age = np.zeros(n)  # days of the open incident
        self.run = np.zeros((2, n))  # the CUSUMs below and above, of what has no open incident

    def see(self, z: Array, usable: Flags) -> Rows:
        """Takes in a day; the series whose incident has just become the new level."""
        self.run += _WAYS * z
        self.run -= self.detector.allowance * usable
        np.maximum(self.run, 0.0, out=self.run)
        fired = np.maximum(*self.run) > self.detector.interval
        fired |= np.abs(z) > self.detector.fire
        fired |= self.side != 0
        rows = fired.nonzero()[0]
        return self._move(rows, z[rows], usable[rows]) if rows.size else rows

    def _move(self, rows: Rows, z: Array, usable: Flags) -> Rows:
        """Opens, carries on and closes incidents; the rows of which one is the new level."""
        side = self.side[rows]
        opened = (side == 0) | (side * z < -self.detector.fire)  # or another one, the other way
        is_calm = (side != 0) & (side * z <= self.detector.clear)
        calm = self.calm[rows]
        calm = self.calm[rows] = np.where(usable, np.where(is_calm, calm + 1, 0), calm)
        age = self.age[rows] = np.where(opened, 0, self.age[rows] + usable)
        settled = age >= self.detector.settle
        stays = np.where(settled | (calm >= self.detector.keep), 0, side)
        self.side[rows] = np.where(opened, np.sign(z), stays)
        self.run[:, rows] = 0.0
        return rows[settled]


def _first(logs: Array) -> Array:
    """About where each series begins: its first known value."""
    known = ~np.isnan(logs)
    first = logs[np.arange(len(logs)), known.argmax(axis=1)] if logs.size else np.zeros(len(logs))
    return np.nan_to_num(first)
