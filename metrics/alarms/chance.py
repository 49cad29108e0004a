"""How likely chance alone is to bring what was seen, when days differ more than dice do.

Shares of one population vary from day to day beyond the binomial, and counts beyond Poisson; both
are widened by what is known of that here, so that hundreds of members a day stay quiet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RARE = 1e-4
"""What is likelier than this is taken for chance: hundreds of members are looked at every day."""
_ALIKE = 0.01
"""How alike the tries of one day are (their intraclass correlation): a hundred count as fifty."""
_SHAPE = 8.0
"""How much rates differ between members of a kind: the shape of their gamma distribution."""


def share_tail(hits: Array, tries: Array, usual: Array, side: int) -> Array:
    """P(a share at least as far off to that side), each (n,): −1 as low as this, 1 as high.

    Tries that resemble each other are fewer in effect: n / (1 + (n − 1) ρ) (Kish's design effect).
    """
    effect = 1 + np.maximum(tries - 1, 0) * _ALIKE
    n, k = tries / effect, hits / effect
    p = np.clip(usual, 1e-6, 1 - 1e-6)
    found = betainc(k, n - k + 1, p) if side > 0 else betainc(n - k, k + 1, 1 - p)
    certain = (k <= 0) if side > 0 else (k >= n)
    return np.where(certain, 1.0, found)


def count_tail(seen: Array, expected: Array) -> Array:
    """P(at least so many), each (n,), of a Poisson count whose rate is gamma distributed."""
    found = betainc(np.maximum(seen, 1e-9), _SHAPE, expected / (expected + _SHAPE))
    return np.where(seen <= 0, 1.0, found)
