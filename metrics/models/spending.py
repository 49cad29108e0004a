"""How much customers spend on a purchase: the gamma-gamma model by maximum likelihood.

What a customer spends varies around a mean of their own, and these means vary over customers. From
Fader and Hardie, "The gamma-gamma model of monetary value" (2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.special import gammaln, psi

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

FREE = 6.0
"""As in `metrics.models.buying`, of p, q − 1 and v in units of the mean; so q stays above 1, and
the mean over customers exists."""
_PENALTY = 0.01
_OPTIONS = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9}


@dataclass(frozen=True)
class Spending:
    """The fitted model; `v` is in the unit of the amounts.

    Attributes:
        p: shape of a customer's purchases around their mean.
        q: shape of the means over customers.
        v: scale of the means.
        log_likelihood: of the customers with a known mean, without the penalty.
    """

    p: float
    q: float
    v: float
    log_likelihood: float

    def expected(self, customers: pl.DataFrame) -> pl.Series:
        """The mean spend expected of each customer's further purchases.

        The customer's own mean and that of all, weighed by how many purchases are known.

        Args:
            customers: as for `fit_spending`; without a known mean the one of all is expected.
        """
        known = pl.col("purchases").fill_null(0).clip(0) * pl.col("spend").is_not_null()
        own = known * pl.col("spend").fill_null(0.0)
        mean = self.p * (self.v + own) / (self.p * known + self.q - 1)
        return customers.select(expected=mean).to_series()


class _Cells(NamedTuple):
    """Purchases of customers, their mean spend, and the share of customers."""

    x: Vector
    spend: Vector
    weight: Vector


def fit_spending(customers: pl.DataFrame) -> Spending:
    """The model of highest likelihood.

    Args:
        customers: `purchases` (Int64), and `spend` (Float64), the mean amount of these purchases.
            Only customers with purchases and a positive mean count: what was given away, or paid
            back, says nothing of what customers spend.

    Raises:
        ValueError: when no customer counts.
    """
    paying = customers.filter(pl.col("purchases") > 0, pl.col("spend") > 0)
    if paying.is_empty():
        raise ValueError("no customer with a positive mean spend")
    grouped = paying.group_by("purchases", "spend").len().sort("purchases", "spend")
    x, spend = (grouped[name].cast(pl.Float64).to_numpy() for name in ("purchases", "spend"))
    weight = grouped["len"].to_numpy() / paying.height
    unit = float(spend @ weight)
    cells = _Cells(x, spend / unit, weight)
    found = minimize(_loss, np.zeros(3), (cells,), jac=True, method="L-BFGS-B", options=_OPTIONS)
    p, over_one, v = (float(each) for each in np.exp(found.x))
    mean = -_loss(found.x, cells, penalty=0.0)[0] - np.log(unit)
    return Spending(p, 1 + over_one, v * unit, float(mean) * paying.height)


def _loss(logs: Vector, cells: _Cells, penalty: float = _PENALTY) -> tuple[float, Vector]:
    """Minus the mean log-likelihood with its penalty, and the slope along the parameters' logs."""
    p, over_one, v = parameters = np.exp(logs)
    q, (x, spend, weight) = 1 + over_one, cells
    px, total = p * x, np.log(v + x * spend)
    value = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v)
    value += px * np.log(x * spend) - np.log(spend) - (px + q) * total
    slopes = [
        x * (psi(px + q) - psi(px) + np.log(x * spend) - total),
        psi(px + q) - psi(q) + np.log(v) - total,
        q / v - (px + q) / (v + x * spend),
    ]
    over = np.sign(logs) * np.maximum(np.abs(logs) - FREE, 0)
    slope = np.stack(slopes) @ weight
    return float(
        -(weight @ value) + penalty * over @ over
    ), -slope * parameters + 2 * penalty * over
