"""Expected refunds against a simulated business whose final refunds are known."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from metrics.expectations import final_rates

_START = date(2024, 1, 1)
_DAYS = 240


def _shop(seed: int, rate: float, mean_delay: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Daily sales of one cell, and each day's refunds by their date, unlimited by any as-of."""
    random = np.random.default_rng(seed)
    sales, refunds = [], []
    for offset in range(_DAYS):
        day = _START + timedelta(days=offset)
        paid = float(random.uniform(8_000, 12_000))
        sales.append(("s", "", "dress", day, paid))
        delays = np.minimum(random.exponential(mean_delay, 200).astype(int), 60)
        for delay, count in zip(*np.unique(delays, return_counts=True), strict=True):
            back = paid * rate * count / 200
            refunds.append(("s", "", "dress", day, True, day + timedelta(days=int(delay)), back))
    return _frames(sales, refunds)


def _frames(sales: list[Any], refunds: list[Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    keys = ["shop_id", "mode", "category", "sold_date"]
    sold = pl.DataFrame(sales, schema=[*keys, "sales_amount"], orient="row")
    columns = [*keys, "has_order", "refunded_date", "refund_amount"]
    summed = sold.group_by(keys).agg(pl.col("sales_amount").sum())
    return summed, pl.DataFrame(refunds, schema=columns, orient="row")


def _errors(sales: pl.DataFrame, refunds: pl.DataFrame) -> list[float]:
    """Of weeks, three days after each has ended: expected / what stayed in the end − 1."""
    errors = []
    for week in range(15, 33):
        end = _START + timedelta(days=7 * week)
        within = pl.col("sold_date").is_between(end - timedelta(days=7), end, closed="left")
        as_of = end + timedelta(days=3)
        known = final_rates(
            sales.filter(pl.col("sold_date") < as_of),
            refunds.filter(pl.col("refunded_date") < as_of),
        ).filter(within)
        expected = float((known["sales_amount"] * (1 - known["expected_refund_rate"])).sum())
        paid = float(sales.filter(within)["sales_amount"].sum())
        back = float(refunds.filter(within)["refund_amount"].sum())
        errors.append(expected / (paid - back) - 1)
    return errors


@pytest.mark.parametrize(("seed", "rate"), [(1, 0.45), (2, 0.25), (3, 0.7)])
def test_a_week_three_days_after_it_ends_is_expected_within_three_per_cent(
    seed: int, rate: float
) -> None:
    errors = _errors(*_shop(seed, rate, mean_delay=8))
    assert abs(np.mean(errors)) < 0.01
    assert np.mean(np.abs(errors)) < 0.03


def test_a_shop_of_many_small_cells_is_not_expected_to_keep_more_than_it_does() -> None:
    """An order or two a day and cell, refunded whole: what is refunded cannot be so again."""
    random = np.random.default_rng(7)
    sales, refunds = [], []
    for _ in range(16_000):
        cell = ("s", f"m{random.integers(4)}", f"c{random.integers(8)}")
        day, paid = _START + timedelta(days=int(random.integers(_DAYS))), random.uniform(50, 500)
        sales.append((*cell, day, paid))
        if random.random() < 0.45:
            delay = timedelta(days=min(int(random.exponential(8)), 60))
            refunds.append((*cell, day, True, day + delay, paid))
    errors = _errors(*_frames(sales, refunds))
    assert abs(np.mean(errors)) < 0.01


def test_refunds_without_an_order_lower_what_is_expected_of_their_shop() -> None:
    sales, refunds = _shop(4, 0.3, 5)
    unlinked = refunds.with_columns(has_order=pl.lit(value=False), sold_date="refunded_date")
    rates = final_rates(sales, unlinked)
    assert rates["expected_refund_rate"].to_list() == pytest.approx([0.3] * _DAYS)


def test_days_without_sales_and_refunds_beyond_what_was_paid_keep_rates_in_range() -> None:
    day = date(2024, 5, 1)
    keys = {"shop_id": "s", "mode": "", "category": ""}
    sales = pl.DataFrame(
        [
            {**keys, "sold_date": day, "sales_amount": 0.0},
            {**keys, "sold_date": day + timedelta(days=1), "sales_amount": 100.0},
        ]
    )
    refunds = pl.DataFrame(
        [
            {
                **keys,
                "sold_date": day + timedelta(days=1),
                "has_order": True,
                "refunded_date": day + timedelta(days=2),
                "refund_amount": 900.0,
            }
        ]
    )
    rates = final_rates(sales, refunds)["expected_refund_rate"]
    assert rates.is_between(0, 1).all()
    assert not rates.is_null().any()
