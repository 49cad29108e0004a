"""How good the forecast was on weeks that it did not know, beside what anybody could have said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from metrics.models.forecast.profile import WEEK, day_shares
from metrics.models.forecast.scores import bias, coverage, rmsse, wape

if TYPE_CHECKING:
    from metrics.models.forecast.model import Forecast
    from metrics.models.forecast.panel import Floats, Panel

COLUMNS = ("blend", "learned", "profile")
MONTH = 28


def backtest_table(panel: Panel, made: Forecast) -> pl.DataFrame:
    """One row an origin and model, over the SKUs that were in stock.

    Returns:
        origin (Date, the first day), model (blend, learned, profile, seasonal_naive, mean_28 or
        zero), skus (Int64), units (sold), wape, bias, rmsse, and for the blend coverage_50,
        coverage_80, coverage_95 and at_most_95 (share of SKUs at or under their 95 % quantile).
    """
    rows = []
    for (origin,), tried in made.tried.sort("i").group_by("origin", maintain_order=True):
        rows += _scores(panel, made.daily.shape[1], int(str(origin)), tried)
    return pl.DataFrame(rows, infer_schema_length=None).sort("origin", "model")


def _scores(
    panel: Panel, horizon: int, origin: int, tried: pl.DataFrame
) -> list[dict[str, object]]:
    rows, actual = tried["i"].to_numpy(), tried["actual"].to_numpy()
    shares = day_shares(panel, origin, horizon)
    told = {name: tried[name].to_numpy()[:, None] * shares for name in COLUMNS}
    told |= _simple(panel, origin, horizon, rows)
    first = panel.start + timedelta(days=origin)
    known = {"origin": first, "skus": len(rows), "units": float(actual.sum())}
    return [
        known
        | {"model": name, "wape": wape(actual, daily.sum(axis=1))}
        | {"bias": bias(actual, daily.sum(axis=1)), "rmsse": rmsse(panel, origin, daily, rows)}
        | (_covered(tried) if name == "blend" else dict.fromkeys(_covered(tried)))
        for name, daily in told.items()
    ]


def _simple(panel: Panel, origin: int, horizon: int, rows: np.ndarray) -> dict[str, Floats]:
    """Last week again, the mean of 28 days, and nothing at all; rows × horizon."""
    past = panel.units[rows, :origin]
    week = past[:, -WEEK:][:, np.arange(horizon) % WEEK]
    mean = np.repeat(past[:, -MONTH:].mean(axis=1)[:, None], horizon, axis=1)
    return {"seasonal_naive": week, "mean_28": mean, "zero": np.zeros_like(mean)}


def _covered(tried: pl.DataFrame) -> dict[str, float | None]:
    actual = tried["actual"].to_numpy()

    def within(low: str, high: str) -> float:
        return coverage(actual, tried[low].to_numpy(), tried[high].to_numpy())

    return {
        "coverage_50": within("low_50", "high_50"),
        "coverage_80": within("low_80", "high_80"),
        "coverage_95": within("low_95", "high_95"),
        "at_most_95": float((actual <= tried["at_most_95"].to_numpy()).mean()),
    }
