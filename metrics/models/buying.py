"""How often customers buy, and when they stop: BG/NBD by maximum likelihood.

While alive a customer buys at a rate of their own, gamma-distributed over customers (r, α); after
each purchase they stop with a probability of their own, beta-distributed (a, b). From Fader, Hardie
and Lee, "Counting your customers the easy way" (Marketing Science 24, 2005). Customers enter as
three sufficient statistics, and equal ones are reckoned once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from scipy.linalg import eigh_tridiagonal
from scipy.optimize import minimize
from scipy.special import gammaln, psi

from metrics.models.doubt import points_around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

STATISTICS = ("repeats", "last", "age")
"""Purchases after the first (Int64); time from the first to the last; time since the first."""

FREE = 4.0
"""Natural logarithms of the parameters, with the mean age as the unit of time, are free up to this.

Where the likelihood has no maximum it rises for ever along a ridge (b → ∞ on UCI Online Retail);
beyond the limit a quadratic penalty stops it. Inside, nothing is penalised.
"""
SURE = 20_000
"""Of so many customers the best parameters are as good as known: doubt would move what is expected
by less than a part in four thousand, and cost eight times the time."""
_PENALTY = 0.01
_NODES = 40


@dataclass(frozen=True)
class Buying:
    """The fitted model; `alpha` is in the unit of time that the statistics were in.

    Attributes:
        r: shape of the purchase rates.
        alpha: their scale.
        a: first shape of the probabilities of stopping.
        b: their second.
        log_likelihood: of all customers, without the penalty.
        around: models that stand for all that are about as likely; none where this one is known.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    around: tuple[Buying, ...] = ()

    def alive(self, customers: pl.DataFrame) -> pl.Series:
        """The probability that each customer still buys; 1 for those who bought once only.

        Do not rank by it: who bought once and long ago comes first.
        """
        x, last, age = _columns(customers)
        return pl.Series("alive", 1 / (1 + self._odds_gone(x, last, age)))

    def expected(self, customers: pl.DataFrame, ahead: float) -> pl.Series:
        """The purchases expected of each customer within the time `ahead`.

        Given the rate λ and the probability p they are (1 − e^(−λpt)) / p. The mean over λ is
        elementary; that over p is Gauss-Jacobi quadrature on the beta density, which, unlike the
        published form with a hypergeometric function, is stable everywhere, a = 1 included. The
        mean over the models `around` allows for what is not known of the parameters.
        """
        if self.around:
            each = [model.expected(customers, ahead).to_numpy() for model in self.around]
            return pl.Series("expected", np.mean(each, axis=0))
        x, last, age = _columns(customers)
        cells = pl.DataFrame({"x": x, "age": age})
        each_once = cells.unique().sort("x", "age")  # or the last bits would change by run
        told = self._expected_alive(each_once["x"].to_numpy(), each_once["age"].to_numpy(), ahead)
        alive = each_once.with_columns(alive=pl.Series(told))
        if_alive = cells.join(alive, on=["x", "age"], how="left", maintain_order="left")["alive"]
        return pl.Series("expected", if_alive.to_numpy() / (1 + self._odds_gone(x, last, age)))

    def expected_since_first(self, ages: Vector) -> Vector:
        """The repeat purchases expected of a customer, not known further, within each age."""
        p, weight = _beta_nodes(self.a, self.b)
        bought: Vector = -np.expm1(-self.r * np.log1p(np.outer(ages / self.alpha, p)))
        return bought @ (weight / p)

    def _odds_gone(self, x: Vector, last: Vector, age: Vector) -> Vector:
        with np.errstate(over="ignore"):
            grown = np.exp((self.r + x) * np.log((self.alpha + age) / (self.alpha + last)))
        odds: Vector = np.where(x > 0, self.a / (self.b + np.maximum(x, 1) - 1) * grown, 0.0)
        return odds

    def _expected_alive(self, x: Vector, age: Vector, ahead: float) -> Vector:
        share = ahead / (self.alpha + age)
        out = np.empty_like(age)
        for count in np.unique(x):
            here = x == count
            p, weight = _beta_nodes(self.a, self.b + count)
            bought = -np.expm1(-(self.r + count) * np.log1p(np.outer(share[here], p)))
            out[here] = bought @ (weight / p)
        return out


