"""Drop-off nodes: rarely called on ordinary days, and called when a step breaks."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from metrics.dropoff import nodes, nodes_since

_START = date(2024, 3, 1)
_DAYS, _BEFORE = 84, 56
_ORDINARY_MOST = 0.06
"""Of ordinary ranges called broken: 2.5 % on a side, and what the spread is not known to."""


def _shop(seed: int, break_by: float = 1.0) -> pl.DataFrame:
    """Days of two devices whose rates differ from day to day more than coin tosses do."""
    random = np.random.default_rng(seed)
    rows = []
    for device, rate in (("ios", 0.06), ("android", 0.05)):
        for day in range(_DAYS):
            n = int(random.integers(250, 450))
            p = random.beta(rate * 120, (1 - rate) * 120)
            broken = device == "android" and day >= _BEFORE
            rows.append((day, device, n, random.binomial(n, p * (break_by if broken else 1.0))))
    frame = pl.DataFrame(rows, schema=["day", "device", "view", "order"], orient="row")
    first = _START - timedelta(days=_BEFORE)
    return frame.with_columns(period=pl.lit(first) + pl.duration(days="day"))


def _called(frame: pl.DataFrame) -> set[str | None]:
    found = nodes(frame, "view", "order", ["device"], _START)
    return {node.members[0] for node in found if node.is_drop}


def test_ordinary_days_are_rarely_called() -> None:
    called = [device for seed in range(200) for device in _called(_shop(seed))]
    assert len(called) / 400 < _ORDINARY_MOST


def test_a_broken_step_is_called_and_the_other_is_not_blamed() -> None:
    called = [_called(_shop(seed, break_by=0.6)) for seed in range(40)]
    assert sum("android" in each for each in called) == len(called)
    assert sum("ios" in each for each in called) <= 4


def test_what_is_lost_is_what_the_baseline_would_have_brought() -> None:
    days = [_START + timedelta(days=n - 28) for n in range(30)]
    k = [10] * 28 + [4, 6]
    frame = pl.DataFrame({"period": days, "n": [100] * 30, "k": k})
    (node,) = nodes(frame, "n", "k", [], _START)
    assert (node.rate, node.baseline) == (0.05, 0.1)
    assert node.lost == pytest.approx(10)
    assert node.dispersion == 1.0  # days that are all alike are no reason for less than chance
    width = 1.959964 * (0.09 * (1 / 200 + 1 / 2800)) ** 0.5
    assert [node.low, node.high] == pytest.approx([0.1 - width, 0.1 + width])


def test_the_spread_is_pearsons() -> None:
    """Fifteen days of 100: ten with 20 that go on, two with 10, three with what makes up for it."""
    k = [20.0] * 10 + [10.0] * 2 + [20 + 20 / 3] * 3
    days = [_START + timedelta(days=n - 15) for n in range(16)]
    frame = pl.DataFrame({"period": days, "n": [100.0] * 16, "k": [*k, 20]})
    (node,) = nodes(frame, "n", "k", [], _START)
    chi_square = sum((each - 20) ** 2 / (100 * 0.2 * 0.8) for each in k)
    assert node.dispersion == pytest.approx(chi_square / 14)
    assert node.dispersion > 1


def test_segments_are_judged_apart_and_the_greatest_loss_comes_first() -> None:
    both = _shop(3, break_by=0.3)
    apart = [
        nodes(both.filter(pl.col("device") == name), "view", "order", ["device"], _START)[0]
        for name in ("android", "ios")
    ]
    together = nodes(both, "view", "order", ["device"], _START)
    assert [node.members for node in together] == [node.members for node in apart]
    assert [astuple(node)[1:] for node in together] == [
        pytest.approx(astuple(node)[1:]) for node in apart
    ]


def test_ranges_judged_at_once_have_the_rates_of_their_own_days() -> None:
    """The rows of each range, and of the eight weeks before it, added up one by one."""
    days = _shop(4, break_by=0.5)
    starts = [_START + timedelta(days=n) for n in (0, 3, 20)]
    found = list(nodes_since(days, "view", "order", ["device"], starts))
    assert len(found) == 6
    for start, node in found:
        rows = [row for row in days.iter_rows(named=True) if row["device"] == node.members[0]]
        before = start - timedelta(weeks=8)
        assert node.rate == pytest.approx(_rate(rows, start, date.max))
        assert node.baseline == pytest.approx(_rate(rows, before, start))


def _rate(rows: list[dict[str, Any]], first: date, end: date) -> float:
    kept = [row for row in rows if first <= row["period"] < end]
    return float(sum(row["order"] for row in kept) / sum(row["view"] for row in kept))


def test_too_little_is_not_judged() -> None:
    frame = _shop(1)
    assert not nodes(frame.filter(pl.col("period") >= _START), "view", "order", ["device"], _START)
    none = frame.with_columns(order=pl.lit(0))
    assert not nodes(none, "view", "order", ["device"], _START)
    assert not nodes(frame.clear(), "view", "order", ["device"], _START)
