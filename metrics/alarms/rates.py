"""Shares that are off: beside what they were in the four weeks before, or beside others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.alarms.chance import RARE, share_tail
from metrics.alarms.windows import days_of, every_day, summed

if TYPE_CHECKING:
    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

BEFORE = 28
"""Days before those that are judged which say what is usual."""
LEAST = 7
"""Of these, how many have to be known."""
VALUE, USUAL, OFF = "value", "usual", "off"
"""What is judged; what the metric should have been (null where nobody says); whether chance alone
is no explanation (true where nobody asks)."""


def beyond_chance(hits: pl.Expr, tries: pl.Expr, usual: pl.Expr, side: int) -> pl.Expr:
    """Whether so many hits of the tries are further off to that side than chance brings."""
    columns = pl.struct(
        hits.cast(pl.Float64).alias("hits"),
        tries.cast(pl.Float64).alias("tries"),
        usual.cast(pl.Float64).alias("usual"),
    )
    return columns.map_batches(lambda given: _rare(given.struct.unnest(), side), pl.Boolean)


def own_rate(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """A share of each member beside its own of the 28 days before the window that is judged.

    The first metric of `minimum` is what it is a share of. Festivals are judged like other days:
    they bring more of both.
    """
    metric, volume = str(rule.metric), next(iter(rule.minimum))
    begin = start - timedelta(days=BEFORE + rule.over)
    frame = asking.by_day([metric, *rule.minimum], rule, begin, end)
    if frame.is_empty():
        return frame
    grid = every_day(frame, days_of(begin, end), rule.by)
    tries = pl.col(volume).cast(pl.Float64).fill_null(0.0)
    grid = grid.with_columns(
        (pl.col(metric).cast(pl.Float64).fill_null(0.0) * tries).alias("hits"), tries.alias("tries")
    )
    return (
        grid.with_columns(
            summed("hits", rule.over, rule.by).alias("hits"),
            summed("tries", rule.over, rule.by).alias("tries"),
            (
                summed("hits", BEFORE, rule.by, rule.over)
                / summed("tries", BEFORE, rule.by, rule.over)
            ).alias(USUAL),
        )
        .filter(_days_before(rule) >= LEAST)
        .pipe(held_against, rule, volume)
    )


def _days_before(rule: Rule) -> pl.Expr:
    """How many days before the window say what is usual."""
    said = pl.col(str(rule.metric)).is_not_null().cast(pl.Int64)
    before = said.rolling_sum(BEFORE, min_samples=1).shift(rule.over)
    return before.over(list(rule.by)) if rule.by else before


def held_against(frame: pl.DataFrame, rule: Rule, volume: str) -> pl.DataFrame:
    """`value` (points off what is usual), the metric, its volume and `off`, of hits and tries."""
    share = pl.col("hits") / pl.when(pl.col("tries") > 0).then(pl.col("tries"))
    usual = pl.when(pl.col(USUAL).is_finite()).then(pl.col(USUAL))
    sure = beyond_chance(pl.col("hits"), pl.col("tries"), usual, rule.sign)
    return frame.with_columns(
        (share - usual).alias(VALUE),
        share.alias(str(rule.metric)),
        pl.col("tries").alias(volume),
        usual.alias(USUAL),
        sure.fill_null(value=False).alias(OFF),
    ).drop("hits", "tries")


def _rare(given: pl.DataFrame, side: int) -> pl.Series:
    columns = given.fill_null(float("nan"))
    hits, tries, usual = (columns[name].to_numpy() for name in ("hits", "tries", "usual"))
    return pl.Series(share_tail(hits, tries, usual, side) < RARE)
