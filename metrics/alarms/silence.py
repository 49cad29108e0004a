"""Members from which nothing comes for longer than their own rhythm explains."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import func

from metrics.alarms.rates import OFF, VALUE
from metrics.alarms.signals import HAPPENINGS, HOUR, hourly
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

RHYTHM = 56
"""Days before that say how often nothing comes: eight of each weekday."""
LEAST = 28
"""Days since a member was first heard of before its silence says anything: four of each weekday."""
_RARE_DAYS, _RARE_HOURS = 2e-3, 1e-7
"""There are 24 times as many hours to be wrong about, and a quiet night follows another."""
_SHAPE = 8.0
"""How much busy hours differ: the shape of the gamma distribution of their rate."""
_SEEN, _EMPTY, _RUN, _ODDS = "seen", "empty", "run", "odds"


def silent(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """By day, the longest run of days (or with `hours` of hours) up to it with nothing at all.

    Each silent day or hour has the odds that it had in the eight weeks before, on all days or on
    that weekday, whichever is greater; a run is off when their product is rare. A member is judged
    four weeks after it was first heard of, within the days that the shop is on record: what arrived
    before it opened has another rhythm.
    """
    begin = max(start - timedelta(days=RHYTHM + 14), asking.first_day(rule) or start)
    counted = hourly(
        HAPPENINGS[str(rule.metric)], rule, asking, (begin, end), {_SEEN: func.count()}
    )
    if counted.is_empty():
        return pl.DataFrame()
    step, per_week = ("1h", 24 * 7) if rule.hours else ("1d", 7)
    grid = _grid(counted, rule, end, step)
    by = list(rule.by)
    known = grid.with_columns(
        _share(pl.col(_EMPTY), per_week // 7, RHYTHM, by).alias("daily"),
        _share(pl.col(_EMPTY), per_week, RHYTHM // 7, by).alias("weekly"),
        _share(pl.col(_SEEN).fill_null(0), per_week, RHYTHM // 7, by).alias("usual"),
    )
    odds = pl.max_horizontal("daily", "weekly")
    if rule.hours:  # hours with much to come are silent more rarely than eight weeks can show
        odds = pl.max_horizontal("weekly", pl.min_horizontal("daily", _nothing(pl.col("usual"))))
    known = known.with_columns(odds.alias(_ODDS))
    heard = pl.col(HOUR) >= pl.col("begun") + pl.duration(days=LEAST)
    runs = _runs(known, by).filter(heard).with_columns(pl.col(HOUR).dt.date().alias(PERIOD))
    latest = runs.group_by(PERIOD, *by, maintain_order=True).agg(
        pl.col(_RUN).max().cast(pl.Float64).alias(VALUE), pl.col(_ODDS).min()
    )
    rare = _RARE_HOURS if rule.hours else _RARE_DAYS
    return latest.with_columns((pl.col(_ODDS) < rare).alias(OFF)).drop(_ODDS)


def _grid(counted: pl.DataFrame, rule: Rule, end: date, step: str) -> pl.DataFrame:
    """Every member at every hour or day from its first on, and whether nothing came."""
    seen = counted.with_columns(pl.col(HOUR).dt.truncate(step))
    seen = seen.group_by(HOUR, *rule.by).agg(pl.col(_SEEN).sum())
    last = datetime.combine(end, datetime.min.time())
    if rule.hours:  # the hour that is running is not over
        last = min(last, _latest(seen))
    times = pl.datetime_range(_first(seen), last, step, closed="left", eager=True).alias(HOUR)
    members = seen.group_by(list(rule.by)).agg(pl.col(HOUR).min().alias("begun"))
    grid = members.join(times.to_frame(), how="cross").filter(pl.col(HOUR) >= pl.col("begun"))
    joined = grid.join(seen, on=[HOUR, *rule.by], how="left", nulls_equal=True)
    return joined.sort(*rule.by, HOUR).with_columns(pl.col(_SEEN).is_null().alias(_EMPTY))


def _share(empty: pl.Expr, every: int, count: int, by: list[str]) -> pl.Expr:
    """The share of empty ones among the `count` before, `every` steps apart."""
    before = [empty.cast(pl.Float64).shift(every * (n + 1)).over(by) for n in range(count)]
    known = pl.sum_horizontal(each.is_not_null().cast(pl.Float64) for each in before)
    total = pl.sum_horizontal(each.fill_null(0.0) for each in before)
    prior = 0.5 if count == RHYTHM else 0.0
    return (total + prior) / (known + 2 * prior)


def _nothing(usual: pl.Expr) -> pl.Expr:
    """P(nothing) of a count whose rate varies by a gamma distribution around what is usual."""
    return (1 + usual / _SHAPE) ** -_SHAPE


def _runs(grid: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """How long nothing has come up to each row, and the odds of that."""
    block = (pl.col(_EMPTY) != pl.col(_EMPTY).shift().over(by)).fill_null(value=True)
    blocked = grid.with_columns(block.cum_sum().alias("block"))
    odds = pl.when(_EMPTY).then(pl.col(_ODDS).log()).otherwise(0.0)
    return blocked.with_columns(
        pl.col(_EMPTY).cast(pl.Int64).cum_sum().over("block").alias(_RUN),
        odds.cum_sum().over("block").exp().alias(_ODDS),
    )


def _first(seen: pl.DataFrame) -> datetime:
    first = seen[HOUR].min()
    assert isinstance(first, datetime)
    return first


def _latest(seen: pl.DataFrame) -> datetime:
    last = seen[HOUR].max()
    assert isinstance(last, datetime)
    return last
