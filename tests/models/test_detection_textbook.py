"""The detector against a textbook: one series at a time, whole matrices, a rule for each case."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from metrics.alarms.detect import Detector, detect
from metrics.alarms.expected import Pace

Array = NDArray[np.float64]

_PACE, _RULES = Pace(), Detector()
_FADE = np.diag([1.0] * 8 + [_PACE.memory])
_WANDER = np.diag([_PACE.drift**2] + [_PACE.weekday_drift**2 / 7] * 7 + [1.0])
_CHANGES = st.tuples(
    st.integers(0, 119), st.integers(1, 25), st.sampled_from([0.0, 0.4, 0.85, 1.2, 1.8, np.nan])
)


class _Textbook:
    """Kalman's equations as they are printed, over level, weekdays and noise."""

    def __init__(self, first: float) -> None:
        self.mean: Array = np.array([first] + [0.0] * 8)
        before = [_PACE.surprise**-2] + [_PACE.weekday**2] * 7 + [1 / (1 - _PACE.memory**2)]
        self.cov: Array = np.diag(before)
        self.squares, self.weight = _PACE.belief * _PACE.surprise**2, _PACE.belief

    def ahead(self, day: int) -> tuple[Array, float, float]:
        """What the day shows, its mean and standard deviation."""
        shows = np.eye(9)[0] + np.eye(9)[1 + day % 7] + np.eye(9)[8]
        scale = self.squares / self.weight
        return shows, float(shows @ self.mean), float(np.sqrt(shows @ self.cov @ shows * scale))

    def forget_level(self) -> None:
        self.cov[0, 0] += self.weight / self.squares

    def learn(self, day: int, value: float) -> None:
        shows, mean, _ = self.ahead(day)
        variance = float(shows @ self.cov @ shows)
        gain = self.cov @ shows / variance
        self.mean = self.mean + gain * (value - mean)
        self.cov = (np.eye(9) - np.outer(gain, shows)) @ self.cov
        keep = 1 - 1 / _PACE.horizon
        self.squares = self.squares * keep + (value - mean) ** 2 / variance
        self.weight = self.weight * keep + 1

    def sleep(self) -> None:
        self.mean, self.cov = _FADE @ self.mean, _FADE @ self.cov @ _FADE + _WANDER


class _Incidents:
    """What opens an incident, what ends it, and what makes it the new level."""

    def __init__(self) -> None:
        self.side = self.calm = self.age = 0
        self.run = {-1: 0.0, 1: 0.0}

    def see(self, z: float) -> bool:
        """Whether what lasts has just become the new level."""
        way = -1 if z < 0 else 1
        if self.side == 0:
            for side in self.run:
                self.run[side] = max(self.run[side] + side * z - _RULES.allowance, 0.0)
            if abs(z) > _RULES.fire or max(self.run.values()) > _RULES.interval:
                self._open(way, calm=0)
            return False
        is_calm = self.side * z <= _RULES.clear
        if self.side * z < -_RULES.fire:
            self._open(way, calm=self.calm + 1)
            return False
        self.calm = self.calm + 1 if is_calm else 0
        self.age += 1
        settled = self.age >= _RULES.settle
        if settled or self.calm >= _RULES.keep:
            self.side = 0
        return settled

    def _open(self, side: int, calm: int) -> None:
        self.side, self.calm, self.age, self.run = side, calm, 0, {-1: 0.0, 1: 0.0}


def _followed(values: Array, judged: NDArray[np.bool_]) -> tuple[Array, Array]:
    """(2, days) the side and what was expected of each day; and its standard deviation."""
    known = values[values > 0]
    filter_, incidents = _Textbook(float(np.log(known[0])) if len(known) else 0.0), _Incidents()
    told = []
    for day, value in enumerate(values):
        _, mean, sd = filter_.ahead(day)
        if not np.isnan(value) and judged[day]:
            far = np.log(value) - mean if value > 0 else -3.0
            settled = incidents.see(far / sd)
            if settled:
                filter_.forget_level()
            bound = np.inf if settled else _RULES.clip * sd
            if incidents.side == 0:
                filter_.learn(day, mean + float(np.clip(far, -bound, bound)))
        filter_.sleep()
        told.append((incidents.side, np.exp(mean), sd))
    side, expected, sds = np.array(told).T
    return np.stack([side, expected]), sds


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    changes=st.lists(_CHANGES, max_size=6),
    festival=st.integers(-20, 119),
)
def test_series_followed_together_are_those_of_the_textbook(
    seed: int, changes: list[tuple[int, int, float]], festival: int
) -> None:
    """Days fall out, go to nothing, jump and stay; some days neither open incidents nor teach."""
    random = np.random.default_rng(seed)
    weekday = random.normal(0, 0.2, 7)[np.arange(120) % 7]
    values = 1_000 * np.exp(weekday + random.normal(0, 0.08, (3, 120)))
    for start, length, factor in changes:
        values[random.integers(0, 3), start : start + length] *= factor
    judged = np.ones(values.shape, dtype=bool)
    judged[:, max(festival, 0) : max(festival + 15, 0)] = False
    _agree(values, judged)


def test_what_ran_up_before_a_gap_counts_after_it() -> None:
    """Small shifts with days unknown in their midst: too small for one day to fire."""
    random = np.random.default_rng(111)
    values = 1_000 * np.exp(random.normal(0, 0.06, (40, 90)))
    values[:, 60:70] *= 0.8
    values[:, 62:64] = np.nan
    assert detect(values).onsets()[:, 64:70].any()
    _agree(values, np.ones(values.shape, dtype=bool))


def _agree(values: Array, judged: NDArray[np.bool_]) -> None:
    found = detect(values, judged=judged)
    for row, (series, days) in enumerate(zip(values, judged, strict=True)):
        (side, expected), sd = _followed(series, days)
        assert np.array_equal(found.side[row], side)
        assert np.allclose(found.expected[row], expected, rtol=1e-9, atol=0)
        assert np.allclose(found.sd[row], sd, rtol=1e-9, atol=0)
