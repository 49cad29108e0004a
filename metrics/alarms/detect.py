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

_NOTHING = 3.0
"""How far below expectation, on the log, a day with nothing at all counts."""
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
    filter_ = begun(_first(logs), detector.pace)
    watch = _Watch(len(values), detector)
    days = []
    for day in range(values.shape[1]):
        filter_, row = _day(filter_, watch, logs[:, day], usable[:, day])
        days.append(row)
    rows = np.array(days).reshape(values.shape[1], 4, len(values))
    return Found(*rows.transpose(1, 2, 0))


def _day(filter_: Filter, watch: _Watch, logs: Array, usable: Flags) -> tuple[Filter, Array]:
    """One day: what was expected, whether it is off, what it teaches."""
    mean, sd = filter_.forecast()
    seen = np.where(np.isnan(logs), mean - _NOTHING, logs)
    z = (seen - mean) / sd
    settled = watch.see(z, usable)
    if settled.any():
        filter_ = filter_.loosened(settled, _FORGOTTEN)
    bound = np.where(settled, np.inf, watch.detector.clip) * sd
    lesson = mean + np.clip(seen - mean, -bound, bound)
    row = np.stack([watch.side, np.exp(mean), np.where(usable, z, np.nan), sd])
    return filter_.learnt(lesson, usable & (watch.side == 0)), row


class _Watch:
    """What is remembered of each series from day to day."""

    def __init__(self, n: int, detector: Detector) -> None:
        self.detector = detector
        self.side = np.zeros(n)  # of the open incident: −1, 0, 1
        self.calm = np.zeros(n)  # days in a row within the clear level
        self.age = np.zeros(n)  # days of the open incident
        self.run = np.zeros((2, n))  # the CUSUMs below and above

    def see(self, z: Array, usable: Flags) -> Flags:
        """Takes in a day; the series whose incident has just become the new level."""
        detector = self.detector
        z = np.where(usable, z, 0.0)
        run = np.maximum(self.run + np.stack([-z, z]) - detector.allowance, 0.0)
        self.run = np.where(usable & (self.side == 0), run, self.run)
        off = np.where(z < 0, -1.0, 1.0) * (
            (np.abs(z) > detector.fire) | (self.run.max(axis=0) > detector.interval)
        )
        turned = usable & (self.side * z < -detector.fire)  # another one, the other way
        is_calm = (self.side != 0) & (z * self.side <= detector.clear)
        self.calm = np.where(usable, np.where(is_calm, self.calm + 1, 0), self.calm)
        self.age = np.where((self.side == 0) | turned, 0, self.age + usable)
        settled: Flags = self.age >= detector.settle
        over = (self.calm >= detector.keep) | settled
        opened = usable & ((self.side == 0) | turned)
        self.side = np.where(opened, off, np.where(over, 0, self.side))
        self.run[:, self.side != 0] = 0.0
        return settled


def _first(logs: Array) -> Array:
    """About where each series begins: its first known value."""
    known = ~np.isnan(logs)
    first = logs[np.arange(len(logs)), known.argmax(axis=1)] if logs.size else np.zeros(len(logs))
    return np.nan_to_num(first)
