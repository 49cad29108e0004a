"""The learned model: one LightGBM over all SKUs, for the total of the horizon.

It learns by how many error units the total departs from the level × weekday profile. The loss is
Fair's: quadratic for small errors, linear for large ones, so that one wholesale order does not
teach the whole assortment.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lightgbm import Booster

    from metrics.models.forecast.features import History, Sight
    from metrics.models.forecast.panel import Flags, Floats

MOST_ROWS = 150_000
"""Rows to learn from; more are sampled, so that time stays bounded."""
LEAST_AGE = 14
"""Days on sale before a SKU teaches anything."""
LEAST_OPEN = 0.7
"""Share of a horizon in stock below which its total says little about demand."""
TREES = 150
_PARAMETERS = {
    "objective": "fair",
    "fair_c": 0.5,
    "boost_from_average": False,
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 200,
    "lambda_l2": 5.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


class Learned:
    """A fitted model."""

    def __init__(self, booster: Booster) -> None:
        self._booster = booster

    def total(self, sight: Sight) -> Floats:
        """Expected units over the horizon, N."""
        step = np.asarray(self._booster.predict(sight.columns), dtype=float)
        total: Floats = np.maximum(sight.base + sight.unit * step, 0.0)
        return total


def learn(
    history: History, origins: Sequence[int], seed: int, most_rows: int = MOST_ROWS
) -> Learned:
    """The model of what followed each of `origins`; equal for equal data and seed."""
    # Read when the library is loaded: threads that wait by spinning starve a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import lightgbm

    random = np.random.default_rng(seed)
    rows = [_examples(history, origin, most_rows // len(origins), random) for origin in origins]
    columns, target, weight = (np.concatenate(each) for each in zip(*rows, strict=True))
    data = lightgbm.Dataset(columns, target, weight=weight / weight.mean())
    return Learned(lightgbm.train({**_PARAMETERS, "seed": seed}, data, TREES))


def usable(history: History, origin: int) -> Flags:
    """The SKUs whose total after `origin` says what demand was."""
    grown = history.open[:, origin] >= LEAST_AGE
    flags: Flags = grown & (history.open_share(origin) >= LEAST_OPEN)
    return flags


def demand(history: History, origin: int) -> Floats:
    """Units over the horizon from `origin` on, as if every day had been in stock."""
    share: Floats = np.maximum(history.open_share(origin), LEAST_OPEN)
    return history.actual(origin) / share


def _examples(
    history: History, origin: int, most: int, random: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    rows = np.flatnonzero(usable(history, origin))
    if len(rows) > most:
        rows = np.sort(random.choice(rows, most, replace=False))
    sight = history.see(origin)
    base, unit = sight.base[rows], sight.unit[rows]
    return sight.columns[rows], (demand(history, origin)[rows] - base) / unit, unit
