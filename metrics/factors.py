"""Why a product of factors changed: how much of its change each factor brought."""

from __future__ import annotations

from itertools import accumulate
from math import log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Step(NamedTuple):
    """One bar of a waterfall.

    Attributes:
        name: the metric; the product itself for the first and the last bar.
        start: where the bar begins: where the one before ended, 0 for the first and the last.
        end: where it ends.
    """

    name: str
    start: float
    end: float

    @property
    def amount(self) -> float:
        """What the bar stands for."""
        return self.end - self.start


def waterfall(
    row: Mapping[str, float | None], product: str, factors: Sequence[str], compare: str
) -> tuple[Step, ...] | None:
    """The way from the product's earlier value to its current one, a step a factor.

    Args:
        row: an answer's row with the product and its factors, and each `<metric>_<compare>`.
        product: the metric that equals the product of the factors.
        factors: those metrics.
        compare: "previous" or "year".

    Returns:
        The steps, or None where a value is unknown or not positive.
    """
    now, then = row.get(product), row.get(f"{product}_{compare}")
    shares = contributions(
        [row.get(name) for name in factors], [row.get(f"{name}_{compare}") for name in factors]
    )
    if shares is None or now is None or then is None:
        return None
    ends = list(accumulate(shares, initial=then))
    steps = (Step(name, *ends[n : n + 2]) for n, name in enumerate(factors))
    return (Step(product, 0.0, then), *steps, Step(product, 0.0, now))


def contributions(
    now: Sequence[float | None], then: Sequence[float | None]
) -> tuple[float, ...] | None:
    """What each factor adds to the change of their product; the sum is that change exactly.

    Logarithmic mean Divisia index, additive (Ang, "The LMDI approach to decomposition analysis",
    Energy Policy 33, 2005): the order of the factors does not matter, and nothing is left over.

    Returns:
        One amount a factor, in the product's unit; None where a factor is unknown or not positive.
    """
    after = [each for each in now if each is not None and each > 0]
    before = [each for each in then if each is not None and each > 0]
    if len(after) < len(now) or len(before) < len(then):
        return None
    mean = _logarithmic_mean(_product(after), _product(before))
    return tuple(mean * log(a / b) for a, b in zip(after, before, strict=True))


def _logarithmic_mean(a: float, b: float) -> float:
    difference = log(a / b)
    # Close to 1 the quotient loses its digits; the mean is then that of the two, to second order.
    return (a - b) / difference if abs(difference) > 1e-6 else (a + b) / 2  # noqa: PLR2004


def _product(values: Sequence[float]) -> float:
    result = 1.0
    for value in values:
        result *= value
    return result