def fit_buying(customers: pl.DataFrame) -> Buying:
    """The model of highest likelihood.

    Args:
        customers: `STATISTICS`, one row a customer, in any unit of time. Further columns are
            ignored.

    Raises:
        ValueError: without customers.
    """
    if customers.is_empty():
        raise ValueError("no customers to fit")
    cells = _cells(customers)
    unit = float(cells.age @ cells.weight) or 1.0
    scaled = cells._replace(last=cells.last / unit, age=cells.age / unit)
    start = np.log([0.5, 0.3, 1.0, 2.0])
    found = minimize(_loss, start, (scaled,), jac=True, method="L-BFGS-B", options=_OPTIONS)
    total = -_loss(found.x, scaled, penalty=0.0)[0] * customers.height
    change_of_unit = float(cells.x @ cells.weight) * np.log(unit) * customers.height
    best = _model(found.x, unit, total - change_of_unit)
    if customers.height >= SURE:
        return best

    def slope(logs: Vector) -> Vector:
        return customers.height * _loss(logs, scaled)[1]

    points = points_around(found.x, slope)
    return replace(best, around=tuple(_model(each, unit, np.nan) for each in points))


def _model(logs: Vector, unit: float, log_likelihood: float) -> Buying:
    r, alpha, a, b = (float(each) for each in np.exp(logs))
    return Buying(r, alpha * unit, a, b, log_likelihood)


_OPTIONS = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9}


class _Cells(NamedTuple):
    """Customers of equal statistics: the statistics, and the share of customers that has them.

    `counts` are the numbers of purchases that occur, `times` the share of customers of each.
    """

    x: Vector
    last: Vector
    age: Vector
    weight: Vector
    counts: Vector
    times: Vector


def _cells(customers: pl.DataFrame) -> _Cells:
    grouped = customers.group_by(*STATISTICS).len().sort(*STATISTICS)
    share = grouped["len"].to_numpy() / customers.height
    x, last, age = _columns(grouped)
    counts, where = np.unique(x, return_inverse=True)
    times = np.bincount(where, share).astype(np.float64)
    return _Cells(x, last, age, share, counts, times)


def _columns(customers: pl.DataFrame) -> tuple[Vector, Vector, Vector]:
    x, last, age = (customers[name].cast(pl.Float64).to_numpy() for name in STATISTICS)
    return x, last, age


def _loss(logs: Vector, cells: _Cells, penalty: float = _PENALTY) -> tuple[float, Vector]:
    """Minus the mean log-likelihood with its penalty, and the slope along the parameters' logs."""
    parameters = np.exp(logs)
    chance, chance_slope = _of_counts(parameters, cells)
    course, course_slope = _of_times(parameters, cells)
    over = np.sign(logs) * np.maximum(np.abs(logs) - FREE, 0)
    value = -(chance + course) + penalty * float(over @ over)
    return value, -(chance_slope + course_slope) * parameters + 2 * penalty * over


def _of_counts(parameters: Vector, cells: _Cells) -> tuple[float, Vector]:
    """The part of the likelihood that the numbers of purchases decide alone, and its slope."""
    r, alpha, a, b = parameters
    x, times = cells.counts, cells.times
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    value += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    stops = psi(a + b) - psi(a + b + x)
    slopes = [psi(r + x) - psi(r) + np.log(alpha), r / alpha + 0 * x]
    slopes += [stops, stops + psi(b + x) - psi(b)]
    return float(times @ value), np.stack(slopes) @ times


def _of_times(parameters: Vector, cells: _Cells) -> tuple[float, Vector]:
    """The part that their times decide: still alive at the end, or gone after the last purchase."""
    r, alpha, a, b = parameters
    x, last, age, weight, *_ = cells
    to_age, to_last = np.log(alpha + age), np.log(alpha + last)
    before = b + np.maximum(x, 1) - 1
    alive = -(r + x) * to_age
    gone = np.where(x > 0, np.log(a / before) - (r + x) * to_last, -np.inf)
    both = np.logaddexp(alive, gone)
    share = np.exp(gone - both)
    slopes = [
        -weight @ (to_age + share * (to_last - to_age)),
        -weight @ ((r + x) * ((1 - share) / (alpha + age) + share / (alpha + last))),
        weight @ share / a,
        -weight @ (share / before),
    ]
    return float(weight @ both), np.array(slopes)


def _beta_nodes(a: float, b: float) -> tuple[Vector, Vector]:
    """Nodes in (0, 1) and weights of the mean under the beta density, after Golub and Welsch.

    The weights are reckoned as shares: those of the library overflow where b is large.
    """
    k = np.arange(1, _NODES)
    total = 2 * k + a + b - 2
    middle = (a - b) * (a + b - 2) / (total * (total + 2))
    side = 4 * k * (k + a - 1) * (k + b - 1) * (k + a + b - 2)
    side = side / (total**2 * (total + 1) * np.where(k == 1, 1, total - 1))
    side[0] = 4 * a * b / ((a + b) ** 2 * (a + b + 1))
    diagonal = np.concatenate([[(a - b) / (a + b)], middle])
    nodes, vectors = eigh_tridiagonal(diagonal, np.sqrt(side))
    return np.maximum((nodes + 1) / 2, _TINY), vectors[0] ** 2


_TINY = 1e-300
