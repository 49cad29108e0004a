"""Blend, bias and intervals, all chosen on origins that the model did not learn from.

Segments are bins of the profile's total. In each, the blend of the learned model and the profile is
the one with the least absolute error; one factor then takes half of the bias away; quantiles are
those of the errors themselves, in error units (split-conformal, with the finite-sample rank).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from metrics.models.forecast.features import error_unit

if TYPE_CHECKING:
    from metrics.models.forecast.panel import Flags, Floats, Whole

QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
BANDS = (
    "low_95",
    "at_least_95",
    "low_80",
    "low_50",
    "median",
    "high_50",
    "high_80",
    "at_most_95",
    "high_95",
)
"""Their names: both ends of three intervals, the median, and the 5 and 95 % quantiles."""
_WEIGHTS = np.linspace(0.0, 1.0, 5)
_SEGMENTS = 8
_LEAST_IN_SEGMENT = 500
_FURTHEST = (0.5, 2.0)
_TRUST = 0.5
"""How much of the (logarithmic) bias of a few weeks is corrected. What a robust loss leaves
out is a bias of the sums, but less of it is right for the single SKU: both errors stay small."""


@dataclass(frozen=True)
class Trial:
    """What was forecast without being known, and what came; M rows of SKU and origin."""

    row: Whole
    origin: Whole
    base: Floats
    learned: Floats
    spread: Floats
    actual: Floats

    def at(self, rows: Flags) -> Trial:
        """Some of the rows."""
        return Trial(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True)
class Calibration:
    """How a forecast is made of its parts.

    Attributes:
        edges: S − 1 totals between the S segments.
        weights: S weights of the learned model; the profile has the rest.
        factor: what takes half of the bias away (of its logarithm).
        errors: S × 9 quantiles of the errors, in error units, at `QUANTILES`.
    """

    edges: Floats
    weights: Floats
    factor: float
    errors: Floats

    def center(self, base: Floats, learned: Floats) -> Floats:
        """Expected units, N."""
        weight = self.weights[np.searchsorted(self.edges, base)]
        return self.factor * (weight * learned + (1 - weight) * base)

    def quantiles(self, center: Floats, base: Floats, spread: Floats) -> Floats:
        """N × 9 quantiles at `QUANTILES`, never below zero."""
        errors = self.errors[np.searchsorted(self.edges, base)]
        return np.maximum(center[:, None] + errors * error_unit(center, spread)[:, None], 0.0)


def calibrate(trial: Trial) -> Calibration:
    """The calibration that fits a trial."""
    edges = _edges(trial.base)
    count, segment = len(edges) + 1, np.searchsorted(edges, trial.base)
    weights = np.array([_weight(trial, segment == each) for each in range(count)])
    plain = Calibration(edges, weights, 1.0, np.zeros((count, len(QUANTILES))))
    factor = _factor(trial.actual, plain.center(trial.base, trial.learned))
    center = factor * plain.center(trial.base, trial.learned)
    scores = (trial.actual - center) / error_unit(center, trial.spread)
    errors = np.array([_ranks(scores[segment == each]) for each in range(count)])
    return Calibration(edges, weights, factor, errors)


def _edges(base: Floats) -> Floats:
    """Totals between the segments, each the greatest of its own.

    So slow sellers, many of whose totals are the same, fill one segment and leave none empty.
    """
    count = int(np.clip(len(base) // _LEAST_IN_SEGMENT, 1, _SEGMENTS))
    wanted = np.quantile(base, np.arange(1, count) / count, method="inverted_cdf")
    edges: Floats = np.unique(wanted[wanted < base.max()])
    return edges


def _weight(trial: Trial, rows: Flags) -> float:
    base, learned, actual = trial.base[rows], trial.learned[rows], trial.actual[rows]
    losses = [np.abs(actual - w * learned - (1 - w) * base).sum() for w in _WEIGHTS]
    return float(_WEIGHTS[int(np.argmin(losses))])


def _factor(actual: Floats, center: Floats) -> float:
    forecast = center.sum()
    return float(np.clip(actual.sum() / forecast, *_FURTHEST)) ** _TRUST if forecast > 0 else 1.0


def _ranks(scores: Floats) -> Floats:
    """Quantiles at the finite-sample ranks: ⌈(n + 1)p⌉ above the middle, ⌊(n + 1)p⌋ below it."""
    ordered, n = np.sort(scores), len(scores)
    wanted = np.array(QUANTILES) * (n + 1)
    ranks = np.where(np.array(QUANTILES) > 0.5, np.ceil(wanted), np.floor(wanted))  # noqa: PLR2004
    found: Floats = ordered[np.clip(ranks.astype(int), 1, n) - 1]
    return found
