"""Why an answer changed: what each factor of a product brought, and each segment of a sum."""

from __future__ import annotations

from itertools import accumulate
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from metrics.models.drivers import Sides, price_volume_mix, segment_account, shapley

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEEN = 0.25
"""Share of the whole below which steps are hard to tell apart on an axis from 0."""


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
        The steps, or None where a value is unknown.
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


def ground(steps: Sequence[Step]) -> float:
    """Where the axis of a waterfall begins: 0, unless its steps would be too small to see."""
    ends = [step.end for step in steps]
    low, high = min(ends), max(ends)
    if low <= 0 or high == low or high - low >= high * _SEEN:
        return 0.0
    unit = 10.0 ** floor(log10(high - low))
    return max(0.0, floor((low - (high - low) / 2) / unit) * unit)


def contributions(
    now: Sequence[float | None], then: Sequence[float | None]
) -> tuple[float, ...] | None:
    """What each factor adds to the change of their product: `metrics.models.drivers.shapley`.

    Returns:
        One amount a factor, in the product's unit; None where a factor is unknown.
    """
    sides = np.array([then, now], dtype=np.float64)
    if np.isnan(sides).any():
        return None
    return tuple(shapley(sides[0, :, None], sides[1, :, None])[:, 0].tolist())


def largest_segments(frame: pl.DataFrame, by: str, name: str, compare: str) -> pl.DataFrame:
    """Where the change of an additive metric lies: `metrics.models.drivers.segment_account`.

    Args:
        frame: an answer's frame by one dimension, with the metric and its comparison.
        by: the dimension.
        name: the metric.
        compare: "previous" or "year".
    """
    now, then = frame.select(by, name), frame.select(by, pl.col(f"{name}_{compare}").alias(name))
    return segment_account(Sides(then, now), [by], name)


def accounted(frame: pl.DataFrame, by: str, units: str, amount: str, compare: str) -> pl.DataFrame:
    """Where the change of an amount lies: by segment, and in each by volume, mix and price.

    Args:
        frame: an answer's frame by one dimension, with both metrics and their comparisons.
        by: the dimension.
        units: how much was sold.
        amount: for how much.
        compare: "previous" or "year".

    Returns:
        Those of `largest_segments`, the largest change first, with `volume`, `mix` and `price`,
        which over all rows add up to the change. What was not sold in units, such as adjustments,
        is all price.
    """
    then, now = (
        frame.select(by, **{each: pl.col(f"{each}{end}").fill_null(0) for each in (units, amount)})
        for end in (f"_{compare}", "")
    )
    sold = ((pl.col(units) != 0) | (pl.col(amount) == 0)).alias("sold")
    whole = then.select(sold)["sold"] & now.select(sold)["sold"]
    parts = price_volume_mix(Sides(then.filter(whole), now.filter(whole)), [by], units, amount)
    rows = largest_segments(frame, by, amount, compare)
    found = rows.join(parts, on=by, how="left", nulls_equal=True, maintain_order="left")
    ranked = found.sort(-pl.col("amount").abs(), maintain_order=True)
    return ranked.with_columns(
        pl.col("beyond").round(6) + 0.0,  # no -0 for the middle itself
        pl.col("volume", "mix").fill_null(0.0),
        pl.col("price").fill_null(pl.col("amount")),
    )
