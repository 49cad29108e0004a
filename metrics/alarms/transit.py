"""Parcels that are under way for longer than parcels to that region usually are.

A promise counted from payment says little where it is often broken; here a parcel falls due on the
day by which most to its region have arrived, counted from the day on which it left.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from sqlalchemy import func

from connectors.schema import deliveries
from metrics.alarms.promises import beside_others
from metrics.alarms.rates import BEFORE
from metrics.alarms.signals import ALSO, Happening, hourly
from metrics.alarms.windows import days_of
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

    Array = NDArray[np.float64]

AGES = 15
"""Days under way that are told apart."""
MOST = 0.85
"""The share of a region's parcels that has arrived when one more falls due."""
_LEARNT, _SETTLED = 28, 8
_parcel = deliveries.c
_LEFT = Happening(deliveries, "paid", _parcel.shipped_at, (), _parcel.delivered_date)


def transit(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """The share of parcels due on a day that has arrived: points off others' and one's own.

    Due are those that left as many days before as it takes for most parcels of the same members of
    `against`, by what left one to five weeks before that day.
    """
    begin = start - timedelta(days=rule.over + BEFORE + _LEARNT + _SETTLED)
    by = tuple(dict.fromkeys((str(rule.against), *rule.by)))
    left = hourly(_LEFT, rule, asking, (begin, end), {"n": func.count()}, by)
    if left.is_empty():
        return pl.DataFrame()
    members = left.select(by).unique(maintain_order=True).with_row_index("member")
    days = days_of(begin, end)
    sent, there = _arrived(left.join(members, on=list(by), nulls_equal=True), members, days)
    kinds = members[str(rule.against)].fill_null("").to_numpy()
    ages = np.stack([_due_age(sent, there, kinds == kind) for kind in kinds])
    row, day = np.indices(ages.shape)
    shipped = np.maximum(day - ages, 0)
    daily = members.select(by).join(pl.DataFrame({PERIOD: days}), how="cross")
    counted = daily.with_columns(
        pl.Series("hits", there[row, shipped, ages].ravel()),
        pl.Series("tries", np.where(day >= ages, sent[row, shipped], 0.0).ravel()),
    )
    return beside_others(counted, rule, days)


def _arrived(left: pl.DataFrame, members: pl.DataFrame, days: list[date]) -> tuple[Array, Array]:
    """(members, days) of what left, and (members, days, ages) of what of it had arrived by then."""
    age = (pl.col(ALSO) - pl.col(PERIOD)).dt.total_days().clip(0, AGES).fill_null(AGES)
    day = (pl.col(PERIOD) - pl.lit(days[0])).dt.total_days()
    placed = left.filter(pl.col(PERIOD) >= days[0]).select(
        "member", day.alias("day"), age.alias("age"), "n"
    )
    cells = np.zeros((members.height, len(days), AGES + 1))
    where = tuple(placed[name].to_numpy() for name in ("member", "day", "age"))
    np.add.at(cells, where, placed["n"].cast(pl.Float64).to_numpy())
    return cells.sum(axis=2), cells.cumsum(axis=2)


def _due_age(sent: Array, there: Array, kind: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(days,) by when most parcels of a kind have arrived, by those of four earlier weeks."""
    of_kind = (
        _learnt(there[kind].sum(axis=0)) / np.maximum(_learnt(sent[kind].sum(axis=0)), 1.0)[:, None]
    )
    ages = (of_kind[:, :AGES] >= MOST).argmax(axis=1)
    return np.where(of_kind[:, :AGES].max(axis=1) >= MOST, ages, AGES - 1)


def _learnt(daily: Array) -> Array:
    """The sums over the days that ended a week before each day."""
    total = np.concatenate([np.zeros_like(daily[:1]), daily.cumsum(axis=0)])
    last = np.clip(np.arange(len(daily)) - _SETTLED + 1, 0, None)
    learnt: Array = total[last] - total[np.clip(last - _LEARNT, 0, None)]
    return learnt
