"""Decompositions add up, whatever the factors."""

from __future__ import annotations

from math import e, prod

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as any_

from metrics.factors import Step, accounted, contributions, ground, largest_segments, waterfall

positive = any_.floats(1e-3, 1e6)
pairs = any_.lists(any_.tuples(positive, positive), min_size=1, max_size=4)


@given(pairs)
@example([(20196.0, 0.0625), (20207.0, 0.0625), (0.0625, 9864.0), (0.0625, 19747.0)])
def test_nothing_is_left_over(factors: list[tuple[float, float]]) -> None:
    now, then = zip(*factors, strict=True)
    shares = contributions(now, then)
    assert shares is not None
    lost = 1e-12 * sum(abs(share) for share in shares)  # by adding amounts that undo each other
    assert sum(shares) == pytest.approx(prod(now) - prod(then), rel=1e-6, abs=lost)


@given(pairs)
def test_the_order_does_not_matter(factors: list[tuple[float, float]]) -> None:
    now, then = zip(*factors, strict=True)
    there = contributions(now, then)
    back = contributions(now[::-1], then[::-1])
    assert there is not None
    assert back is not None
    assert there == pytest.approx(back[::-1])


@given(positive, positive, positive)
def test_a_factor_that_stays_brings_nothing(same: float, now: float, then: float) -> None:
    shares = contributions([same, now], [same, then])
    assert shares is not None
    assert shares[0] == 0


def test_by_hand() -> None:
    """From 1 × 1 to e × e: two equal factors bring a half each."""
    half = (e**2 - 1) / 2
    assert contributions([e, e], [1.0, 1.0]) == pytest.approx((half, half))


def test_without_a_factor_there_is_no_answer() -> None:
    assert contributions([1.0, None], [1.0, 1.0]) is None
    assert contributions([1.0, 1.0], [None, 1.0]) is None


def test_from_nothing_both_factors_share_what_came() -> None:
    assert contributions([3.0, 4.0], [0.0, 0.0]) == pytest.approx((6.0, 6.0))


def test_segments_of_an_answer_add_up_and_the_remarkable_one_leads() -> None:
    frame = pl.DataFrame({"shop": ["a", "b", None], "p": [90, 60, 1], "p_year": [100, 10, None]})
    found = largest_segments(frame, "shop", "p", "year")
    assert found["shop"][0] == "b"
    assert found["amount"].sum() == 41


def test_the_steps_lead_from_then_to_now() -> None:
    row = {"p": 12.0, "a": 3.0, "b": 4.0, "p_year": 2.0, "a_year": 1.0, "b_year": 2.0}
    steps = waterfall(row, "p", ["a", "b"], "year")
    assert steps is not None
    first, *middle, last = steps
    assert (first.start, first.end, last.start, last.end) == (0.0, 2.0, 0.0, 12.0)
    assert [step.name for step in steps] == ["p", "a", "b", "p"]
    assert middle[0].start == 2.0
    assert middle[0].end == middle[1].start
    assert middle[1].end == pytest.approx(12.0)


def test_without_a_comparison_there_are_no_steps() -> None:
    assert waterfall({"p": 1.0, "a": 1.0}, "p", ["a"], "year") is None


@pytest.mark.parametrize(
    ("ends", "begin"),
    [
        ((1_000.0, 1_030.0, 1_010.0, 1_010.0), 980.0),  # 15 below the lowest, down to a ten
        ((1_000.0, 500.0, 800.0, 800.0), 0.0),
        ((1_000.0, 1_000.0, 1_000.0, 1_000.0), 0.0),
        ((-10.0, -9.9, -9.8, -9.8), 0.0),
    ],
)
def test_the_axis_begins_where_small_steps_can_be_seen(
    ends: tuple[float, ...], begin: float
) -> None:
    starts = (0.0, *ends[:-2], 0.0)
    steps = [Step("x", *each) for each in zip(starts, ends, strict=True)]
    assert ground(steps) == begin


@given(any_.lists(any_.floats(1.0, 1e9), min_size=2, max_size=6))
def test_no_bar_ends_below_the_ground(ends: list[float]) -> None:
    steps = [Step("x", 0.0, end) for end in ends]
    assert 0 <= ground(steps) <= min(ends)


def test_an_account_by_segment_adds_up_and_tells_price_from_volume() -> None:
    """a doubles at its price, b gets dearer by half; c is money without units."""
    frame = pl.DataFrame(
        {
            "category": ["a", "b", "c"],
            "sales": [200.0, 150.0, -5.0],
            "units": [20, 10, 0],
            "sales_year": [100.0, 100.0, None],
            "units_year": [10, 10, None],
        }
    )
    rows = {
        row["category"]: row
        for row in accounted(frame, "category", "units", "sales", "year").to_dicts()
    }
    assert [rows[each]["amount"] for each in "abc"] == [100, 50, -5]
    whole = sum(row[part] for row in rows.values() for part in ("volume", "mix", "price"))
    assert whole == pytest.approx(145)
    assert rows["a"]["price"] == pytest.approx(0)
    # b is 5 dearer a unit; its units are share × total: 1/2 × 20 before, 1/3 × 30 now.
    assert rows["b"]["price"] == pytest.approx(5 * (10 / 3 + 15 / 6 + 20 / 18 + 10 / 3))
    assert (rows["c"]["volume"], rows["c"]["mix"], rows["c"]["price"]) == (0, 0, -5)
