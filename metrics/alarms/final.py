"""Numbers that do not change any more: sales of ads, and limits that follow orders as they mature.

Platforms claim sales for days after an ad was seen, so the return of a young day is too low: a day
is judged once nobody may claim for it. A limit that follows refunds (what an ad has to bring to
pay) is that of the four weeks whose orders had matured when the week of the day began.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.catalogue import METRICS
from metrics.leaves import expand
from metrics.params import value
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

_CLAIMED = {"claimed_sales", "expected_claimed_sales"}
_WINDOW, _WEEK = "claim_window", "week"
_DAY, _FOUR_WEEKS = timedelta(days=1), timedelta(days=28)


def asked(rule: Rule) -> list[str]:
    """The metrics that a rule asks of the days that it judges."""
    names = [str(rule.metric), *rule.minimum]
    if isinstance(rule.limit, str) and not _matures(rule):
        names.append(rule.limit)
    return [*names, _WINDOW] if _rests_on_claims(rule) else names


def final(frame: pl.DataFrame, rule: Rule, asking: Asking) -> pl.DataFrame:
    """The rows of days that are final, with the limit that has matured.

    Args:
        frame: `period`, the rule's dimensions and the metrics `asked`.
        rule: the rule.
        asking: who asks.
    """
    if frame.is_empty():
        return frame
    last = asking.last_day(rule)
    if _rests_on_claims(rule) and last is not None:
        open_for = pl.duration(days=pl.col(_WINDOW).fill_null(0))
        frame = frame.filter(pl.col(PERIOD) + open_for <= last).drop(_WINDOW)
    return _with_limit(frame, rule, asking) if _matures(rule) else frame


def lag(rule: Rule, asking: Asking) -> timedelta:
    """How long after a day at most it is judged."""
    last = asking.last_day(rule) if _rests_on_claims(rule) else None
    if last is None:
        return timedelta(0)
    frame = asking.whole([_WINDOW], rule, last + _DAY - _FOUR_WEEKS, last + _DAY, ())
    return timedelta(days=frame.select(pl.col(_WINDOW).max().fill_null(0)).item())


def _rests_on_claims(rule: Rule) -> bool:
    if rule.metric is None:
        return False
    return any(metric.name in _CLAIMED for metric in expand([rule.metric]))


def _matures(rule: Rule) -> bool:
    return isinstance(rule.limit, str) and METRICS[rule.limit].cohort


def _with_limit(frame: pl.DataFrame, rule: Rule, asking: Asking) -> pl.DataFrame:
    limit, week = str(rule.limit), pl.col(PERIOD).dt.truncate("1w")
    weeks = frame.select(week.unique().sort()).to_series()
    matured = [
        asking.whole([limit], rule, *_matured(monday), rule.by).with_columns(
            pl.lit(monday).alias(_WEEK)
        )
        for monday in weeks
    ]
    if not matured:
        return frame.with_columns(pl.lit(None, pl.Float64).alias(limit))
    weekly = frame.with_columns(week.alias(_WEEK))
    on = [_WEEK, *rule.by]
    return weekly.join(pl.concat(matured), on=on, how="left", nulls_equal=True).drop(_WEEK)


def _matured(monday: date) -> tuple[date, date]:
    """The four weeks whose orders had matured on that day."""
    end = monday - timedelta(days=int(value((), "maturity")))
    return end - _FOUR_WEEKS, end
