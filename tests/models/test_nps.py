"""The interval of the net promoter score, by simulation of answers whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from metrics.models.nps import with_intervals


def _coverage(count: int, up: float, down: float) -> float:
    drawn = np.random.default_rng([7, count]).multinomial(count, [up, 1 - up - down, down], 20_000)
    answers = pl.DataFrame(
        {"promoters": drawn[:, 0], "detractors": drawn[:, 2], "survey_answers": [count] * 20_000}
    )
    truth = 100 * (up - down)
    held = pl.col("nps_low").le(truth) & pl.col("nps_high").ge(truth)
    return float(with_intervals(answers).select(held.mean()).item())


@pytest.mark.parametrize("count", [15, 20, 30, 50, 100, 200, 400])
@pytest.mark.parametrize(
    ("up", "down"), [(1 / 2, 1 / 6), (0.6, 0.1), (0.45, 0.15), (0.7, 0.1), (0.2, 0.5), (0.85, 0.05)]
)
def test_the_interval_holds_the_truth_in_95_of_100_cases(
    count: int, up: float, down: float
) -> None:
    assert 0.94 <= _coverage(count, up, down) <= 0.975


def test_by_hand() -> None:
    """P ½ and D ⅙ of 6 answers: 33.3; adjusted, 3.75 and 1.75 of 9."""
    one = pl.DataFrame({"promoters": [3], "detractors": [1], "survey_answers": [6]})
    row = with_intervals(one).row(0, named=True)
    assert row["nps"] == pytest.approx(100 / 3)
    variance = 3.75 / 9 + 1.75 / 9 - (2 / 9) ** 2
    assert row["nps_margin"] == pytest.approx(196 * (variance / 9) ** 0.5)
    assert row["nps_low"] == pytest.approx(200 / 9 - row["nps_margin"])
    assert row["is_few"]


def test_without_answers_nothing_is_said() -> None:
    none = pl.DataFrame({"promoters": [0], "detractors": [0], "survey_answers": [0]})
    row = with_intervals(none).row(0, named=True)
    assert (row["nps"], row["nps_margin"], row["nps_low"], row["nps_high"]) == (None,) * 4
    assert row["is_few"]


def test_the_margin_is_the_metric_s() -> None:
    """The dictionary's formula says the same as the model."""
    some = pl.DataFrame({"promoters": [40], "detractors": [15], "survey_answers": [90]})
    up, down = 40.75 / 93, 15.75 / 93
    by_dictionary = 196 * ((up + down - (up - down) ** 2) / 93) ** 0.5
    assert with_intervals(some)["nps_margin"][0] == pytest.approx(by_dictionary)
