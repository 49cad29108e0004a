"""Parameters as likely as the best ones, so that a forecast is a mean over what is not known.

A forecast at the best parameters alone is that of nobody's belief: where it bends, its mean over
the parameters differs. They are taken to be normal around the best, with the curvature of the
likelihood (Laplace), and the mean over them is that of a few points (the cubature of Arasaratnam
and Haykin, "Cubature Kalman filters", 2009), which is exact up to the third degree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

PRIOR_SD = 2.0
"""Of each logarithm before anything is seen: a factor of seven either way, so that what customers
say nothing about stays within reason."""
_STEP = 1e-4


def points_around(best: Vector, slope: Callable[[Vector], Vector]) -> list[Vector]:
    """Two points a parameter, the mean over which stands for that over all.

    Args:
        best: the logarithms of the parameters at the maximum.
        slope: the gradient of minus the log-likelihood there and near it.
    """
    curvature = np.stack([_curved(best, slope, each) for each in np.eye(len(best))])
    known = (curvature + curvature.T) / 2
    value, axes = np.linalg.eigh(known)
    deviation = 1 / np.sqrt(np.maximum(value, 0.0) + PRIOR_SD**-2)
    reach = np.sqrt(len(best)) * axes * deviation
    return [best + side * each for each in reach.T for side in (1, -1)]


def _curved(best: Vector, slope: Callable[[Vector], Vector], along: Vector) -> Vector:
    curved: Vector = (slope(best + _STEP * along) - slope(best - _STEP * along)) / (2 * _STEP)
    return curved
