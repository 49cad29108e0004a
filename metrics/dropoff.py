"""Key drop-off nodes: steps at which fewer go on than before, by more than chance explains.

The rate of a step in a range is held against its own baseline, the days before. Days differ more
than coin tosses do, so the spread of the baseline's days (Pearson's χ² over its degrees of freedom)
widens the interval: a plain binomial test calls a third of ordinary days broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

BASELINE_DAYS = 56
"""Days before a range that say what is usual: each weekday eight times."""
_START, _DAY = "start", "period"
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
    found = nodes_since(daily, units, reached, by, [start])
    return [node for _, node in sorted(found, key=lambda each: -each[1].lost)]


def nodes_since(
    daily: pl.DataFrame, units: str, reached: str, by: Sequence[str], starts: Sequence[date]
) -> Iterator[tuple[date, Node]]:
    """As `nodes`, of several ranges at once that end on the same day: each with its start.

    The baseline of each are the `BASELINE_DAYS` before it.
    """
    judged = _sums(daily, units, reached, by, starts).with_columns(
        p=pl.col("base_k") / pl.col("base_n")
    )
    p, rest = pl.col("p"), 1 - pl.col("p")
    judged = judged.filter(
        pl.col("days") >= _FEWEST_DAYS,
        pl.col("n") * pl.min_horizontal(p, rest) >= _FEWEST_EXPECTED,
    ).with_columns(spread=_spread())
    width = _Z * (pl.col("spread") * p * rest * (1 / pl.col("n") + 1 / pl.col("base_n"))).sqrt()
    rows = judged.select(
        _START,
        *by,
        *("n", "k"),
        rate=pl.col("k") / pl.col("n"),
        p=p,
        low=p - width,
        high=p + width,
        spread="spread",
        lost=pl.col("n") * p - pl.col("k"),
    ).collect()
    for start, *row in rows.iter_rows():
        yield start, Node(tuple(row[: len(by)]), *row[len(by) :])


def _sums(
    daily: pl.DataFrame, units: str, reached: str, by: Sequence[str], starts: Sequence[date]
) -> pl.LazyFrame:
    """By range and segment: n and k; those of the baseline, its days, and Σ k² / n of them."""
    counted = daily.lazy().select(
        _DAY,
        *by,
        n=pl.col(units).cast(pl.Float64).fill_null(0.0),
        k=pl.col(reached).cast(pl.Float64).fill_null(0.0),
    )
    before = timedelta(days=BASELINE_DAYS)
    known = counted.filter(pl.col("n") > 0, pl.col(_DAY) >= min(starts) - before)
    ranges = pl.LazyFrame({_START: starts}, schema={_START: pl.Date})
    each = ranges.join(known, how="cross").filter(pl.col(_DAY) >= pl.col(_START) - before)
    now, n, k = pl.col(_DAY) >= pl.col(_START), pl.col("n"), pl.col("k")
    sums = {
        "n": n.filter(now).sum(),
        "k": k.filter(now).sum(),
        "days": (~now).sum(),
        "base_n": n.filter(~now).sum(),
        "base_k": k.filter(~now).sum(),
        "squares": (k**2 / n).filter(~now).sum(),
    }
    return each.group_by(_START, *by, maintain_order=True).agg(**sums)


def _spread() -> pl.Expr:
    """Pearson's χ² of the baseline's days over its degrees of freedom; at least 1.

    Σ (k − n p)² / n p (1 − p), with the square multiplied out: Σ k = n p over all of them.
    """
    p, chance = pl.col("p"), pl.col("p") * (1 - pl.col("p"))
    squares = (pl.col("squares") - p * pl.col("base_k")) / chance
    return pl.max_horizontal(1.0, squares / (pl.col("days") - 1))
