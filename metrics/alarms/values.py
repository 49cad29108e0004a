"""The numbers that rules judge: by day and member, what was, what it is held against."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.clock import now
from connectors.engines.history import status
from metrics.alarms.detect import Detector, detect
from metrics.alarms.final import asked, final
from metrics.alarms.goods import sell_through, stock_out
from metrics.alarms.promises import promise
from metrics.alarms.rates import OFF, USUAL, VALUE, beyond_chance, own_rate
from metrics.alarms.requests import requests
from metrics.alarms.silence import silent
from metrics.alarms.transit import transit
from metrics.alarms.windows import days_of, every_day
from metrics.catalogue import METRICS
from metrics.festivals import festivals
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

HISTORY = timedelta(days=400)
"""How far back one looks to know what is expected."""
LEAST = 28
"""Days of a member before it is judged: four of each weekday."""
BEFORE_FESTIVAL, AFTER_FESTIVAL = timedelta(days=7), timedelta(days=7)
"""Around a festival no weekday explains a day."""
_DAY = timedelta(days=1)


def values(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """What a rule judges on the days [start, end).

    Returns:
        `period` (Date), the rule's dimensions, `value`, `usual`, `off`, the metrics of its minimum,
        and the metric that stands for the limit, if one does.
    """
    frame = _READERS[rule.kind](rule, asking, start, end)
    if frame.is_empty():
        return frame
    missing = [name for name in (VALUE, USUAL) if name not in frame.columns]
    frame = frame.with_columns(*(pl.lit(None, pl.Float64).alias(name) for name in missing))
    if OFF not in frame.columns:
        frame = frame.with_columns(pl.lit(value=True).alias(OFF))
    return frame.filter(pl.col(PERIOD).is_between(start, end, closed="left"))


def _level(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    names = asked(rule)
    if rule.hours:
        frame = asking.by_hour(names, rule, start, end)
    elif rule.over > 1:
        frame = asking.by_window(names, rule, start, end, rule.by)
    else:
        frame = asking.by_day(names, rule, start, end)
    valued = frame.with_columns(pl.col(str(rule.metric)).cast(pl.Float64).alias(VALUE))
    return final(valued, rule, asking)


def _change(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """Against the window before, or the same days of the year before (364 days: same weekdays)."""
    back = timedelta(days=364 if rule.compare == "year" else max(rule.over, 7))
    now_, then = (_level(rule, asking, start - b, end - b) for b in (timedelta(0), back))
    then = then.select(PERIOD, *rule.by, pl.col(VALUE).alias(USUAL))
    joined = now_.join(
        then.with_columns(pl.col(PERIOD) + back),
        on=[PERIOD, *rule.by],
        how="left",
        nulls_equal=True,
    )
    before = pl.when(pl.col(USUAL) != 0).then(pl.col(USUAL))
    return joined.with_columns((pl.col(VALUE) / before - 1).alias(VALUE))


def _target(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    frame = asking.month_to_day(rule, start, end)
    if frame.is_empty():
        return frame
    frame = frame.filter(pl.col(PERIOD).dt.day() >= rule.from_day)
    target = pl.col(f"{rule.metric}_target")
    share = pl.col(str(rule.metric)) / pl.when(target != 0).then(target)
    return frame.with_columns(share.cast(pl.Float64).alias(VALUE), target.alias(USUAL))


def _peers(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """A member against all of its kind: what is usual is asked for, never averaged."""
    by, against, metric = rule.by, str(rule.against), str(rule.metric)
    own = asking.by_window([metric, *rule.minimum], rule, start, end, dict.fromkeys((against, *by)))
    kind = asking.by_window([metric], rule, start, end, (against,)).rename({metric: USUAL})
    joined = own.join(kind, on=[PERIOD, against], how="left", nulls_equal=True)
    value = (pl.col(metric) - pl.col(USUAL)).cast(pl.Float64)
    valued = joined.with_columns(value.alias(VALUE), _beyond_chance(rule, value))
    return valued if against in by else valued.drop(against)


def _beyond_chance(rule: Rule, value: pl.Expr) -> pl.Expr:
    """Whether a rate of so few is further off than chance alone; the volume is its minimum's."""
    usual, counts = pl.col(USUAL), list(rule.minimum)
    if METRICS[str(rule.metric)].unit != "ratio" or not counts:
        return pl.lit(value=True).alias(OFF)
    tries = pl.col(counts[0])
    sure = beyond_chance((value + usual) * tries, tries, usual, rule.sign)
    return sure.fill_null(value=False).alias(OFF)


