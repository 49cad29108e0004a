"""Requests to send back or to be refunded, beside what goods of that age bring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from sqlalchemy import func

from connectors.schema import order_lines, returns
from metrics.alarms.chance import RARE, count_tail
from metrics.alarms.rates import OFF, USUAL, VALUE
from metrics.alarms.signals import ALSO, Happening, daily, hourly
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

    Array = NDArray[np.float64]

AGES = 45
"""Days after a sale in which requests are expected."""
LEARNT = 180
"""Days before that say how requests come with age."""
_PRIOR = 20.0
"""Requests of all goods that a kind's own rate weighs against."""
_line, _back = order_lines.c, returns.c
_SOLD = Happening(
    order_lines, "sold", _line.sold_date, (_line.is_paid.is_(True), _line.line_type == "sale")
)
_LATER = (_back.is_before_shipping.is_not(True),)
_ASKED = {
    "quality_refund_rate": Happening(
        returns,
        "refunded",
        _back.requested_at,
        (*_LATER, _back.is_quality.is_(True)),
        _line.sold_date,
        lines=True,
    ),
    "return_rate": Happening(
        returns, "refunded", _back.requested_at, _LATER, _line.sold_date, lines=True
    ),
}


def requests(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """Requests of the window beside those expected of what was sold, by its age: times − 1.

    How requests come with age is learnt from all goods of the 180 days before each day, how a kind
    (`against`) differs from all from the same days. A count is off where a Poisson one whose rate
    differs between members is rarely as high.
    """
    begin = start - timedelta(days=LEARNT + AGES)
    keys = tuple(dict.fromkeys((*([rule.against] if rule.against else []), *rule.by)))
    what = _ASKED[str(rule.metric)]
    sold = daily(_SOLD, rule, asking, (begin, end), {"n": func.count()}, keys)
    asked = hourly(what, rule, asking, (begin, end), {"n": func.count()}, keys)
    if sold.is_empty() or asked.is_empty():
        return pl.DataFrame()
    days = (end - begin).days
    members = sold.select(keys).unique(maintain_order=True).with_row_index("member")
    age = (pl.col(PERIOD) - pl.col(ALSO)).dt.total_days()
    aged = asked.with_columns(age.alias("age")).filter(pl.col("age").is_between(0, AGES - 1))
    units = _matrix(sold, members, keys, begin, days)
    asked_for = _matrix(aged, members, keys, begin, days)
    hazard = _hazard(units.sum(axis=0), _by_age(aged, begin, days))
    first = LEARNT + AGES - rule.over + 1  # of the days that the windows reach
    expected = _expected(units, asked_for, hazard, _groups(members, rule.against), first)
    both = (asked_for[:, first:], expected)
    seen, wanted = (_windowed(each, rule.over)[:, rule.over - 1 :] for each in both)
    return _rows(members, rule, start, seen, wanted)


def _matrix(
    frame: pl.DataFrame,
    members: pl.DataFrame,
    keys: tuple[str, ...],
    begin: date,
    days: int,
) -> Array:
    """(members, days) of the counts."""
    placed = frame.filter(pl.col(PERIOD) >= begin).join(
        members, on=list(keys), how="inner", nulls_equal=True
    )
    matrix = np.zeros((members.height, days))
    day = (placed[PERIOD] - pl.Series([begin])).dt.total_days().to_numpy()
    np.add.at(matrix, (placed["member"].to_numpy(), day), placed["n"].cast(pl.Float64).to_numpy())
    return matrix


def _groups(members: pl.DataFrame, against: str | None) -> Array:
    """(groups, members) of ones and zeros: which members are of a kind."""
    kinds = members[against].fill_null("") if against else pl.Series([""] * members.height)
    return np.array([(kinds == kind).to_numpy() for kind in kinds.unique().sort()], dtype=float)


def _by_age(aged: pl.DataFrame, begin: date, days: int) -> Array:
    """(ages, days) of all requests."""
    found = np.zeros((AGES, days))
    kept = aged.filter(pl.col(PERIOD) >= begin)
    day = (kept[PERIOD] - pl.Series([begin])).dt.total_days().to_numpy()
    np.add.at(found, (kept["age"].to_numpy(), day), kept["n"].cast(pl.Float64).to_numpy())
    return found


def _hazard(units: Array, by_age: Array) -> Array:
    """(ages, days) of requests to expect of a unit of that age, by the days before each day."""
    risk = _before(np.stack([_shifted(units, age) for age in range(AGES)]))
    return np.divide(_before(by_age), risk, out=np.zeros_like(risk), where=risk > 0)


def _expected(units: Array, asked_for: Array, hazard: Array, groups: Array, first: int) -> Array:
    """(members, days from `first` on) of requests expected, by what was known on the morning."""
    own = _before(groups @ asked_for) + _PRIOR
    factor = own / (_before(_of_all_ages(groups @ units, hazard, 0)) + _PRIOR)
    found: Array = _of_all_ages(units, hazard, first) * (groups.T @ factor[:, first:])
    return found


def _of_all_ages(units: Array, hazard: Array, first: int) -> Array:
    """(…, days from `first` on) of requests that the units of all ages bring on a day."""
    days = units.shape[-1]
    found = np.zeros((len(units), days - first))
    for age in range(AGES):
        begin = max(first, age)
        found[:, begin - first :] += units[:, begin - age : days - age] * hazard[age, begin:]
    return found


def _shifted(matrix: Array, days: int) -> Array:
    moved = np.zeros_like(matrix)
    moved[..., days:] = matrix[..., : matrix.shape[-1] - days]
    return moved


def _before(matrix: Array) -> Array:
    """The sum of the days before each day, as many as are learnt from."""
    total = np.cumsum(matrix, axis=-1)
    return _shifted(total, 1) - _shifted(total, LEARNT + 1)


def _windowed(matrix: Array, over: int) -> Array:
    total = np.cumsum(matrix, axis=-1)
    return total - _shifted(total, over)


def _rows(
    members: pl.DataFrame, rule: Rule, start: date, seen: Array, wanted: Array
) -> pl.DataFrame:
    days = pl.DataFrame({PERIOD: [start + timedelta(days=n) for n in range(seen.shape[1])]})
    off = count_tail(seen.ravel(), wanted.ravel()) < RARE
    grid = (
        members.select(rule.by)
        .join(days, how="cross")
        .with_columns(
            pl.Series("seen", seen.ravel()),
            pl.Series(USUAL, wanted.ravel()),
            pl.Series(OFF, off),
        )
    )
    times = pl.col("seen") / pl.when(pl.col(USUAL) > 0).then(pl.col(USUAL)) - 1
    return grid.with_columns(times.alias(VALUE))
