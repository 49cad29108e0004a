"""Filling a series and changes, on answers written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest

from metrics import Query, Result
from metrics.series import filled, with_changes

QUERY = Query(
    ("paid_sales", "refund_rate"), date(2022, 5, 1), date(2022, 5, 6), "day", compare="previous"
)


def _result(**columns: list[object]) -> Result:
    schema = {
        "period": pl.Date,
        "partial": pl.Boolean,
        "paid_sales": pl.Float64,
        "refund_rate": pl.Float64,
        "paid_sales_previous": pl.Float64,
        "refund_rate_previous": pl.Float64,
    }
    return Result(
        pl.DataFrame(columns, schema=schema), (), tuple, datetime.fromisoformat("2022-05-04"), "EUR"
    )


def test_every_period_has_a_row() -> None:
    result = _result(
        period=[date(2022, 5, 1), date(2022, 5, 3)],
        partial=[False, True],
        paid_sales=[10.0, 30.0],
        refund_rate=[0.1, None],
        paid_sales_previous=[5.0, None],
        refund_rate_previous=[0.2, 0.3],
    )
    frame = filled(result, QUERY, "monday")
    assert frame.rows() == [
        (date(2022, 5, 1), False, 10.0, 0.1, 5.0, 0.2),
        (date(2022, 5, 2), False, 0.0, None, 0.0, None),
        (date(2022, 5, 3), True, 30.0, None, None, 0.3),
        (date(2022, 5, 4), False, None, None, None, None),
        (date(2022, 5, 5), False, None, None, None, None),
    ]
    assert frame.schema == result.frame.schema


def test_a_comparison_is_unknown_before_its_first_day() -> None:
    result = _result(
        period=[date(2022, 5, 1), date(2022, 5, 3)],
        partial=[False, False],
        paid_sales=[10.0, 30.0],
        refund_rate=[None, None],
        paid_sales_previous=[None, 5.0],
        refund_rate_previous=[None, None],
    )
    frame = filled(replace(result, as_of=datetime.fromisoformat("2022-05-05")), QUERY, "monday")
    assert frame["paid_sales"].to_list() == [10.0, 0.0, 30.0, 0.0, None]
    assert frame["paid_sales_previous"].to_list() == [None, None, 5.0, 0.0, None]


def test_what_is_unknown_everywhere_is_not_nothing() -> None:
    result = _result(
        period=[date(2022, 5, 1)],
        partial=[False],
        paid_sales=[None],
        refund_rate=[None],
        paid_sales_previous=[None],
        refund_rate_previous=[None],
    )
    assert filled(result, QUERY, "monday")["paid_sales"].null_count() == 5


def test_hours_are_filled_too() -> None:
    query = Query(("orders",), date(2022, 5, 1), date(2022, 5, 2), "hour")
    frame = pl.DataFrame(
        {"period": [datetime.fromisoformat("2022-05-01T09:00")], "partial": [False], "orders": [3]},
        schema={"period": pl.Datetime("us"), "partial": pl.Boolean, "orders": pl.Int64},
    )
    result = Result(frame, (), tuple, datetime.fromisoformat("2022-05-01T12:00"), None)
    orders = filled(result, query, "monday")["orders"].to_list()
    assert orders == [0] * 9 + [3, 0, 0] + [None] * 12


def test_groups_cannot_be_filled() -> None:
    with pytest.raises(ValueError, match="series"):
        filled(_result(), Query(("orders",), date(2022, 5, 1), date(2022, 5, 2)), "monday")


@pytest.mark.parametrize(
    ("now", "then", "change"),
    [(110.0, 100.0, 0.1), (0.0, 100.0, -1.0), (50.0, -100.0, 1.5), (5.0, 0.0, None)],
)
def test_money_changes_by_a_share(now: float, then: float, change: float | None) -> None:
    query = Query(("paid_sales",), date(2022, 5, 1), date(2022, 5, 2), compare="year")
    frame = pl.DataFrame({"paid_sales": [now], "paid_sales_year": [then]})
    assert with_changes(frame, query)["paid_sales_change"].to_list() == [pytest.approx(change)]


def test_ratios_change_by_points() -> None:
    query = Query(("refund_rate",), date(2022, 5, 1), date(2022, 5, 2), compare="previous")
    frame = pl.DataFrame({"refund_rate": [0.12, None], "refund_rate_previous": [0.10, 0.1]})
    changes = with_changes(frame, query)["refund_rate_change"].to_list()
    assert changes == [pytest.approx(0.02), None]


def test_without_a_comparison_nothing_changes() -> None:
    frame = pl.DataFrame({"orders": [1]})
    query = Query(("orders",), date(2022, 5, 1), date(2022, 5, 2))
    assert with_changes(frame, query).columns == ["orders"]