def _expected(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    first = asking.first_day(rule)
    begin = max(start - HISTORY, first) if first else start
    frame = asking.by_day([str(rule.metric), *rule.minimum], rule, begin, end)
    frame = _large_enough(frame, rule, start, end)
    if frame.is_empty():
        return frame
    days = days_of(begin, end)
    grid = _known(every_day(frame, days, rule.by), rule)
    matrix = grid[str(rule.metric)].to_numpy().reshape(-1, len(days))
    known = np.broadcast_to(~near_festival(days), matrix.shape)
    found = detect(matrix, Detector(), known)
    known = known & (np.cumsum(~np.isnan(matrix), axis=1) > LEAST)
    off = matrix - found.expected if rule.points else matrix / found.expected - 1
    return grid.with_columns(
        pl.Series(VALUE, off.ravel()).fill_nan(None),
        pl.Series(USUAL, found.expected.ravel()).fill_nan(None),
        pl.Series(OFF, (found.side == rule.sign).ravel() & known.ravel()),
    ).filter(pl.Series(known.ravel()))


def _large_enough(frame: pl.DataFrame, rule: Rule, start: date, end: date) -> pl.DataFrame:
    """Without members that on no day of [start, end) have what is needed to be judged."""
    least = [pl.col(name) >= n for name, n in rule.minimum.items() if name != rule.metric]
    if not least or not rule.by:
        return frame
    days = pl.col(PERIOD).is_between(start, end, closed="left")
    enough = frame.filter(days, *least).select(rule.by).unique()
    return frame.join(enough, on=list(rule.by), how="semi", nulls_equal=True)


def _known(grid: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """No sales is nothing, once there were any; no rate is unknown."""
    metric = str(rule.metric)
    value = pl.col(metric).cast(pl.Float64)
    if METRICS[metric].unit in ("money", "count"):
        begun = value.is_not_null().cum_max()
        value = pl.when(begun.over(rule.by) if rule.by else begun).then(value.fill_null(0.0))
    return grid.with_columns(value.fill_null(float("nan")).alias(metric))


def near_festival(days: list[date]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the days lie so close to a festival that no weekday explains them."""
    near = {
        each.day + _DAY * n
        for each in festivals()
        for n in range(-BEFORE_FESTIVAL.days, AFTER_FESTIVAL.days + 1)
    }
    return np.array([day in near for day in days])


def _freshness(rule: Rule, asking: Asking, _start: date, _end: date) -> pl.DataFrame:
    """The days that a table lacks; what was absent then is not known any more, only what is now."""
    clock = now(asking.settings.zone)
    late = rule.at is None or clock.time() >= rule.at
    due = clock.date() - (_DAY if late else 2 * _DAY)
    last = status(asking.connector, [str(rule.table)])[0].last
    lacking = float((due - last).days) if last else None
    return pl.DataFrame({PERIOD: [clock.date()], VALUE: [lacking]}, schema_overrides=_NUMBER)


def _quality(rule: Rule, asking: Asking, _start: date, _end: date) -> pl.DataFrame:
    """The share of a table's rows that were rejected and not mended."""
    day = now(asking.settings.zone).date()
    table = status(asking.connector, [str(rule.table)])[0]
    read = table.rows + (table.rejects or 0)
    share = (table.rejects or 0) / read if read else None
    return pl.DataFrame({PERIOD: [day], VALUE: [share]}, schema_overrides=_NUMBER)


_NUMBER = {VALUE: pl.Float64}
_READERS: dict[str, Callable[[Rule, Asking, date, date], pl.DataFrame]] = {
    "threshold": _level,
    "change": _change,
    "expected": _expected,
    "target": _target,
    "peers": _peers,
    "stock": _level,
    "stock_out": stock_out,
    "sell_through": sell_through,
    "rate": own_rate,
    "promise": promise,
    "transit": transit,
    "requests": requests,
    "silent": silent,
    "sizes": _level,
    "freshness": _freshness,
    "quality": _quality,
}
