"""Yardsticks of models: a figure of this library's beside the range that it must lie in."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Mark:
    """One row of the table; the range is closed."""

    name: str
    ours: float
    least: float = -inf
    most: float = inf

    @property
    def holds(self) -> bool:
        """Whether the figure lies in its range."""
        return self.least <= self.ours <= self.most

    def __str__(self) -> str:
        low = f"{self.least:g} ≤ " if self.least > -inf else ""
        high = f" ≤ {self.most:g}" if self.most < inf else ""
        verdict = "ok" if self.holds else "OUTSIDE"
        return f"{self.name:<58} {low}{self.ours:.4g}{high} {verdict}"
