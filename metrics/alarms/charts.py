"""Textbook control charts: their running statistics, and their exact average run lengths.

Run lengths come from the integral equations of the charts, solved by Gauss–Legendre quadrature
(Brook and Evans 1972; Lucas and Saccucci 1990), not from simulation.
"""

from __future__ import annotations

from math import erfc, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.legendre import leggauss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_NODES = 80


def cusum_low(z: Array, allowance: float) -> Array:
    """The lower CUSUM of each series: how far it has run below, past the allowance each time.

    Args:
        z: (series, times), in standard deviations.
        allowance: k, half of the shift that shall be found soonest.

    Returns:
        The shape of `z`; it signals where it exceeds the decision interval h.
    """
    run = np.zeros(z.shape)
    below = np.zeros(z.shape[0])
    for time in range(z.shape[1]):
        below = np.maximum(below - z[:, time] - allowance, 0.0)
        run[:, time] = below
    return run


def ewma(z: Array, weight: float) -> Array:
    """The exponentially weighted mean of each series, in its own long-run standard deviations.

    Args:
        z: (series, times), in standard deviations.
        weight: λ, the weight of the latest value.
    """
    run = np.zeros(z.shape)
    mean = np.zeros(z.shape[0])
    for time in range(z.shape[1]):
        mean = mean + weight * (z[:, time] - mean)
        run[:, time] = mean
    return run / sqrt(weight / (2 - weight))


def shewhart_run_length(limit: float, shift: float = 0.0) -> float:
    """The mean number of values until one lies beyond ±limit, with the mean `shift` off."""
    return float(1 / (_below(-limit - shift) + _below(shift - limit)))


def cusum_run_length(allowance: float, interval: float, shift: float = 0.0) -> float:
    """The mean number of values until the two-sided CUSUM signals, begun at zero."""
    up = _one_sided(allowance, interval, shift)
    down = _one_sided(allowance, interval, -shift)
    return 1 / (1 / up + 1 / down)


def ewma_run_length(weight: float, limit: float, shift: float = 0.0) -> float:
    """The mean number of values until the EWMA leaves its long-run limits, begun at zero."""
    bound = limit * sqrt(weight / (2 - weight))
    nodes, weights = _quadrature(-bound, bound)
    at = np.append(nodes, 0.0)
    reached = (nodes[None, :] - (1 - weight) * at[:, None]) / weight - shift
    kernel = _density(reached) / weight * weights
    lengths = np.linalg.solve(np.eye(len(nodes)) - kernel[:-1], np.ones(len(nodes)))
    return float(1 + kernel[-1] @ lengths)


def _one_sided(allowance: float, interval: float, shift: float) -> float:
    nodes, weights = _quadrature(0.0, interval)
    # The chart rests at zero with a probability of its own: an atom beside the density.
    at = np.append(nodes, 0.0)
    kernel = _density(nodes[None, :] - at[:, None] + allowance - shift) * weights
    atom = np.array([_below(allowance - each - shift) for each in at])
    lengths = np.linalg.solve(np.eye(len(at)) - np.column_stack([kernel, atom]), np.ones(len(at)))
    return float(lengths[-1])


def _quadrature(low: float, high: float) -> tuple[Array, Array]:
    nodes, weights = leggauss(_NODES)
    half = (high - low) / 2
    return low + half * (nodes + 1), half * weights


def _density(z: Array) -> Array:
    """The normal density."""
    density: Array = np.exp(-(z**2) / 2) / sqrt(2 * np.pi)
    return density


def _below(z: float) -> float:
    """The normal probability of less than `z`."""
    return erfc(-z / sqrt(2)) / 2
