"""Promises of time, by the day on which they fall due: known on that day, and final."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Interval, and_, case, cast, func, literal_column

from connectors.schema import deliveries
from metrics.alarms.rates import BEFORE, USUAL, VALUE, held_against
from metrics.alarms.signals import Happening, hourly
from metrics.alarms.windows import days_of, every_day, summed
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

_parcel = deliveries.c
VOLUMES = {"pickup_48h": "pickups_due", "on_time_48h": "arrivals_due"}
"""The promises, and the metric that counts what falls due."""
_COUNTED = ("hits", "tries")


def promise(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """The share of parcels that kept a promise, `hours` before its end when given.

    Beside the parcels of others of the same kind (`against`) on the same days, and its own of the
    four weeks before: value is points off the lesser of the two, so that neither a festival nor a
    courier that is always slow is off. Without, value is the share itself, and off where chance
    does not bring it from the limit.
    """
    begin = start - timedelta(days=rule.over + BEFORE)
    keys = dict.fromkeys((*([rule.against] if rule.against else []), *rule.by))
    asked = hourly(_due(rule), rule, asking, (begin, end), _counts(rule), tuple(keys))
    volume = VOLUMES[str(rule.metric)]
    if asked.is_empty():
        return pl.DataFrame()
    daily = asked.group_by(PERIOD, *keys).agg(pl.col("hits", "tries").sum().cast(pl.Float64))
    by, days = tuple(keys), days_of(begin, end)
    if rule.against is not None:
        return beside_others(daily, rule, days)
    grid = _windows(daily, rule, days, by).with_columns(pl.lit(float(rule.limit)).alias(USUAL))
    own = held_against(grid, rule, volume)
    return own.with_columns((pl.col(VALUE) + pl.col(USUAL)).alias(VALUE))


def beside_others(daily: pl.DataFrame, rule: Rule, days: list[date]) -> pl.DataFrame:
    """The share of `hits` in `tries`, beside others of the same kind and one's own before.

    Args:
        daily: `period`, the rule's `against` and `by`, `hits` and `tries` (Float64).
        rule: the rule.
        days: all days, those before the ones that are judged included.
    """
    by = tuple(dict.fromkeys((str(rule.against), *rule.by)))
    grid = _windows(daily, rule, days, by).with_columns(_usual(str(rule.against)).alias(USUAL))
    return held_against(grid, rule, VOLUMES[str(rule.metric)])


def _windows(
    daily: pl.DataFrame, rule: Rule, days: list[date], by: tuple[str, ...]
) -> pl.DataFrame:
    return every_day(daily, days, by).with_columns(
        *(summed(name, rule.over, by).alias(name) for name in _COUNTED),
        *(summed(name, BEFORE, by, rule.over).alias(f"own_{name}") for name in _COUNTED),
    )


def _usual(against: str) -> pl.Expr:
    """The lesser of others' share on the days that are judged, and one's own before them."""
    others = (pl.col(n).sum().over(PERIOD, against) - pl.col(n) for n in _COUNTED)
    own = (pl.col(f"own_{n}") for n in _COUNTED)
    # One kept and one missed promise more: a few that were all kept do not make it certain.
    shares = ((hits + 1) / (tries + 2) for hits, tries in (others, own))
    return pl.min_horizontal(*shares)


def _moment(rule: Rule) -> ColumnElement[Any]:
    deadline = _parcel.paid_at + _hours(48)
    if rule.metric == "pickup_48h":
        deadline = func.coalesce(_parcel.promised_pickup_at, deadline)
    return deadline - _hours(rule.hours) if rule.hours else deadline


def _due(rule: Rule) -> Happening:
    return Happening(deliveries, "paid", _moment(rule), (_parcel.paid_at.is_not(None),))


def _counts(rule: Rule) -> dict[str, ColumnElement[Any]]:
    """Parcels whose moment has come ("tries"), and those that were done by then ("hits")."""
    done = _parcel.shipped_at if rule.metric == "pickup_48h" else _parcel.delivered_at
    kept = and_(done.is_not(None), done <= _moment(rule))
    return {
        "hits": func.count(case((kept, literal_column("1")))),
        "tries": func.count(),
    }


def _hours(number: int) -> ColumnElement[Any]:
    return cast(literal_column(f"'{number} hours'"), Interval)
