"""A forecast as frames: SKU by SKU, and for sums of SKUs that agree with their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from metrics.models.forecast.calibration import BANDS, QUANTILES

if TYPE_CHECKING:
    from metrics.models.forecast.model import Forecast
    from metrics.models.forecast.panel import Floats, Panel


def sku_table(panel: Panel, made: Forecast) -> pl.DataFrame:
    """One row a SKU: sku, units (expected over the horizon) and `BANDS`, Float64, ≥ 0."""
    bands = pl.DataFrame(made.quantiles, schema=list(BANDS), orient="row")
    return panel.items.select("sku", units=pl.Series(made.total)).hstack(bands)


def sum_table(made: Forecast, parts: pl.DataFrame) -> pl.DataFrame:
    """Sums over groups of SKUs: `units` is exactly the sum of the parts.

    The error of a SKU is part its own and part common: the week was good or bad for all. Both are
    measured on the backtest, the own part in squared error units, the common one as what the
    squared errors of the groups' sums exceed it by. The quantiles are those of a gamma variable
    with that mean and variance, widened by Student's factor for the few weeks of the backtest.

    Args:
        made: the forecast.
        parts: member (String, the group), i (Int64, the SKU's row in the panel) and share (Float64,
            how much of the SKU belongs to the group).

    Returns:
        member, units and `BANDS`, sorted by member.
    """
    ratio = _own_ratio(made.tried)
    tried = made.tried.with_columns(
        center=pl.col("blend"),
        error=pl.col("actual") - pl.col("blend"),
        own=pl.col("unit") ** 2 * ratio,
    )
    common = _common_share(_summed(parts.join(tried, on="i"), "member", "origin"))
    ahead = pl.DataFrame({"center": made.total, "own": made.unit**2 * ratio})
    ahead = ahead.with_columns(error=pl.lit(0.0), i=pl.int_range(pl.len(), dtype=pl.Int64))
    sums = _summed(parts.join(ahead, on="i"), "member").sort("member")
    mean, own = sums["center"].to_numpy(), sums["own"].to_numpy()
    weeks = made.tried["origin"].n_unique()
    spread = np.sqrt(own + (common * mean) ** 2) * np.sqrt(weeks / max(weeks - 2, 1))
    bands = pl.DataFrame(_gamma(mean, spread), schema=list(BANDS), orient="row")
    return sums.select("member", units="center").hstack(bands)


def _summed(joined: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Centers, errors and own variances of groups: a share of a SKU has that share of each."""
    share = pl.col("share")
    parts = {name: (pl.col(name) * share).sum() for name in ("center", "error", "own")}
    return joined.group_by(keys).agg(**parts)


def _own_ratio(tried: pl.DataFrame) -> float:
    """Mean squared error in squared error units."""
    error, unit = (tried["actual"] - tried["blend"]).to_numpy(), tried["unit"].to_numpy()
    return float((error**2).sum() / (unit**2).sum())


def _common_share(groups: pl.DataFrame) -> float:
    """The standard deviation of the common error, as a share of what is expected."""
    error, own, center = (groups[name].to_numpy() for name in ("error", "own", "center"))
    expected = float((center**2).sum())
    left = max(float((error**2 - own).sum()), 0.0)
    return float(np.sqrt(left / expected)) if expected > 0 else 0.0


def _gamma(mean: Floats, spread: Floats) -> Floats:
    """Quantiles of gamma variables, rows × 9; all 0 where nothing is expected."""
    safe, width = np.maximum(mean, 1e-9), np.maximum(spread, 1e-9)
    shape, scale = (safe / width) ** 2, width**2 / safe
    found = stats.gamma.ppf(np.array(QUANTILES), shape[:, None], scale=scale[:, None])
    return np.where(mean[:, None] > 0, found, 0.0)
