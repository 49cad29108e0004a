"""What customers will still buy: how often by BG/NBD and the season, how much by gamma-gamma."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from metrics.models.buying import fit_buying
from metrics.models.rhythm import seasonal_factor
from metrics.models.spending import fit_spending

if TYPE_CHECKING:
    from datetime import date

LEAST_CUSTOMERS = 300
LEAST_REPEATERS = 60
"""Of a shop with fewer nothing is expected: the parameters would be anyone's guess."""
MOST_CUSTOMERS = 100_000
"""Customers of a shop that the parameters are learned from; of more a sample, which is as sure of
them to a per cent or so, while time stays bounded."""


def statistics(purchases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The sufficient statistics of customers.

    Args:
        purchases: `customer_id` (String), `day` (Date), `amount` (Float64): one row for each day
            on which a customer bought.
        as_of: the first day that is not known any more.

    Returns:
        By `customer_id`: `first` (Date), `repeats`, `last`, `age` (in days, to the last known
        one), `purchases`, and `spend`, the mean amount of a day.
    """
    day = pl.col("day")
    return (
        purchases.filter(day < as_of)
        .sort("customer_id", "day")
        .group_by("customer_id")
        .agg(
            first=day.min(),
            repeats=pl.len().cast(pl.Int64) - 1,
            last=(day.max() - day.min()).dt.total_days().cast(pl.Float64),
            age=(as_of - day.min()).dt.total_days().cast(pl.Float64) - 1,
            purchases=pl.len().cast(pl.Int64),
            spend=pl.col("amount").mean(),
        )
        .sort("customer_id")
    )


def expectations(purchases: pl.DataFrame, as_of: date, ahead: int) -> pl.DataFrame:
    """What each customer of a shop is expected to buy.

    Args:
        purchases: as for `statistics`.
        as_of: the first day that is not known any more.
        ahead: how many days from then.

    Returns:
        `customer_id`, `alive` (the probability of buying still), `purchases` (days with one) and
        `sales` expected within these days; null where the shop has too few customers to tell.
    """
    customers = statistics(purchases, as_of)
    repeaters = customers.filter(pl.col("repeats") > 0).height
    if customers.height < LEAST_CUSTOMERS or repeaters < LEAST_REPEATERS:
        nothing = {name: pl.lit(None, pl.Float64) for name in ("alive", "purchases", "sales")}
        return customers.select("customer_id", **nothing)
    told = customers.sample(min(MOST_CUSTOMERS, customers.height), seed=0)
    buying, spending = fit_buying(told), fit_spending(told)
    factor = seasonal_factor(buying, _daily(purchases, customers, as_of), ahead)
    coming = buying.expected(customers, ahead) * factor
    return customers.select(
        "customer_id",
        alive=buying.alive(customers),
        purchases=coming,
        sales=coming * spending.expected(customers),
    )


def _daily(purchases: pl.DataFrame, customers: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """`day` without gaps, `firsts` and `repeats`."""
    past = purchases.filter(pl.col("day") < as_of)
    first: date = past["day"].min()  # type: ignore[assignment]
    days = pl.date_range(first, as_of, closed="left", eager=True)
    firsts = customers.group_by(day="first").agg(firsts=pl.len().cast(pl.Int64))
    bought = past.group_by("day").agg(bought=pl.len().cast(pl.Int64))
    both = pl.DataFrame({"day": days}).join(bought, on="day", how="left")
    counted = both.join(firsts, on="day", how="left").fill_null(0).sort("day")
    return counted.select("day", "firsts", repeats=pl.col("bought") - pl.col("firsts"))
