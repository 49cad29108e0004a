"""Demand of a SKU over some days to come: negative binomial, with what is not known of its rate.

A day's demand varies `dispersion` times as much as Poisson's. The rate itself is known only from so
many days in stock: it has a gamma distribution, whose prior is how the rates of the SKU's category
vary. So over t days demand has mean m·t and variance φ·m·t + v·t², and a SKU without history
has the rate of its category, with all its doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Flags = NDArray[np.bool_]

LEAN_DAYS = 60.0
"""A SKU's dispersion leans on its category's as if it had been seen this many days."""
LEAST_VARIANCE = 1.001
"""Variance / mean of a negative binomial has to be above 1."""


def demand_rates(history: pl.DataFrame) -> pl.DataFrame:
    """Daily demand of each SKU.

    Args:
        history: sku, category (String), days (in stock, number), units and squares (sums over
            those days of units and of squared units a day); nulls count as 0.

    Returns:
        sku, rate (expected units a day), doubt (variance of that rate) and dispersion (variance /
        mean of a day, ≥ 1), Float64, in the order of `history`; never null.
    """
    seen = history.with_columns(
        pl.col("days", "units", "squares").cast(pl.Float64).fill_null(0.0),
        pl.col("category").fill_null(""),
    ).with_columns(mean=pl.when(pl.col("days") > 0).then(pl.col("units") / pl.col("days")))
    spread = pl.col("squares") / pl.col("days") - pl.col("mean") ** 2
    varied = seen.with_columns(variance=pl.when(pl.col("days") > 0).then(spread))
    leant = varied.with_columns(dispersion=_dispersion())
    shape, scale = _prior()
    prior = leant.with_columns(shape=shape, exposure=scale)
    count = pl.col("shape") + pl.col("units") / pl.col("dispersion")
    exposure = pl.col("exposure") + pl.col("days") / pl.col("dispersion")
    return prior.select("sku", "dispersion", rate=count / exposure, doubt=count / exposure**2)


def _dispersion() -> pl.Expr:
    """Variance / mean of a day: the SKU's own leaning on its category's, at least Poisson's."""

    def ratio(over: str | None) -> pl.Expr:
        sums = [(pl.col(name) * pl.col("days")).sum() for name in ("variance", "mean")]
        above, below = [each.over(over) for each in sums] if over else sums
        return pl.when(below > 0).then(above / below)

    group = pl.coalesce(ratio("category"), ratio(None), pl.lit(1.0))
    own = pl.when(pl.col("mean") > 0).then(pl.col("variance") / pl.col("mean")).otherwise(group)
    return ((own * pl.col("days") + group * LEAN_DAYS) / (pl.col("days") + LEAN_DAYS)).clip(1.0)


def _prior() -> tuple[pl.Expr, pl.Expr]:
    """Shape and exposure of the gamma distribution of rates in a category.

    By moments: the variance of rates between SKUs is that of their means less what chance adds.
    """
    mean = pl.coalesce(
        pl.col("mean").mean().over("category"), pl.col("mean").mean(), pl.lit(0.0)
    ).clip(1e-6)
    chance = (pl.col("dispersion") * pl.col("mean") / pl.col("days")).mean().over("category")
    between = pl.col("mean").var().over("category").fill_null(0.0) - chance.fill_null(0.0)
    width = between.clip(0.25 * mean**2)
    return mean**2 / width, mean / width


def total_demand(rates: pl.DataFrame, days: Floats, days_variance: Floats | float = 0.0) -> Demand:
    """Demand over `days` (one number a SKU) that vary themselves by `days_variance`."""
    rate, doubt, dispersion = (rates[n].to_numpy() for n in ("rate", "doubt", "dispersion"))
    mean = rate * days
    variance = dispersion * mean + doubt * days**2 + rate**2 * days_variance
    return Demand(mean, np.maximum(variance, LEAST_VARIANCE * mean))


class Demand:
    """Negative binomial demand by mean and variance, one a SKU; all zero where the mean is."""

    def __init__(self, mean: Floats, variance: Floats) -> None:
        self.mean = np.maximum(mean, 1e-12)
        ratio = np.maximum(variance / self.mean, LEAST_VARIANCE)
        self.size, self.chance = self.mean / (ratio - 1), 1 / ratio

    def above(self, units: Floats) -> Floats:
        """Probability of more than `units`."""
        return np.asarray(stats.nbinom.sf(units, self.size, self.chance))

    def short(self, units: Floats) -> Floats:
        """Expected units beyond `units`."""
        beyond = self.mean * stats.nbinom.sf(units - 1, self.size + 1, self.chance)
        missed: Floats = np.maximum(beyond - units * self.above(units), 0.0)
        return missed
