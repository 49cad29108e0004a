"""The funnel of our own shops: units that reach each step in order.

Cart and checkout are optional (buying at once and live orders skip them); viewing, ordering and
paying are not. A unit is a session, or a visitor within some days of the first view in the period.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Interval,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
)

from connectors.schema import sessions
from metrics.scope import ROWS

if TYPE_CHECKING:
    from metrics.slice import Slice

_session = sessions.c
_ONE: ColumnElement[Any] = literal_column("1")


def funnel(slice_: Slice) -> Select[Any]:
    """How many visitors reached "view", "cart", "checkout", "order", "placed" and "pay"."""
    visits = _visits(slice_).subquery("visits")
    keys = [visits.c[each.name] for each in slice_.groups()]
    reached = (count.label(name) for name, count in _reached(visits.c).items())
    return select(*keys, func.count().label(ROWS), *reached).group_by(*keys)


def funnel_minutes(slice_: Slice) -> Select[Any]:
    """Median minutes of sessions from view to "order", and from order to "pay"."""
    return slice_.select(
        _median_minutes(_session.viewed_at, _session.order_at).label("order"),
        _median_minutes(_session.order_at, _session.pay_at).label("pay"),
    )


def _reached(row: Any) -> dict[str, ColumnElement[Any]]:
    ordered, at_checkout = row.order_at >= row.viewed_at, row.checkout_at >= row.viewed_at
    steps = {
        "view": row.viewed_at.is_not(None),
        "cart": row.carted_at >= row.viewed_at,
        "checkout": at_checkout,
        "order": ordered,
        "placed": and_(at_checkout, row.order_at >= row.checkout_at),
        "pay": and_(ordered, row.pay_at >= row.order_at),
    }
    return {name: func.count(case((reached, _ONE))) for name, reached in steps.items()}


BY_SESSION = _reached(_session)
"""How many sessions reached each step."""


def _visits(slice_: Slice) -> Select[Any]:
    """One row a group and visitor: when each step was reached within the window.

    The payment is the last one, because an earlier one may be of an order before the first view.
    """
    first, day = _first_views(slice_), timedelta(days=1)
    days = int(slice_.scope.param("funnel_days"))
    since = first.c.viewed_at
    until = since + cast(literal_column(f"'{days} days'"), Interval)
    query = slice_.scope.query
    same = and_(
        _session.shop_id == first.c.shop_id,
        _session.visitor_id == first.c.visitor_id,
        _session.started_date >= query.start,
        _session.started_date < query.end + days * day,
    )

    def within(column: Any) -> ColumnElement[Any]:
        return case((and_(column >= since, column <= until), column))

    keys = [first.c[each.name] for each in slice_.groups()]
    unit = (first.c.shop_id, first.c.visitor_id, first.c.viewed_at)
    steps = [func.min(within(_session[n])).label(n) for n in ("carted_at", "checkout_at")]
    steps += [func.min(within(_session.order_at)).label("order_at")]
    steps += [func.max(within(_session.pay_at)).label("pay_at")]
    source = first.join(sessions, same)
    return select(*keys, unit[2], *steps).select_from(source).group_by(*keys, *unit)


def _first_views(slice_: Slice) -> Subquery:
    """Each group's visitors with their first view in it."""
    groups = slice_.groups()
    unit = (_session.shop_id, _session.visitor_id)
    named: list[ColumnElement[Any]] = [literal_column(str(n + 1)) for n in range(len(groups))]
    return (
        select(*groups, *unit, func.min(_session.viewed_at).label("viewed_at"))
        .select_from(slice_.source())
        .where(*slice_.conditions(), _session.viewed_at.is_not(None), unit[1].is_not(None))
        .group_by(*named, *unit)
    ).subquery("first_views")


def _median_minutes(since: Any, until: Any) -> ColumnElement[Any]:
    seconds = case((until >= since, cast(func.extract("epoch", until - since), Double)))
    median = func.percentile_cont(0.5).within_group(seconds)
    return cast(median, Double) / literal_column("60.0")
