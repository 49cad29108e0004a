"""Textbook policies of stock: how much to buy once, how much and when to order again.

From Snyder and Shen, Fundamentals of Supply Chain Theory (2nd edition), chapters 3 to 5. Costs are
per unit and unit of time (h to hold, p for what is missing) and per order (k); demand of a lead
time, or of a period, is a frozen distribution of `scipy.stats`.

No metric takes them: the tables state neither what an order nor what a missing unit costs, and a
guess would decide the answer. Targets are set for a share of demand to be met instead
(`metrics.models.replenishment`); who knows the costs calls these from code of their own.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TAIL = 1e-13
"""Probability of demand beyond which nothing is summed."""


class Policy(NamedTuple):
    """When to order, how much or up to which stock, and the expected cost of a unit of time."""

    point: float
    size: float
    cost: float


def newsvendor(demand: Any, hold: float, miss: float) -> tuple[float, float]:
    """What to buy once for a demand, continuous or of whole units, and its expected cost.

    Args:
        demand: a frozen distribution.
        hold: cost of a unit left over (h).
        miss: cost of a unit that lacks (p).
    """
    quantity = float(demand.ppf(miss / (hold + miss)))
    return quantity, float(newsvendor_cost(demand, hold, miss, np.array([quantity]))[0])


def newsvendor_cost(demand: Any, hold: float, miss: float, stock: Floats) -> Floats:
    """The expected cost of each `stock` under a demand, which need not be above zero."""
    short = np.array([_short(demand, each) for each in stock])
    left = stock - float(demand.mean()) + short
    cost: Floats = hold * left + miss * short
    return cost


def economic_order(demand: float, order: float, hold: float) -> tuple[float, float]:
    """The economic order quantity of a steady demand, and its cost, both by unit of time."""
    quantity = sqrt(2 * order * demand / hold)
    return quantity, sqrt(2 * order * demand * hold)


def reorder_quantity(demand: float, lead: float, order: float, hold: float, miss: float) -> Policy:
    """The best (r, Q) of a Poisson demand: below r + 1 order Q (Federgruen and Zheng, 1992).

    Args:
        demand: units by unit of time.
        lead: lead time, in units of time.
        order: cost of an order (k).
        hold: cost of a unit held (h).
        miss: cost of a unit missing (p).

    Returns:
        `point` is r and `size` is Q.
    """
    waiting = stats.poisson(demand * lead)
    most = int(_enough(waiting, order * demand, hold, miss))
    # Where a missing unit costs little beside an order, it pays to order when some are owed.
    levels = np.arange(-most, most + 1, dtype=np.float64)
    cost = newsvendor_cost(waiting, hold, miss, levels)
    low = high = int(cost.argmin())
    total = order * demand + cost[low]
    while True:
        below, above = cost[low - 1] if low else np.inf, cost[high + 1]
        nearest = min(below, above)
        if nearest >= total / (high - low + 1):
            return Policy(levels[low] - 1, float(high - low + 1), total / (high - low + 1))
        low, high = (low - 1, high) if below < above else (low, high + 1)
        total += nearest


def least_and_most(demand: Any, order: float, hold: float, miss: float) -> Policy:
    """The best (s, S) of a demand of whole units: at s or below order up to S.

    Every pair is priced by the renewals between two orders: with m(j) the expected visits of S − j
    between them, the cost is (k + Σ m(j)·g(S − j)) / Σ m(j) over j < S − s (Zheng and Federgruen,
    1991); g is the newsvendor's cost of a period.

    Args:
        demand: a frozen discrete distribution of a period.
        order: cost of an order (k).
        hold: cost of a unit held for a period (h).
        miss: cost of a unit missing for a period (p).

    Returns:
        `point` is s and `size` is S.
    """
    most = int(_enough(demand, order, hold, miss))
    levels = np.arange(-most, most + 1, dtype=np.float64)
    cost = newsvendor_cost(demand, hold, miss, levels)
    visits = _visits(demand, 2 * most)
    best = Policy(0.0, 0.0, np.inf)
    for top in range(1, len(levels)):
        backwards = cost[top:0:-1] * visits[:top]
        costs = (order + backwards.cumsum()) / visits[:top].cumsum()
        span = int(costs.argmin())
        if costs[span] < best.cost - _TAIL:
            best = Policy(levels[top - span - 1], levels[top], float(costs[span]))
    return best


def _visits(demand: Any, count: int) -> Floats:
    """How often S − j is expected to be stood at between two orders, for j from 0 on."""
    mass = demand.pmf(np.arange(count + 1))
    visits = np.zeros(count + 1)
    visits[0] = 1 / (1 - mass[0])
    for n in range(1, count + 1):
        visits[n] = visits[:n] @ mass[n:0:-1] / (1 - mass[0])
    return visits


def _enough(demand: Any, order: float, hold: float, miss: float) -> float:
    """A stock above all that pays: holding what is beyond demand costs more than ordering."""
    return float(demand.ppf(1 - _TAIL)) + order / min(hold, miss) + 2


def _short(demand: Any, stock: float) -> float:
    """Expected demand beyond `stock`."""
    if hasattr(demand, "pmf"):
        least = min(stock, 0.0)
        units = np.arange(max(stock, 0.0), float(demand.ppf(1 - _TAIL)) + 1)
        return float(demand.sf(units).sum()) - least
    return float(demand.expect(lambda units: units - stock, lb=stock))
