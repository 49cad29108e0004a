"""Stock targets and stock-out dates against simulated shelves and sums over the distribution."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from metrics.models.demand import Demand, demand_rates, total_demand
from metrics.models.replenishment import season_outlook, stock_out, stock_targets
from tests.models.shelves import SEEN, fill_rate, history, intermittent, out_scores


@pytest.mark.parametrize(("zeros", "seed"), [(0.70, 1), (0.77, 2), (0.84, 3)])
def test_the_fill_rate_is_reached_and_not_overshot(zeros: float, seed: int) -> None:
    units = intermittent(zeros, seed)
    assert (units == 0).mean() == pytest.approx(zeros, abs=0.02)
    assert 0.94 <= fill_rate(units, seed) <= 0.97


@pytest.mark.parametrize("seed", [4, 5])
def test_out_within_14_days_is_told_better_than_by_cover(seed: int) -> None:
    ours, cover = out_scores(intermittent(0.77, seed), seed)
    assert ours <= 0.165
    assert ours < 0.7 * cover


def test_stock_out_dates_are_those_of_simulated_demand() -> None:
    """Many draws of rate and days; the rate is known well, so its doubt hardly matters."""
    random = np.random.default_rng(6)
    rates = pl.DataFrame(
        {
            "sku": ["steady", "lumpy"],
            "rate": [2.0, 2.0],
            "doubt": [0.01, 0.5],
            "dispersion": [1.2, 4.0],
            "stock": [40, 40],
        }
    )
    found = stock_out(rates).to_dicts()
    for row, (doubt, dispersion) in zip(found, [(0.01, 1.2), (0.5, 4.0)], strict=True):
        rate = random.gamma(4.0 / doubt, doubt / 2.0, (20_000, 1))
        size = rate / (dispersion - 1)
        days = random.negative_binomial(size, 1 / dispersion, (20_000, 200)).cumsum(axis=1)
        when = np.where(days[:, -1] >= 40, (days >= 40).argmax(axis=1) + 1, 10_000)
        simulated = [np.quantile(when, p, method="inverted_cdf") for p in (0.1, 0.5, 0.9)]
        told = [row["out_p10"], row["out_p50"], row["out_p90"]]
        assert told == pytest.approx(simulated, rel=0.12, abs=1)
        assert row["out_within"] == pytest.approx(np.mean(when <= 14), abs=0.03)


def test_shortage_is_the_sum_over_the_distribution() -> None:
    demand = Demand(np.array([3.7, 0.2]), np.array([9.1, 0.9]))
    numbers = np.arange(0, 2000)
    for stock in (0, 1, 5, 12):
        beyond = np.array([demand.above(np.full(2, float(n))) for n in numbers[stock:]]).sum(axis=0)
        assert demand.short(np.full(2, float(stock))) == pytest.approx(beyond, abs=1e-9)


def test_the_targets_of_a_normal_demand_are_those_of_the_dictionary() -> None:
    """Mean 100, deviation 20 a day, lead time 7 ± 2: z·√(L̄σ² + d̄²σ_L²) is 341.4 at z = 1.65."""
    rates = pl.DataFrame({"sku": ["s"], "rate": [100.0], "doubt": [0.0], "dispersion": [4.0]})
    demand = total_demand(rates, np.array([7.0]), np.array([4.0]))
    assert demand.mean[0] == pytest.approx(700)
    spread = np.sqrt(demand.size * (1 - demand.chance)) / demand.chance
    assert 1.65 * spread[0] == pytest.approx(341.4, abs=0.05)


def test_a_sku_without_history_has_the_rate_of_its_category_with_more_doubt() -> None:
    known = history(intermittent(0.7, 7)[:, :SEEN])
    nothing = {"sku": "new", "category": "c", "days": None, "units": None, "squares": None}
    new = pl.DataFrame([nothing], schema=known.schema)
    rates = demand_rates(pl.concat([known, new]))
    assert rates.null_count().sum_horizontal().item() == 0
    assert np.isfinite(rates.select("rate", "doubt", "dispersion").to_numpy()).all()
    own, others = rates.filter(pl.col("sku") == "new"), rates.filter(pl.col("sku") != "new")
    mean = (known["units"] / known["days"]).to_numpy().mean()
    assert own["rate"].item() == pytest.approx(mean, rel=0.05)
    assert own["doubt"].item() > 3 * others["doubt"].to_numpy().mean()


def test_nothing_known_at_all_is_still_a_number() -> None:
    nothing = {"sku": "s", "category": None, "days": 0, "units": 0, "squares": 0}
    empty = pl.DataFrame([nothing])
    rates = demand_rates(empty).with_columns(
        lead_days=7.0, lead_sd=0.0, review_days=7.0, stock=5, days_left=30
    )
    for table in (rates, stock_targets(rates), season_outlook(rates)):
        values = table.select(pl.exclude("sku")).row(0)
        assert all(np.isfinite(value) for value in values)
    assert stock_out(rates)["out_within"].item() < 0.01


def test_a_season_ends_with_what_is_sold_and_what_is_left() -> None:
    rates = pl.DataFrame(
        {
            "sku": ["too much", "too little", "none"],
            "rate": [1.0, 1.0, 1.0],
            "doubt": [0.02, 0.02, 0.02],
            "dispersion": [1.5, 1.5, 1.5],
            "stock": [400, 10, 0],
            "days_left": [60, 60, 60],
        }
    )
    found = season_outlook(rates)
    assert found["wanted"].to_list() == pytest.approx([60] * 3)
    assert (found["sold"] + found["left"]).to_list() == pytest.approx([400, 10, 0], abs=1e-6)
    assert found["sold"].to_list() == pytest.approx([60, 10, 0], rel=0.01, abs=0.01)
    assert found["sells_out"].to_list() == pytest.approx([0, 1, 1], abs=0.01)


def test_a_higher_target_a_longer_wait_and_more_doubt_need_more_stock() -> None:
    plain = {"rate": 1.0, "doubt": 0.02, "dispersion": 2.0, "lead_days": 7.0, "lead_sd": 1.0}
    more = [{}, {"lead_days": 21.0}, {"lead_sd": 5.0}, {"doubt": 0.3}, {"dispersion": 6.0}]
    rows = [{"sku": str(n), **plain, "review_days": 7.0, **each} for n, each in enumerate(more)]
    rates = pl.DataFrame(rows)
    target = stock_targets(rates, 0.95)["target_stock"].to_list()
    assert all(each > target[0] for each in target[1:])
    assert stock_targets(rates, 0.99)["target_stock"].to_list() > target
