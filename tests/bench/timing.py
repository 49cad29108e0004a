"""Ratios of times taken in turn, because a shared machine's absolute times prove little."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Figure:
    """One row of the table: what was measured, both medians in seconds, their ratio, its limit."""

    name: str
    ours: float
    yardstick: float
    ratio: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio <= self.limit

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "ABOVE"
        return (
            f"{self.name:<58} {self.ours:>8.3f} s {self.yardstick:>8.3f} s"
            f" {self.ratio:>6.2f} ≤ {self.limit:<4} {verdict}"
        )


def compared(
    name: str,
    ours: Callable[[], object],
    yardstick: Callable[[], object],
    *,
    limit: float,
    runs: int = 7,
) -> Figure:
    """Both in turn, after one run of each that does not count; the ratio is the pairs' median."""
    seconds(ours), seconds(yardstick)
    pairs = [(seconds(ours), seconds(yardstick)) for _ in range(runs)]
    ratio = median(mine / other for mine, other in pairs)
    return Figure(name, median(a for a, _ in pairs), median(b for _, b in pairs), ratio, limit)


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    start = perf_counter()
    action()
    return perf_counter() - start
