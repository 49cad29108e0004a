"""Key drop-off nodes: steps at which fewer go on than before, by more than chance explains.

The rate of a step in a range is held against its own baseline, the days before. Days differ more
than coin tosses do, so the spread of the baseline's days (Pearson's χ² over its degrees of freedom)
widens the interval: a plain binomial test calls a third of ordinary days broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

BASELINE_DAYS = 56
"""Days before a range that say what is usual: each weekday eight times."""
_Z = 1.959964
_FEWEST_DAYS = 14
_FEWEST_EXPECTED = 5.0


@dataclass(frozen=True)
class Node:
    """A step of a segment.

    Attributes:
        members: those of the segment's dimensions.
        units: what stood before the step in the range.
        reached: what went on.
        rate: reached / units.
        baseline: the same share of the days before.
        low: the lower bound of what the rate may be by chance (95 %).
        high: the upper bound.
        dispersion: how much more the days of the baseline differ than coin tosses; at least 1.
        lost: what did not go on although the baseline lets one expect it; below 0 a gain.
    """

    members: tuple[str | None, ...]
    units: float
    reached: float
    rate: float
    baseline: float
    low: float
    high: float
    dispersion: float
    lost: float

    @property
    def is_drop(self) -> bool:
        """Whether the rate lies below its baseline by more than chance."""
        return self.rate < self.low

    @property
    def z(self) -> float:
        """How far the rate lies off its baseline, in standard errors."""
        return (self.rate - self.baseline) / ((self.high - self.low) / (2 * _Z))


def nodes(
    daily: pl.DataFrame, units: str, reached: str, by: Sequence[str], start: date
) -> list[Node]:
    """The segments of a step of which enough is known to judge them.

    Args:
        daily: `period` (Date), the dimensions, and the numbers of `units` and `reached` a day; from
            the baseline's first day to the range's last. Null counts as nothing.
        units: the column of what stands before the step.
        reached: the column of what goes on; at most as many.
        by: the dimensions.
        start: first day of the range; the days before are the baseline.

    Returns:
        The nodes, the greatest loss first.
    """
    counted = daily.select(
        "period",
        *by,
        n=pl.col(units).cast(pl.Float64).fill_null(0.0),
        k=pl.col(reached).cast(pl.Float64).fill_null(0.0),
    ).filter(pl.col("n") > 0)
    found = []
    for part in counted.partition_by(*by) if by else [counted]:
        members = part.select(by).row(0) if by and part.height else ()
        node = _node(
            members, part.filter(pl.col("period") < start), part.filter(pl.col("period") >= start)
        )
        if node is not None:
            found.append(node)
    return sorted(found, key=lambda each: -each.lost)


def _node(members: tuple[str | None, ...], before: pl.DataFrame, now: pl.DataFrame) -> Node | None:
    base_n, base_k = (float(before[name].sum()) for name in ("n", "k"))
    n, k = (float(now[name].sum()) for name in ("n", "k"))
    if before.height < _FEWEST_DAYS or n == 0 or not 0 < base_k < base_n:
        return None
    p = base_k / base_n
    if n * min(p, 1 - p) < _FEWEST_EXPECTED:
        return None
    spread = dispersion(before, p)
    width = _Z * sqrt(spread * p * (1 - p) * (1 / n + 1 / base_n))
    return Node(members, n, k, k / n, p, p - width, p + width, spread, n * p - k)


def dispersion(days: pl.DataFrame, rate: float) -> float:
    """Pearson's χ² of the days about a rate, over its degrees of freedom; at least 1.

    Args:
        days: `n` and `k` of each day.
        rate: the share of all of them.
    """
    squares = (pl.col("k") - pl.col("n") * rate) ** 2 / (pl.col("n") * rate * (1 - rate))
    total: float = days.select(squares.sum()).item()
    return max(1.0, total / max(days.height - 1, 1))
