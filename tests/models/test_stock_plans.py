"""Stock targets by week against sums over the distribution, and stock-out dates of sums."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from metrics.outages import season_end, with_dates, with_stockouts
from metrics.stock_plans import planned
from tests.models.shelves import REVIEW, summed_fill_rate

_LEAD = {"lead_days": 12.0, "lead_sd": 3.0}


def _seen(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of a week and a category, sold on nine of the 28 days unless said otherwise."""
    usual = {"week": 100.0, "category": "c", "warehouse_id": "w", "is_active": True, **_LEAD}
    sold = {"days": 28.0, "units": 11.0, "squares": 15.0}
    given = [{"sku_id": str(n), **usual, **sold, **row} for n, row in enumerate(rows)]
    return pl.DataFrame(given, infer_schema_length=None)


def test_a_target_is_the_least_stock_that_meets_95_per_cent_of_demand() -> None:
    random = np.random.default_rng(3)
    rows = []
    for _ in range(40):
        days = random.negative_binomial(random.uniform(0.1, 0.6), 0.5, 28)
        sums = {"units": float(days.sum()), "squares": float((days**2).sum())}
        rows.append({**sums, "lead_days": random.uniform(3, 40), "lead_sd": random.uniform(0, 9)})
    given = _seen(*rows)
    for plan, row in zip(planned(given).to_dicts(), given.to_dicts(), strict=True):
        demand = (plan["demand"], plan["demand_variance"], plan["demand_doubt"])
        lead, target = (row["lead_days"], row["lead_sd"]), plan["target_stock"]
        assert summed_fill_rate(demand, lead, target) >= 0.94
        assert summed_fill_rate(demand, lead, np.floor(target * 0.97) - 1) < 0.955
        assert plan["reorder_point"] == pytest.approx(target - REVIEW * plan["demand"])
        waited = plan["demand"] * (lead[0] + REVIEW)
        assert plan["safety_stock"] == pytest.approx(max(target - waited, 0))


def test_what_never_was_in_stock_has_its_category_s_demand_of_that_week() -> None:
    new = {"days": 0.0, "units": 0.0, "squares": 0.0}
    busy = [{"units": units, "squares": 2 * units} for units in (28.0, 30.0, 26.0)]
    slow = [{"units": units, "squares": units, "week": 99.0} for units in (2.0, 3.0, 4.0)]
    plans = planned(_seen(*busy, new, *slow, {**new, "week": 99.0}))
    assert plans["demand"][3] == pytest.approx(1.0, rel=0.05)
    assert plans["demand"][7] == pytest.approx(3 / 28, rel=0.05)
    assert plans["target_stock"][3] > plans["target_stock"][7] > 0
    assert plans["demand_doubt"][3] > plans["demand_doubt"][0]


def test_what_is_not_on_sale_is_not_planned_and_what_nobody_buys_not_kept() -> None:
    nothing = {"units": 0.0, "squares": 0.0}
    plans = planned(_seen(nothing, nothing, {**nothing, "is_active": False}))
    assert plans["target_stock"].to_list() == [0, 0, None]
    assert plans["demand"][2] is None


def test_a_forecast_stands_for_what_was_seen_and_is_doubted_as_much() -> None:
    own, busier, none, nothing = planned(
        _seen({"foreseen": None}, {"foreseen": 2 * 11 / 28}, {"foreseen": None}, {"foreseen": 0.0})
    ).to_dicts()
    assert busier["demand"] == pytest.approx(2 * 11 / 28)
    assert busier["demand_doubt"] == pytest.approx(4 * own["demand_doubt"])
    assert busier["demand_variance"] == pytest.approx(2 * own["demand_variance"])
    assert busier["target_stock"] > own["target_stock"]
    assert none["demand"] == nothing["demand"] == own["demand"] > 0


def test_without_a_lead_time_there_is_demand_and_no_target() -> None:
    plan = planned(_seen({}, {"lead_days": None})).row(1, named=True)
    assert plan["target_stock"] is plan["reorder_point"] is None
    assert plan["demand"] == pytest.approx(11 / 28)


def _state(**more: Any) -> pl.DataFrame:
    usual: dict[str, Any] = {
        "sku": ["a", "a", "b"],
        "skc": ["A", "A", "B"],
        "available": [12, 8, 5],
        "expected_demand": [0.4, 0.6, None],
        "demand_variance": [0.6, 0.9, None],
        "demand_doubt": [0.004, 0.006, None],
    }
    return pl.DataFrame(usual | more)


def test_a_sum_of_stock_is_out_when_the_sum_of_its_demand_reaches_it() -> None:
    sums = _state().drop("skc").group_by("sku", maintain_order=True).sum()
    told = with_stockouts(sums)
    random = np.random.default_rng(8)
    rate = random.gamma(1 / 0.01, 0.01, (40_000, 1))
    size = rate / 0.5
    days = random.negative_binomial(size, 1 / 1.5, (40_000, 120)).cumsum(axis=1)
    when = (days >= 20).argmax(axis=1) + 1
    first = told.row(0, named=True)
    for name, chance in (("out_p10", 0.1), ("out_p50", 0.5), ("out_p90", 0.9)):
        assert first[name] == pytest.approx(np.quantile(when, chance), abs=1)
    assert first["out_within"] == pytest.approx(np.mean(when <= 14), abs=0.02)
    assert told.row(1, named=True)["out_p50"] is None
    dated = with_dates(told, date(2026, 5, 1))
    assert dated["stockout_date"][0] == date(2026, 5, 1) + timedelta(days=first["out_p50"])


def test_what_is_left_of_a_season_is_what_nobody_comes_for() -> None:
    """Demand of 60 and 90 net units meets 400 and 40: next to nothing of 40 can be left."""
    once = {
        "replenishable": ["no", "no", "no"],
        "expected_demand": [1.0, 1.5, 1.0],
        "demand_variance": [1.5, 2.0, 1.5],
        "demand_doubt": [0.01, 0.01, 0.01],
        "target_stock": [60.0, 90.0, 60.0],
        "water_stock": [300, 100, 10],
        "unit_cost": [7.0, 7.0, 7.0],
    }
    (row,) = season_end(_state(**once)).to_dicts()
    assert (row["sku"], row["season_demand"], row["water_stock"]) == ("a", 150, 400)
    assert row["left_units"] == pytest.approx(250, abs=2)
    assert row["left_value"] == 7 * row["left_units"]
    assert row["sells_out"] == pytest.approx(0, abs=0.01)
