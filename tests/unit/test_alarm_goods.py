"""Goods of class A beside the time that new ones need: known demand, counted by SciPy's Poisson."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from scipy.stats import poisson

from metrics.alarms.goods import stock_out
from tests.unit.alarming import rule

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = date(2024, 3, 4)
LEAD = 7
GOODS = """
[goods]
kind = "stock_out"
title = "Runs out"
metric = "stockout_days"
by = ["skc"]
below = 3
"""


@dataclass
class Shelf:
    """SKCs of one unit a day, known exactly: what is there, on order, and sold in money."""

    rows: Sequence[tuple[str, float, float | None, float]]

    @property
    def connector(self) -> Any:
        return self

    def frame(self, _plans: object) -> pl.DataFrame:
        skcs = [skc for skc, *_ in self.rows]
        return pl.DataFrame({"skc": skcs, "lead_days": [LEAD] * len(skcs)})

    def by_day(self, names: Sequence[str], *_: object) -> pl.DataFrame:
        demand = (1.0, 1.0, 0.0)
        given = ["available", "inbound", "forward_sales"]
        demanded = ["expected_demand", "demand_variance", "demand_doubt"]
        assert set(names) == {*given, *demanded}
        rows = [(DAY, skc, *more, *demand) for skc, *more in self.rows]
        return pl.DataFrame(rows, ["period", "skc", *given, *demanded], orient="row")


def lasts(stock: int) -> int:
    """Days until a Poisson demand of one a day has as likely as not used up the stock."""
    return next(days for days in range(400) if poisson.sf(stock - 1, days) >= 0.5)


def told(*rows: tuple[str, float, float | None, float]) -> dict[str, float]:
    asking: Any = Shelf(rows)
    found = stock_out(rule(text=GOODS), asking, DAY, DAY)
    return dict(found.select("skc", "value").iter_rows())


@pytest.mark.parametrize(("there", "ordered"), [(10, None), (4, 6), (0, 1), (30, 5), (-3, 8)])
def test_they_last_until_their_stock_is_as_likely_gone_as_not(there: int, ordered: int) -> None:
    expected = lasts(max(there, 0) + (ordered or 0)) - LEAD
    assert told(("a", there, ordered, 100.0)) == {"a": expected}


def test_only_those_that_make_up_most_sales_are_judged() -> None:
    """Class A: those before which less than 80 % of sales lie."""
    rows = [(name, 10.0, 0.0, sales) for name, sales in zip("abcd", (70, 20, 6, 4), strict=True)]
    assert sorted(told(*rows)) == ["a", "b"]


def test_what_lasts_beyond_a_year_is_judged_as_lasting() -> None:
    assert told(("a", 9_999, 0.0, 1.0)) == {"a": 366 - LEAD}


def test_nothing_sold_is_nothing_judged() -> None:
    assert told(("a", 5, 0.0, 0.0)) == {}
