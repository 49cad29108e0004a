"""The detector on years with known incidents, and the charts against published tables."""

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.alarms import charts
from metrics.alarms.detect import Detector, detect

Array = NDArray[np.float64]

_SHAPE = np.array([0.9, 0.88, 0.92, 0.97, 1.1, 1.25, 1.15])
_DAYS, _MEMORY, _SIGMA = 365, 0.4, 0.06
_WITHIN = 9


class Year(NamedTuple):
    """Series by day, and the first day and length of each series' incidents."""

    values: Array
    incidents: list[list[tuple[int, int]]]


def _quiet(random: np.random.Generator, series: int, days: int = _DAYS) -> Array:
    """Daily values without an incident: weekday shape, yearly wave, AR(1) noise on the log."""
    surprise = random.normal(0, _SIGMA, (series, days))
    noise = surprise.copy()
    noise[:, 0] /= np.sqrt(1 - _MEMORY**2)
    for day in range(1, days):
        noise[:, day] += _MEMORY * noise[:, day - 1]
    phase = random.uniform(0, 2 * np.pi, (series, 1))
    wave = 1 + 0.15 * np.sin(2 * np.pi * np.arange(days) / 365 + phase)
    return np.asarray(1_000 * _SHAPE[np.arange(days) % 7] * wave * np.exp(noise))


def _years(seed: int, series: int = 200, warm: int = 28) -> Year:
    """Three incidents of −35 % for 3 to 7 days in each year, apart from each other."""
    random = np.random.default_rng(seed)
    values = _quiet(random, series)
    incidents = []
    for row in values:
        planted: list[tuple[int, int]] = []
        while len(planted) < 3:
            start, length = int(random.integers(warm, _DAYS - 7)), int(random.integers(3, 8))
            if all(start + length + _WITHIN <= s or s + n + _WITHIN <= start for s, n in planted):
                planted.append((start, length))
                row[start : start + length] *= 0.65
        incidents.append(planted)
    return Year(values, incidents)


@pytest.mark.parametrize("seed", [101, 102, 103])
def test_incidents_are_found_at_once_each_once_and_little_else(seed: int) -> None:
    year = _years(seed)
    onsets = detect(year.values).onsets()
    first, repeats, explained = [], 0, 0
    for row, planted in zip(onsets, year.incidents, strict=True):
        for start, _length in planted:
            told = np.flatnonzero(row[start : start + _WITHIN])
            first += [told[0] + 1] if len(told) else []
            repeats += max(len(told) - 1, 0)
            explained += len(told)
    assert len(first) / 600 >= 0.97
    assert np.mean(first) <= 1.2
    assert (onsets.sum() - explained) / 200 <= 0.15
    assert repeats <= 1


def test_a_year_without_history_misses_only_its_first_days() -> None:
    year = _years(104, warm=0)
    onsets = detect(year.values).onsets()
    found = [
        bool(row[start : start + _WITHIN].any())
        for row, planted in zip(onsets, year.incidents, strict=True)
        for start, _length in planted
    ]
    assert np.mean(found) >= 0.97


def test_each_day_is_judged_by_the_days_before_it_only() -> None:
    values = _years(105, series=20).values
    whole, cut = detect(values), detect(values[:, :200])
    assert np.array_equal(whole.side[:, :200], cut.side)
    assert np.allclose(whole.z[:, :200], cut.z)


def test_a_series_is_judged_the_same_alone_and_in_another_unit() -> None:
    values = _years(106, series=10).values
    together = detect(values)
    assert np.array_equal(detect(values[3:4] * 1_000).side, together.side[3:4])


def test_an_incident_does_not_teach_the_baseline() -> None:
    random = np.random.default_rng(107)
    quiet = _quiet(random, 50)
    hit = quiet.copy()
    hit[:, 200:207] *= 0.5
    expected, known = detect(hit).expected, detect(quiet).expected
    assert np.abs(expected[:, 207] / known[:, 207] - 1).mean() < 0.05


def test_a_level_that_stays_becomes_the_new_normal() -> None:
    values = _quiet(np.random.default_rng(108), 50)
    values[:, 150:] *= 0.6
    found = detect(values)
    assert (found.onsets()[:, 150:].sum(axis=1) == 1).mean() > 0.9
    assert (found.side[:, 150 + Detector().settle + 7 :] != 0).mean() < 0.02
    assert np.abs(found.expected[:, 200:] / values[:, 200:] - 1).mean() < 0.1


def test_days_without_a_value_neither_fire_nor_teach_and_days_with_nothing_fire() -> None:
    values = _quiet(np.random.default_rng(109), 30)
    values[:, 100:110] = np.nan
    values[:, 300:303] = 0
    found = detect(values)
    assert np.isnan(found.z[:, 100:110]).all()
    assert not found.onsets()[:, 95:115].any()
    assert found.onsets()[:, 300].all()


def test_no_series_and_no_days_are_no_mistake() -> None:
    assert detect(np.empty((0, 10))).side.shape == (0, 10)
    assert detect(np.empty((3, 0))).side.shape == (3, 0)


@pytest.mark.parametrize(
    ("length", "published"),
    [
        (charts.shewhart_run_length(3), 370.4),
        (charts.shewhart_run_length(3, shift=1), 43.9),
        (charts.cusum_run_length(0.5, 5), 465),
        (charts.cusum_run_length(0.5, 5, shift=1), 10.4),
        (charts.cusum_run_length(0.5, 4), 168),
        (charts.cusum_run_length(0.5, 4, shift=1), 8.38),
        (charts.ewma_run_length(0.1, 2.814), 500),
        (charts.ewma_run_length(0.1, 2.814, shift=1), 10.3),
        (charts.ewma_run_length(0.4, 3.054, shift=1), 14.3),
    ],
)
def test_run_lengths_are_those_of_the_tables(length: float, published: float) -> None:
    assert length == pytest.approx(published, rel=0.03)


def test_the_running_charts_run_as_long_as_the_equations_say() -> None:
    z = np.random.default_rng(110).normal(-1, 1, (20_000, 120))
    cusum = (charts.cusum_low(z, 0.5) > 5).argmax(axis=1) + 1
    ewma = (np.abs(charts.ewma(z, 0.1)) > 2.814).argmax(axis=1) + 1
    assert cusum.mean() == pytest.approx(10.4, rel=0.03)
    assert ewma.mean() == pytest.approx(10.3, rel=0.03)
