"""Returns beyond what the units sold let one expect, on days whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from metrics.arrivals import surpluses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_DAYS, _MEMBERS = 180, 200


def _business(seed: int, rate: float = 0.03, since: int = 0) -> tuple[Array, Array]:
    """(came, sold) of products whose units come back for quality about 11 days later.

    Products differ by a third, seasons move their sales, and of row 0 more come back of what is
    sold on the last `since` days.
    """
    random = np.random.default_rng(seed)
    season = 1 + 0.6 * np.sin(np.arange(_DAYS) / 30 + random.uniform(0, 6, (_MEMBERS, 1)))
    sold = random.poisson(random.gamma(2, 1.5, (_MEMBERS, 1)) * season).astype(float)
    sold[0] = random.poisson(5, _DAYS)
    own = 0.03 * random.gamma(9, 1 / 9, _MEMBERS)
    rates = np.repeat(own[:, None], _DAYS, axis=1)
    rates[0, _DAYS - since :] = rate
    came = np.zeros((_MEMBERS, _DAYS))
    for row, day in np.ndindex(came.shape):
        for late in random.lognormal(
            np.log(11), 0.35, random.binomial(int(sold[row, day]), rates[row, day])
        ):
            if day + int(late) < _DAYS:
                came[row, day + int(late)] += 1
    return came, sold


def test_ordinary_products_are_rarely_called() -> None:
    assert sum(len(surpluses(*_business(seed))) for seed in range(20)) <= 2


@pytest.mark.parametrize("seed", range(5))
def test_a_defect_is_found_soon_after_its_goods_come_back(seed: int) -> None:
    """Sold for 20 days, of which the first nine or so had time to come back."""
    came, sold = _business(seed, rate=0.4, since=20)
    found = {each.row: each for each in surpluses(came, sold)}
    assert found[0].came == came[0, -found[0].days :].sum()
    assert found[0].expected < 0.4 * found[0].came
    assert found[0].days < 20


def test_what_comes_back_late_from_all_is_no_ones() -> None:
    """A courier's strike holds all returns of a week back: they come together at the end."""
    came, sold = _business(3)
    came[:, -1] += came[:, -8:-1].sum(axis=1)
    came[:, -8:-1] = 0
    assert len(surpluses(came, sold)) <= 1


def test_too_little_says_nothing() -> None:
    came, sold = _business(2)
    assert surpluses(came[:, -60:], sold[:, -60:]) == []
    assert surpluses(came * 0, sold) == []
    assert surpluses(came[:0], sold[:0]) == []
