"""The forecast on UCI Online Retail, on simulated demand, and at the edges."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from connectors.errors import UserError
from metrics.models.forecast import backtest_table, forecast, make_panel, sku_table, sum_table
from metrics.models.forecast.calibration import BANDS
from tests.models.forecast_yardsticks import SIMPLE, measured, over_all
from tests.models.online_retail import FOLDER, online_retail

START = date(2024, 1, 1)


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no data in {FOLDER} (BOARD_DATA names another)")
def test_online_retail_reaches_the_yardsticks() -> None:
    panel = online_retail()
    assert panel.units.shape == (2730, 374)
    found = over_all(measured(panel, (2, 4, 6, 8)))
    assert found["wape"] <= 0.60
    assert abs(found["bias"]) <= 0.08
    assert found["rmsse"] <= 0.585
    assert 0.935 <= found["at_most_95"] <= 0.965
    assert 0.78 <= found["coverage_80"] <= 0.90
    assert all(found["rmsse"] < found[f"rmsse_{name}"] for name in SIMPLE)


def _simulated(skus: int, days: int, seed: int) -> tuple[pl.DataFrame, np.ndarray]:
    """Poisson sales around a steady level with a weekday pattern; the levels."""
    random = np.random.default_rng(seed)
    level = random.gamma(1.0, 3.0, skus) + 0.2
    weekday = np.array([0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.0])
    units = random.poisson(level[:, None] * np.resize(weekday, days))
    rows = [
        (f"sku-{i:04d}", START + timedelta(days=t), int(units[i, t]))
        for i in range(skus)
        for t in range(days)
    ]
    return pl.DataFrame(rows, schema=["sku", "day", "units"], orient="row"), level


def test_a_steady_demand_is_found_and_its_intervals_hold() -> None:
    history, level = _simulated(300, 260, seed=3)
    panel = make_panel(history)
    made = forecast(panel)
    truth = level * 7
    assert made.model == "learned"
    assert np.abs(made.total - truth).sum() / truth.sum() < 0.12
    came = np.random.default_rng(4).poisson(truth)
    bands = dict(zip(BANDS, made.quantiles.T, strict=True))
    for name, share in (("50", 0.5), ("80", 0.8), ("95", 0.95)):
        within = (bands[f"low_{name}"] <= came) & (came <= bands[f"high_{name}"])
        assert within.mean() == pytest.approx(share, abs=0.08)


def test_equal_data_and_seed_give_equal_forecasts() -> None:
    history, _ = _simulated(120, 200, seed=5)
    shuffled = history.sample(fraction=1.0, shuffle=True, seed=1)
    one, other = forecast(make_panel(history)), forecast(make_panel(shuffled))
    assert np.array_equal(one.total, other.total)
    assert np.array_equal(one.quantiles, other.quantiles)


def test_days_out_of_stock_do_not_lower_the_forecast() -> None:
    """Every other week empty shelves: what is forecast is demand, not what was sold."""
    history, level = _simulated(200, 220, seed=6)
    day = (pl.col("day") - pl.lit(START)).dt.total_days()
    empty = ((day // 7) % 2 == 1) & (pl.col("sku") < "sku-0100")
    censored = history.with_columns(
        units=pl.when(empty).then(0).otherwise("units"), in_stock=~empty
    )
    total = forecast(make_panel(censored)).total
    assert total[:100].sum() == pytest.approx(level[:100].sum() * 7, rel=0.08)
    blind = forecast(make_panel(censored.drop("in_stock"))).total
    assert blind[:100].sum() < 0.8 * level[:100].sum() * 7


def test_sums_agree_with_their_parts_and_widen_with_them() -> None:
    history, _ = _simulated(90, 200, seed=7)
    panel = make_panel(history)
    made = forecast(panel)
    parts = pl.DataFrame(
        {"member": ["a", "b", "b"] * 30, "i": range(90), "share": [1.0, 0.25, 1.0] * 30}
    )
    sums = sum_table(made, parts)
    skus = sku_table(panel, made)["units"].to_numpy()
    expected = [skus[0::3].sum(), 0.25 * skus[1::3].sum() + skus[2::3].sum()]
    assert sums["units"].to_list() == pytest.approx(expected)
    assert made.daily.sum(axis=1) == pytest.approx(made.total)
    for low, high in itertools.pairwise(BANDS):
        assert (sums[low] <= sums[high]).all()


def test_intervals_of_sums_hold() -> None:
    history, _ = _simulated(240, 253, seed=8)
    cut = START + timedelta(days=246)
    made = forecast(make_panel(history.filter(pl.col("day") < cut)))
    parts = pl.DataFrame({"member": [str(n // 4) for n in range(240)], "i": range(240)})
    sums = sum_table(made, parts.with_columns(share=1.0))
    after = history.filter(pl.col("day") >= cut).group_by("sku").agg(pl.col("units").sum())
    came = (
        after.sort("sku")
        .with_columns(member=parts["member"])
        .group_by("member")
        .agg(pl.col("units").sum().alias("came"))
    )
    joined = sums.join(came, on="member")
    assert joined.height == 60
    within = joined.select(pl.col("came").is_between("low_80", "high_80").mean()).item()
    assert 0.68 <= within <= 0.95


def test_a_sku_without_sales_is_forecast_from_its_category() -> None:
    history, level = _simulated(60, 120, seed=9)
    items = pl.DataFrame(
        {
            "sku": [f"sku-{i:04d}" for i in range(60)] + ["new-a", "new-b"],
            "category": ["a", "b"] * 31,
            "launched": [None] * 60 + [START + timedelta(days=119)] * 2,
        }
    )
    panel = make_panel(history, items)
    found = dict(zip(panel.items["sku"], forecast(panel).total, strict=True))
    assert found["new-a"] == pytest.approx(level[0::2].mean() * 7, rel=0.35)
    assert found["new-b"] == pytest.approx(level[1::2].mean() * 7, rel=0.35)


def test_the_backtest_tells_the_same_scores_as_counting_by_hand() -> None:
    history, _ = _simulated(80, 200, seed=10)
    panel = make_panel(history)
    table = backtest_table(panel, forecast(panel))
    assert table["origin"].n_unique() == 8
    last = START + timedelta(days=193)
    sold = history.filter(pl.col("day") >= last).group_by("sku").agg(came=pl.col("units").sum())
    week = history.filter(pl.col("day").is_between(last - timedelta(days=7), last, closed="left"))
    told = week.group_by("sku").agg(told=pl.col("units").sum()).join(sold, on="sku")
    error = np.abs(told["came"].to_numpy() - told["told"].to_numpy()).sum()
    row = table.filter(pl.col("origin") == last, pl.col("model") == "seasonal_naive").row(
        0, named=True
    )
    assert row["wape"] == pytest.approx(error / told["came"].to_numpy().sum())
    assert row["skus"] == 80
    zero = table.filter(pl.col("model") == "zero")
    assert zero["wape"].to_list() == [1.0] * 8
    assert zero["bias"].to_list() == [-1.0] * 8


def test_a_short_history_is_forecast_by_the_profile_and_a_shorter_one_refused() -> None:
    history, level = _simulated(50, 70, seed=11)
    made = forecast(make_panel(history))
    assert made.model == "profile"
    assert made.total.sum() == pytest.approx(level.sum() * 7, rel=0.1)
    with pytest.raises(UserError, match="20 days of sales are too few to forecast 7"):
        forecast(make_panel(history.filter(pl.col("day") < START + timedelta(days=20))))


def test_rows_that_repeat_and_histories_without_units_are_refused() -> None:
    history, _ = _simulated(3, 30, seed=12)
    with pytest.raises(UserError, match="two rows for one SKU and day"):
        make_panel(pl.concat([history, history.head(1)]))
    with pytest.raises(UserError, match="No day of the sales history has units"):
        make_panel(history.with_columns(units=pl.lit(None, pl.Int64)))
