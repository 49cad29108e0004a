"""Textbook policies against the worked examples of Snyder and Shen, and stockpyl."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as any_
from scipy import stats
from stockpyl.eoq import economic_order_quantity
from stockpyl.newsvendor import newsvendor_poisson
from stockpyl.rq import r_q_poisson_exact
from stockpyl.ss import s_s_discrete_exact

from metrics.models.policies import (
    economic_order,
    least_and_most,
    newsvendor,
    reorder_quantity,
)


def test_a_newsvendor_of_normal_demand() -> None:
    """Demand 50 ± 8, holding 0.18, stock-out 0.70."""
    quantity, cost = newsvendor(stats.norm(50, 8), 0.18, 0.70)
    assert (quantity, cost) == pytest.approx((56.60395592743389, 1.9976051931766445), abs=1e-4)


def test_a_newsvendor_of_poisson_demand() -> None:
    """The same of a Poisson demand of 50."""
    quantity, cost = newsvendor(stats.poisson(50), 0.18, 0.70)
    assert (quantity, cost) == pytest.approx((56, 1.7972352118091772), abs=1e-4)


def test_the_economic_order_quantity() -> None:
    """1,300 a year, 8 an order, 0.225 to hold one for a year."""
    assert economic_order(1300, 8, 0.225) == pytest.approx((304.04678, 68.410526), abs=1e-4)


def test_reorder_point_and_quantity() -> None:
    """Example 5.8: 1.5 a time, lead time 2, order 100, holding 20, stock-out 150."""
    policy = reorder_quantity(1.5, 2, order=100, hold=20, miss=150)
    assert policy == pytest.approx((3, 5, 107.92358063314975), abs=1e-4)


def test_least_and_most() -> None:
    """Example 4.7: Poisson 6 a period, order 5, holding 1, stock-out 4."""
    policy = least_and_most(stats.poisson(6), order=5, hold=1, miss=4)
    assert policy == pytest.approx((4, 10, 8.034111561471642), abs=1e-4)


@settings(max_examples=15, deadline=None)
@example(demand=2.0, lead=0.5, order=41.0, hold=10.0, miss=10.0)  # ordered when three are owed
@given(
    demand=any_.floats(0.5, 8),
    lead=any_.floats(0.5, 3),
    order=any_.floats(1, 60),
    hold=any_.floats(0.5, 10),
    miss=any_.floats(10, 100),
)
def test_others_are_those_of_the_oracle(
    demand: float, lead: float, order: float, hold: float, miss: float
) -> None:
    told = newsvendor_poisson(hold, miss, demand * 9)
    assert newsvendor(stats.poisson(demand * 9), hold, miss) == pytest.approx(told, abs=1e-4)
    told = economic_order_quantity(order, hold, demand)[:2]
    assert economic_order(demand, order, hold) == pytest.approx(told, abs=1e-4)
    policy = reorder_quantity(demand, lead, order, hold, miss)
    exact = r_q_poisson_exact(hold, miss, order, demand, lead)
    assert policy.cost == pytest.approx(exact[2], abs=1e-4)
    policy = least_and_most(stats.poisson(demand), order, hold, miss)
    exact = s_s_discrete_exact(hold, miss, order, use_poisson=True, demand_mean=demand)
    assert policy.cost == pytest.approx(exact[2], abs=1e-4)
