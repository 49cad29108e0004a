"""RFM: how lately, how often, for how much customers bought; segments and how they move.

Scores are fifths of the customers at one fixed day. Equal customers share a score: it counts those
who are strictly worse, so no order of rows decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from connectors.text import N_

if TYPE_CHECKING:
    from datetime import date

SCORES = 5
HIGH = 4
"""From this score on a customer counts as high: the upper two fifths."""

SEGMENTS: dict[str, str] = {
    "champion": N_("Champions"),
    "promising": N_("Big spenders to develop"),
    "to_keep": N_("Big spenders to keep"),
    "to_win_back": N_("Big spenders to win back"),
    "loyal": N_("Loyal, small amounts"),
    "new": N_("New or occasional"),
    "cooling": N_("Regulars cooling off"),
    "lost": N_("Lost"),
}
"""Segment → its title. By amount (high first), then lately, then often: the eight of the trade."""

_NAMES = {
    (True, True, True): "champion",
    (True, True, False): "promising",
    (True, False, True): "to_keep",
    (True, False, False): "to_win_back",
    (False, True, True): "loyal",
    (False, True, False): "new",
    (False, False, True): "cooling",
    (False, False, False): "lost",
}
TOP = "champion"


def scored(purchases: pl.DataFrame, as_of: date, window: int = 365) -> pl.DataFrame:
    """Scores and segments of the customers who bought in the window.

    Args:
        purchases: `customer_id` (String), `day` (Date), `amount` (Float64), a row for each day on
            which a customer bought.
        as_of: the first day that is not known any more.
        window: days before `as_of` that count.

    Returns:
        By `customer_id`: `days_since` (Int64), `purchases` (Int64), `amount`; `recency`,
        `frequency` and `monetary` from 1 to `SCORES` (Int64); their sum `score`; `segment`.
    """
    age = (as_of - pl.col("day")).dt.total_days()
    customers = (
        purchases.filter((age > 0) & (age <= window))
        .sort("customer_id", "day")
        .group_by("customer_id", maintain_order=True)
        .agg(
            days_since=age.min(),
            purchases=pl.len().cast(pl.Int64),
            amount=pl.col("amount").sum().round(4),
        )
    )
    scores = {
        "recency": _fifth(-customers["days_since"]),
        "frequency": _fifth(customers["purchases"]),
        "monetary": _fifth(customers["amount"]),
    }
    total = pl.sum_horizontal(*scores)
    return customers.with_columns(**scores).with_columns(score=total, segment=_segment())


def moves(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """How many customers went from which segment to which.

    Args:
        before: as from `scored`, at an earlier day.
        after: at a later one.

    Returns:
        `earlier_segment` and `segment` (String; null for who was not, or is no more, among the
        customers of the window), `customers` (Int64) and their `amount` by then.
    """
    earlier = before.select("customer_id", earlier_segment="segment")
    both = after.select("customer_id", "segment", "amount").join(
        earlier, on="customer_id", how="full", coalesce=True
    )
    counted = both.group_by("earlier_segment", "segment").agg(
        customers=pl.len().cast(pl.Int64), amount=pl.col("amount").fill_null(0.0).sum()
    )
    return counted.sort("earlier_segment", "segment", nulls_last=True)


def _fifth(values: pl.Series) -> pl.Series:
    """1 + (how many are strictly worse × 5) // all, by the four values at which that steps up."""
    ordered, steps = values.sort(), range(1, SCORES)
    limits = [ordered[-(-len(values) * step // SCORES) - 1] for step in steps if len(values)]
    scores = pl.select(pl.repeat(1, len(values), dtype=pl.Int64)).to_series()
    return sum((values > limit for limit in limits), start=scores)


def _segment() -> pl.Expr:
    high = [pl.col(name) >= HIGH for name in ("monetary", "recency", "frequency")]
    named = pl.lit(None, pl.String)
    for wanted, name in _NAMES.items():
        fits = [each if is_high else ~each for each, is_high in zip(high, wanted, strict=True)]
        named = pl.when(pl.all_horizontal(fits)).then(pl.lit(name)).otherwise(named)
    return named
