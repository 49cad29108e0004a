"""Returns beyond what the units sold before them let one expect.

Goods come back days after they were sold, so a rate of young orders says little. How many days
after is seen over the whole business; a member then expects its own units to come back at its own
past rate, on which little is known of few (a gamma prior), and as the days do for all.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import nnls
from scipy.special import betainc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_AGES = (0, 4, 7, 10, 14, 21, 31, 46)
"""Days after which returns come at a rate of their own: so few can be told apart."""
_WINDOWS = (1, 2, 3, 4, 5, 7, 10, 14, 21, 28, 42)
_CHANCE = 3e-5
"""Of a member and a window by chance: hundreds of members are looked at in many windows a day."""
_PRIOR = 4.0
"""Returns that the common rate weighs in a member's own: members differ by about a half."""
_FEWEST = 28


class Surplus(NamedTuple):
    """A member of which more comes back.

    Attributes:
        row: its row.
        days: for how many days, to the last.
        came: how many came back in them.
        expected: how many were to be expected.
    """

    row: int
    days: int
    came: float
    expected: float


def surpluses(came: Array, sold: Array) -> list[Surplus]:
    """The rows of which more comes back on the last days than chance explains.

    Args:
        came: (members, days) what came back on each day.
        sold: (members, days) what was sold on each day.
    """
    known = came.shape[1] - _AGES[-1]
    if known < _FEWEST or not came.any():
        return []
    due = _due(came, sold)[:, -known:]
    came = came[:, -known:]
    found: dict[int, tuple[float, Surplus]] = {}
    for days in (each for each in _WINDOWS if each <= known - _FEWEST):
        chance, usual = _window(came, due, days)
        for row in map(int, np.flatnonzero(chance < _CHANCE)):
            some = Surplus(row, days, float(came[row, -days:].sum()), float(usual[row]))
            if row not in found or chance[row] < found[row][0]:
                found[row] = float(chance[row]), some
    return [each for _, each in found.values()]


def _due(came: Array, sold: Array) -> Array:
    """What the units sold send back on each day, were all alike: by age, fitted over all."""
    aged = np.stack([_aged(sold, *ages) for ages in pairwise(_AGES)])
    first = _AGES[-1]
    rates, _ = nnls(aged.sum(axis=1)[:, first:].T, came.sum(axis=0)[first:])
    due: Array = np.tensordot(rates, aged, axes=1)
    return due


def _aged(sold: Array, first: int, last: int) -> Array:
    """Units that are from `first` to before `last` days old on each day."""
    ran = np.concatenate([np.zeros((len(sold), last)), np.cumsum(sold, axis=1)], axis=1)
    days = sold.shape[1]
    aged: Array = ran[:, last - first :][:, :days] - ran[:, :days]
    return aged


def _window(came: Array, due: Array, days: int) -> tuple[Array, Array]:
    """By row: how likely so many or more are by chance, and how many are usual.

    The rate of a row is gamma by the days before, so the count is negative binomial.
    """
    before = _common(came[:, :-days], due[:, :-days])
    ahead = _common(came[:, -days:], due[:, -days:])
    shape, scale = _PRIOR + came[:, :-days].sum(axis=1), _PRIOR + before
    seen = came[:, -days:].sum(axis=1)
    tail = betainc(np.maximum(seen, 1), shape, ahead / (ahead + scale))
    return np.where(seen >= 1, tail, 1.0), shape / scale * ahead


def _common(came: Array, due: Array) -> Array:
    """What is due of each row, as many in all as came: when all return more it is no one's."""
    whole = due.sum()
    share: Array = due.sum(axis=1) * (came.sum() / whole if whole else 0.0)
    return share
