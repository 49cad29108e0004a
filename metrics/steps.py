"""How much of what begins reaches each step, and goes on from the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rate(NamedTuple):
    """Shares of a step, None where there is nothing to be a share of.

    Attributes:
        of_first: what reached the step / what reached the first.
        of_before: what reached the step / what reached the one before; None for the first.
    """

    of_first: float | None
    of_before: float | None


def step_rates(values: Sequence[float]) -> tuple[Rate, ...]:
    """The shares of steps that were reached so many times, in their order."""
    return tuple(
        Rate(_share(value, values[0]), _share(value, values[n - 1]) if n else None)
        for n, value in enumerate(values)
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
