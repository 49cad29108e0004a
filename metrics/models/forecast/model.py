"""The forecast: profile and learned model, blended and calibrated by rolling backtest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.errors import UserError
from metrics.models.forecast.calibration import BANDS, Trial, calibrate
from metrics.models.forecast.features import History, error_unit
from metrics.models.forecast.learned import MOST_ROWS, demand, learn, usable
from metrics.models.forecast.profile import WEEK, day_shares

if TYPE_CHECKING:
    from metrics.models.forecast.calibration import Calibration
    from metrics.models.forecast.learned import Learned
    from metrics.models.forecast.panel import Floats, Panel

FIRST_ORIGIN = 84
"""Days of history at the first origin that is learned from."""
LEAST_ORIGINS = 8
"""Origins that learning needs; with fewer, the profile forecasts alone."""
TRIAL_ORIGINS = 8
"""Weekly origins that blend, bias and intervals are chosen on."""
TRIALS_A_FIT = 2
"""Trial origins that one model serves: a stale model would be calibrated for its staleness."""
TRIAL_ROWS = 60_000
"""Rows that a model of a trial learns from."""
_AT_ONCE = 2
"""Models that learn side by side: two threads of one wait for each other at every branch."""


@dataclass(frozen=True)
class Forecast:
    """What is expected of N SKUs after the last day of their panel.

    Attributes:
        total: N expected units over the horizon.
        daily: N × H, the same by day; its rows sum to `total`.
        quantiles: N × 9 of the total, at `calibration.QUANTILES`.
        unit: N usual sizes of error.
        model: "learned", or "profile" where there was too little to learn from.
        calibration: what was chosen.
        tried: the backtest: i (row in the panel), origin (column), actual, profile, learned, blend,
            unit and `calibration.BANDS`. Each origin is calibrated on the others.
    """

    total: Floats
    daily: Floats
    quantiles: Floats
    unit: Floats
    model: str
    calibration: Calibration
    tried: pl.DataFrame


def forecast(panel: Panel, horizon: int = 7, seed: int = 0) -> Forecast:
    """Expected units of every SKU over the `horizon` days after the panel's last.

    Raises:
        UserError: when the history is too short for a single backtest.
    """
    history = History(panel, horizon)
    trials, training = _origins(panel.days, horizon)
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        learning = workers.submit(_learned, history, training, seed)
        trial = _trial(history, trials, training, seed, workers)
    model = learning.result()
    calibration = calibrate(trial)
    sight = history.see(panel.days)
    learned = model.total(sight) if model else sight.base
    total = calibration.center(sight.base, learned)
    return Forecast(
        total=total,
        daily=total[:, None] * day_shares(panel, panel.days, horizon),
        quantiles=calibration.quantiles(total, sight.base, sight.spread),
        unit=error_unit(total, sight.spread),
        model="learned" if model else "profile",
        calibration=calibration,
        tried=_tried(trial),
    )


def _origins(days: int, horizon: int) -> tuple[list[int], list[int]]:
    """Weekly origins whose horizon is known: the last ones to try on, and all to learn from."""
    every = list(range(days - horizon, 2 * WEEK, -WEEK))[::-1]
    if not every:
        message = "{days} days of sales are too few to forecast {horizon}: {least} are needed."
        raise UserError(message, days=days, horizon=horizon, least=2 * WEEK + horizon + 1)
    return every[-TRIAL_ORIGINS:], [origin for origin in every if origin >= FIRST_ORIGIN]


def _learned(
    history: History, training: list[int], seed: int, most_rows: int = MOST_ROWS
) -> Learned | None:
    enough = len(training) >= LEAST_ORIGINS
    return learn(history, training, seed, most_rows) if enough else None


def _trial(
    history: History,
    trials: list[int],
    training: list[int],
    seed: int,
    workers: ThreadPoolExecutor,
) -> Trial:
    """What models say at each of `trials` that knew only what was over by then, and what came."""

    def tried(first: int) -> list[tuple[Floats, ...]]:
        stage = trials[first : first + TRIALS_A_FIT]
        past = [origin for origin in training if origin <= stage[0] - history.horizon]
        model = _learned(history, past, seed, TRIAL_ROWS)
        return [_outcome(history, origin, model) for origin in stage]

    parts = chain.from_iterable(workers.map(tried, range(0, len(trials), TRIALS_A_FIT)))
    return Trial(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _outcome(history: History, origin: int, model: Learned | None) -> tuple[Floats, ...]:
    sight, rows = history.see(origin), np.flatnonzero(usable(history, origin))
    learned = model.total(sight) if model else sight.base
    seen = (sight.base, learned, sight.spread, demand(history, origin))
    return rows, np.full(len(rows), origin), *(each[rows] for each in seen)


def _tried(trial: Trial) -> pl.DataFrame:
    """The backtest; what an origin is calibrated on does not hold the origin itself."""
    origins = np.unique(trial.origin)
    parts = []
    for origin in origins:
        told, others = trial.at(trial.origin == origin), trial.origin != origin
        calibration = calibrate(trial.at(others) if len(origins) > 1 else told)
        blend = calibration.center(told.base, told.learned)
        columns = {
            "i": told.row,
            "origin": told.origin,
            "actual": told.actual,
            "profile": told.base,
            "learned": told.learned,
            "blend": blend,
            "unit": error_unit(blend, told.spread),
        }
        bands = calibration.quantiles(blend, told.base, told.spread)
        parts.append(pl.DataFrame(columns | dict(zip(BANDS, bands.T, strict=True))))
    return pl.concat(parts)
