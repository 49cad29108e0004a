"""Chance, windows and members: against SciPy's distributions, by hand, and day by day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from metrics.alarms.chance import count_tail, share_tail
from metrics.alarms.detect import detect
from metrics.alarms.states import episodes, judged
from metrics.alarms.windows import days_of, every_day, summed
from tests.unit.alarming import MONDAY, rows, rule


@pytest.mark.parametrize(("seen", "expected"), [(1, 0.5), (5, 1.7), (9, 1.7), (30, 12.0)])
def test_a_count_is_as_rare_as_the_negative_binomial_says(seen: int, expected: float) -> None:
    ours = count_tail(np.array([float(seen)]), np.array([expected]))
    assert ours[0] == pytest.approx(stats.nbinom.sf(seen - 1, 8, 8 / (8 + expected)), rel=1e-9)


def test_one_try_is_as_rare_as_its_share_and_nothing_seen_is_certain() -> None:
    one, none = np.array([1.0]), np.array([0.0])
    assert share_tail(one, one, np.array([0.03]), 1)[0] == pytest.approx(0.03)
    assert share_tail(none, one, np.array([0.03]), -1)[0] == pytest.approx(0.97)
    assert share_tail(none, one, np.array([0.5]), 1)[0] == 1.0
    assert count_tail(none, one)[0] == 1.0


def test_tries_that_resemble_each_other_are_rarer_off_than_dice_but_less_than_all_alike() -> None:
    given = (np.array([40.0]), np.array([100.0]), np.array([0.6]))
    ours = share_tail(*given, -1)[0]
    assert stats.binom.cdf(40, 100, 0.6) < ours < 0.4


def test_a_window_sums_each_members_own_days_and_misses_none() -> None:
    start = date(2026, 1, 1)
    frame = pl.DataFrame(
        {"period": [start, start + timedelta(days=2)], "shop": ["a", "b"], "n": [3.0, 5.0]}
    )
    grid = every_day(frame, days_of(start, start + timedelta(days=3)), ("shop",))
    found = grid.with_columns(summed("n", 2, ("shop",)).alias("n")).sort("shop", "period")
    assert found["n"].to_list() == [3.0, 3.0, 0.0, 0.0, 0.0, 5.0]


def test_a_rule_of_many_members_fires_while_so_many_are_beyond() -> None:
    numbers = {shop: [50, 50, 50, 200] for shop in ("a", "b", "c")}
    numbers["c"] = [200, 50, 50, 200]
    several = rule("group = []\nmembers = 3\n")
    frame = rows(numbers).with_columns(
        pl.col("paid_sales").alias("value"), usual=None, off=pl.lit(value=True)
    )
    (found,) = episodes(judged(frame, several), several)
    assert (found.start, found.last) == (MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert len(found.spans) == 3


def test_an_incident_that_turns_over_while_nobody_judged_is_told_on_its_day() -> None:
    values = np.random.default_rng(7).normal(500, 30, (1, 120))
    values[:, 80:86] *= 1.5
    values[:, 102:105] = 0
    usable = np.ones((1, 120), dtype=bool)
    usable[:, 86:102] = False
    found = detect(values, None, usable)
    assert found.side[0, 85] == 1
    assert (found.side[0, 102:105] == -1).all()
    assert found.expected[0, 104] == pytest.approx(500, rel=0.2)
