"""How much stock is enough, and when it will be out, under demand of `metrics.models.demand`.

Stock is reviewed every R days and ordered up to S; what is ordered arrives after a lead time L that
varies. The share of demand met from the shelf is 1 − (E[D(L+R) − S]⁺ − E[D(L) − S]⁺) / E[D(R)]
(Snyder and Shen, Fundamentals of Supply Chain Theory; Silver, Pyke and Thomas, section 7.9). S is
the least that reaches the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from metrics.models.demand import total_demand

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrics.models.demand import Flags, Floats

LONGEST = 365
"""Days that a stock-out date is looked for in."""
CHANCES = {"out_p10": 0.1, "out_p50": 0.5, "out_p90": 0.9}


def stock_targets(rates: pl.DataFrame, fill_rate: float = 0.95) -> pl.DataFrame:
    """Safety stock, reorder point and target of goods that can be ordered again.

    Args:
        rates: what `demand_rates` gives, with lead_days, lead_sd and review_days (numbers, days).
        fill_rate: share of demand to be met from the shelf, in (0, 1).

    Returns:
        sku, safety_stock, reorder_point and target_stock (Float64, units): the target is the
        reorder point + the demand of a review period, the reorder point the demand of the lead
        time + safety stock.
    """
    lead, sd, review = (rates[n].to_numpy() for n in ("lead_days", "lead_sd", "review_days"))
    whole = total_demand(rates, lead + review, sd**2)
    waiting, reviewed = total_demand(rates, lead, sd**2), total_demand(rates, review)

    def met(stock: Floats) -> Flags:
        lost = whole.short(stock) - waiting.short(stock)
        enough: Flags = 1 - lost / reviewed.mean >= fill_rate
        return enough

    target = _least(met, np.ceil(whole.mean * 8 + 50))
    return rates.select("sku").with_columns(
        safety_stock=pl.Series(target - whole.mean),
        reorder_point=pl.Series(target - reviewed.mean),
        target_stock=pl.Series(target),
    )


def stock_out(rates: pl.DataFrame, within: int = 14) -> pl.DataFrame:
    """When stock is used up if nothing arrives.

    Args:
        rates: what `demand_rates` gives, with stock (units; below 0 counts as 0).
        within: days of the probability.

    Returns:
        sku, out_within (Float64, probability that stock is used up within those days) and
        out_p10, out_p50, out_p90 (Int64, days until it is with that probability; null beyond a
        year).
    """
    stock = np.maximum(rates["stock"].to_numpy(), 0)

    def used_up(days: Floats) -> Floats:
        gone: Floats = np.where(stock <= 0, 1.0, total_demand(rates, days).above(stock - 1))
        return gone

    longest = np.full(len(stock), float(LONGEST))
    dates = {
        name: _least(lambda days, p=chance: used_up(days) >= p, longest + 1)  # type: ignore[misc]
        for name, chance in CHANCES.items()
    }
    found = {name: pl.Series(days).cast(pl.Int64) for name, days in dates.items()}
    return rates.select("sku").with_columns(
        out_within=pl.Series(used_up(np.full(len(stock), float(within)))),
        **{n: pl.when(days <= LONGEST).then(days) for n, days in found.items()},
    )


def season_outlook(rates: pl.DataFrame) -> pl.DataFrame:
    """What becomes of goods that are bought once, until their season ends.

    Args:
        rates: what `demand_rates` gives, with stock (units, arrivals to come included) and
            days_left (days of the season).

    Returns:
        sku, wanted (expected demand), sold and left (expected units), and sells_out (probability),
        Float64.
    """
    stock = np.maximum(rates["stock"].to_numpy().astype(float), 0.0)
    demand = total_demand(rates, rates["days_left"].to_numpy().astype(float))
    missed = demand.short(stock)
    sold = np.minimum(demand.mean - missed, stock)
    return rates.select("sku").with_columns(
        wanted=pl.Series(demand.mean),
        sold=pl.Series(sold),
        left=pl.Series(stock - sold),
        sells_out=pl.Series(np.where(stock <= 0, 1.0, demand.above(stock - 1))),
    )


def _least(holds: Callable[[Floats], Flags], most: Floats) -> Floats:
    """For each SKU the least whole number from 0 to `most` at which a rising condition holds."""
    low, high = np.zeros(len(most)), most.copy()
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        enough = holds(middle)
        open_ = low < high
        high = np.where(open_ & enough, middle, high)
        low = np.where(open_ & ~enough, middle + 1, low)
    return high
