"""Accounts of change: exact, without a preferred order, and where a shock was planted."""

from __future__ import annotations

from itertools import permutations
from math import prod

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as any_

from metrics.models.drivers import (
    Sides,
    factor_account,
    price_volume_mix,
    ratio_account,
    segment_account,
    shapley,
)

numbers = any_.floats(-1e4, 1e4)
factor_pairs = any_.lists(any_.tuples(numbers, numbers), min_size=1, max_size=5)
sold = any_.tuples(any_.integers(0, 500), any_.floats(1, 900))
segments = any_.lists(any_.tuples(sold, sold), min_size=1, max_size=8)


@given(factor_pairs)
def test_the_account_is_the_mean_over_all_orders_of_change(
    pairs: list[tuple[float, float]],
) -> None:
    then, now = zip(*pairs, strict=True)
    by_hand = [0.0] * len(pairs)
    orders = list(permutations(range(len(pairs))))
    for order in orders:
        at = list(then)
        for n in order:
            before = prod(at)
            at[n] = now[n]
            by_hand[n] += (prod(at) - before) / len(orders)
    found = shapley(np.array(then)[:, None], np.array(now)[:, None])[:, 0]
    scale = max(prod(max(abs(a), abs(b)) for a, b in pairs), 1.0)
    assert found / scale == pytest.approx(np.array(by_hand) / scale, abs=1e-9)
    assert abs(found.sum() - (prod(now) - prod(then))) <= 1e-9 * scale


def _sides(rows: list[tuple[tuple[int, float], tuple[int, float]]]) -> Sides:
    """Units, price and amount of each segment; without units a segment has no row."""
    frames = []
    for side in (0, 1):
        kept = [
            (f"s{n}", row[side][0], row[side][1], row[side][0] * row[side][1])
            for n, row in enumerate(rows)
            if row[side][0]
        ]
        types = {"shop": pl.String, "units": pl.Int64, "price": pl.Float64, "sales": pl.Float64}
        frames.append(pl.DataFrame(kept, schema=types, orient="row"))
    return Sides(*frames)


def _change(sides: Sides, name: str = "sales") -> float:
    return float(sides.now[name].sum()) - float(sides.then[name].sum())


def _size(sides: Sides) -> float:
    return float(sides.now["sales"].sum()) + float(sides.then["sales"].sum()) + 1


@given(segments)
def test_factors_and_segments_leave_nothing_over(
    rows: list[tuple[tuple[int, float], tuple[int, float]]],
) -> None:
    sides = _sides(rows)
    account = factor_account(sides, ["shop"], ["units", "price"])
    assert abs(float(account["amount"].sum()) - _change(sides)) <= 1e-9 * _size(sides)
    by_segment = segment_account(sides, ["shop"], "sales")
    assert abs(float(by_segment["amount"].sum()) - _change(sides)) <= 1e-9 * _size(sides)


@given(segments)
def test_price_volume_and_mix_leave_nothing_over(
    rows: list[tuple[tuple[int, float], tuple[int, float]]],
) -> None:
    sides = _sides(rows)
    account = price_volume_mix(sides, ["shop"], "units", "sales")
    total = account.select(pl.sum_horizontal("volume", "mix", "price").sum()).item()
    assert abs(total - _change(sides)) <= 1e-9 * _size(sides)
    units = [float(side["units"].sum()) for side in sides]
    if all(units):
        prices = [float(side["sales"].sum()) / n for side, n in zip(sides, units, strict=True)]
        ratio = ratio_account(sides, ["shop"], "sales", "units")
        found = ratio.select(pl.sum_horizontal("rate", "mix").sum()).item()
        assert abs(found - (prices[1] - prices[0])) <= 1e-9 * (sum(prices) + 1)


def test_price_volume_and_mix_by_hand() -> None:
    """Twice the units at the same prices and shares is volume alone; and so for the others."""
    same = [((10, 5.0), (20, 5.0)), ((30, 9.0), (60, 9.0))]
    more = price_volume_mix(_sides(same), ["shop"], "units", "sales")
    assert more.select(pl.col("volume", "mix", "price").sum()).row(0) == pytest.approx((320, 0, 0))
    dearer = [((10, 5.0), (10, 6.0)), ((30, 9.0), (30, 9.0))]
    price = price_volume_mix(_sides(dearer), ["shop"], "units", "sales")
    assert price.select(pl.col("volume", "mix", "price").sum()).row(0) == pytest.approx((0, 0, 10))
    other = [((10, 5.0), (30, 5.0)), ((30, 9.0), (10, 9.0))]
    mix = price_volume_mix(_sides(other), ["shop"], "units", "sales")
    assert mix.select(pl.col("volume", "mix", "price").sum()).row(0) == pytest.approx((0, -80, 0))
    assert mix["mix"].to_list() == pytest.approx([-40, -40])


def test_simpson_s_paradox_has_the_right_signs() -> None:
    """Both shops convert better, yet all of them worse: visitors moved to where few buy."""
    then = pl.DataFrame({"shop": ["live", "shelf"], "buyers": [20, 900], "visitors": [1000, 9000]})
    now = pl.DataFrame({"shop": ["live", "shelf"], "buyers": [240, 220], "visitors": [8000, 2000]})
    assert 240 / 8000 > 20 / 1000
    assert 220 / 2000 > 900 / 9000
    account = ratio_account(Sides(then, now), ["shop"], "buyers", "visitors")
    assert (account["rate"] > 0).all()
    assert (account["mix"] < 0).all()
    change = (240 + 220) / 10_000 - (20 + 900) / 10_000
    assert account.select(pl.sum_horizontal("rate", "mix").sum()).item() == pytest.approx(change)
    assert change < 0


def test_five_factors_of_a_shop() -> None:
    """Only conversion fell, by a fifth: the whole change is its."""
    names = ["visitors", "pay_conversion", "units_per_buyer", "unit_value", "kept_share"]
    values = [1_000.0, 0.05, 1.4, 200.0, 0.6]
    then = pl.DataFrame({name: [value] for name, value in zip(names, values, strict=True)})
    now = then.with_columns(pl.col("pay_conversion") * 0.8)
    account = factor_account(Sides(then, now), [], names)
    by_factor = dict(account.select("factor", "amount").iter_rows())
    assert by_factor.pop("pay_conversion") == pytest.approx(-0.2 * prod(values))
    assert not any(by_factor.values())


def test_a_new_segment_is_all_quantity() -> None:
    then = pl.DataFrame({"shop": ["a"], "units": [5], "price": [10.0]})
    now = pl.DataFrame({"shop": ["a", "b"], "units": [5, 3], "price": [10.0, 7.0]})
    account = factor_account(Sides(then, now), ["shop"], ["units", "price"])
    assert account.filter(shop="b").sort("factor")["amount"].to_list() == [0.0, 21.0]


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_shock_is_found(seed: int) -> None:
    """In one of 15 segments of any size, amid noise and a common growth, on 200 trials a seed."""
    random = np.random.default_rng([6, seed])
    names = [f"s{n:02}" for n in range(15)]
    found = 0
    for _ in range(200):
        size = 1e6 * random.dirichlet(np.full(15, 3.0))
        hit = int(random.integers(15))
        change = np.exp(random.normal(random.normal(0, 0.05), 0.02, 15))
        change[hit] *= 0.6 if random.random() < 0.5 else 1.4
        then = pl.DataFrame({"shop": names, "sales": size})
        now = pl.DataFrame({"shop": names, "sales": size * change})
        found += segment_account(Sides(then, now), ["shop"], "sales")["shop"][0] == names[hit]
    assert found >= 180
