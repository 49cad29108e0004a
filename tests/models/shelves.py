"""Simulated shelves: intermittent demand, a policy that orders, and what became of both."""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np
import polars as pl

from metrics.models.demand import demand_rates
from metrics.models.replenishment import stock_out, stock_targets

SEEN, AFTER, SKUS = 180, 420, 400
LEAD, REVIEW = 7, 7


def intermittent(zeros: float, seed: int, days: int = SEEN + AFTER) -> np.ndarray:
    """Demand of which about `zeros` of the days are none, and 1, 2, 3 … units on the others."""
    random = np.random.default_rng(seed)
    chance = np.clip(random.normal(1 - zeros, 0.03, SKUS), 0.02, 0.9)[:, None]
    happens = random.random((SKUS, days)) < chance
    return happens * random.geometric(random.uniform(0.35, 0.8, SKUS)[:, None], (SKUS, days))


def history(units: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sku": [f"s{n}" for n in range(len(units))],
            "category": ["c"] * len(units),
            "days": [units.shape[1]] * len(units),
            "units": units.sum(axis=1),
            "squares": (units**2).sum(axis=1),
        }
    )


def shelf(units: np.ndarray, target: np.ndarray, leads: np.ndarray) -> float:
    """Share of demand met: reviewed every `REVIEW` days, ordered up to the target, backordered."""
    on_hand, coming = target.copy(), np.zeros((len(target), units.shape[1] + 60))
    met = 0.0
    for day in range(units.shape[1]):
        on_hand = on_hand + coming[:, day]
        met += np.minimum(np.maximum(on_hand, 0), units[:, day]).sum()
        on_hand = on_hand - units[:, day]
        if day % REVIEW == 0:
            position = on_hand + coming[:, day + 1 :].sum(axis=1)
            arrives = day + 1 + leads[:, day // REVIEW]
            coming[np.arange(len(target)), arrives] += np.maximum(target - position, 0)
    return float(met / units.sum())


def fill_rate(units: np.ndarray, seed: int) -> float:
    """Share of demand met after `SEEN` days by targets for 0.95 that were set from them."""
    rates = demand_rates(history(units[:, :SEEN])).with_columns(
        lead_days=pl.lit(float(LEAD)), lead_sd=pl.lit(1.0), review_days=pl.lit(float(REVIEW))
    )
    target = stock_targets(rates, 0.95)["target_stock"].to_numpy()
    leads = np.random.default_rng(seed + 100).choice([LEAD - 1, LEAD + 1], (SKUS, AFTER))
    return shelf(units[:, SEEN:], target, leads)


def out_scores(units: np.ndarray, seed: int) -> tuple[float, float]:
    """Brier scores of "out within 14 days": of the model, and of stock / mean of four weeks."""
    random = np.random.default_rng(seed + 100)
    stock = np.round(random.uniform(0.1, 2.5, SKUS) * units[:, :SEEN].mean(axis=1) * 14) + 1
    came = units[:, SEEN : SEEN + 14].sum(axis=1) >= stock
    rates = demand_rates(history(units[:, :SEEN])).with_columns(stock=pl.Series(stock))
    told = stock_out(rates, within=14)["out_within"].to_numpy()
    cover = stock <= units[:, SEEN - 28 : SEEN].mean(axis=1) * 14
    return float(np.mean((told - came) ** 2)), float(np.mean(cover != came))


def summed_fill_rate(
    demand: tuple[float, float, float], lead: tuple[float, float], stock: float
) -> float:
    """Share of demand met by ordering up to `stock` each `REVIEW` days, summed over probabilities.

    Args:
        demand: units a day, variance of a day around them, variance of their mean.
        lead: mean and deviation of the lead time.
        stock: units.
    """

    def short(days: float, sd: float) -> float:
        rate, variance, doubt = demand
        mean = rate * days
        spread = max(variance * days + doubt * days**2 + rate**2 * sd**2, 1.001 * mean)
        size, chance = mean**2 / (spread - mean), mean / spread
        return sum(
            (n - stock) * exp(_log_mass(n, size, chance))
            for n in range(int(stock) + 1, int(stock + 20 * spread**0.5) + 50)
        )

    mean, sd = lead
    return 1 - (short(mean + REVIEW, sd) - short(mean, sd)) / (demand[0] * REVIEW)


def _log_mass(n: int, size: float, chance: float) -> float:
    """The logarithm of a negative binomial probability."""
    ways = lgamma(n + size) - lgamma(size) - lgamma(n + 1)
    return ways + size * log(chance) + n * log(1 - chance)
