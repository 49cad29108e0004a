"""Derived facts of visits: the orders that sessions touched, and the visitors of each day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Interval,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy import literal_column as literal

from connectors.schema import (
    events,
    order_lines,
    sessions,
    touches,
    traffic_daily,
    visits_daily,
)
from metrics.periods import hours_of

_event = events.c
_line = order_lines.c
_session = sessions.c
_counted = traffic_daily.c
LONGEST_WINDOW_DAYS = 30
"""Touches older than this never count; shorter windows are filters on `age_days`."""


def touches_select() -> Select[Any]:
    """Sessions of an order's visitor in the days before it, first and last numbered."""
    orders, visitors = _orders(), _visitors()
    same_order = and_(
        visitors.c.shop_id == orders.c.shop_id, visitors.c.order_id == orders.c.order_id
    )
    age = func.extract("epoch", orders.c.sold_at - _session.started_at) / literal("86400.0")
    before = and_(
        _session.shop_id == visitors.c.shop_id,
        _session.visitor_id == visitors.c.visitor_id,
        _session.started_at <= orders.c.sold_at,
        _session.started_at
        >= orders.c.sold_at - cast(literal(f"'{LONGEST_WINDOW_DAYS} days'"), Interval),
    )
    key = (orders.c.shop_id, orders.c.order_id)
    in_time = (_session.started_at, _session.session_id)
    from_last = (_session.started_at.desc(), _session.session_id.desc())
    values: dict[str, ColumnElement[Any]] = {
        name: orders.c[name]
        for name in ("shop_id", "order_id", "sold_at", "sold_date", "sold_hour", "sales_amount")
    }
    values |= {name: _session[name] for name in ("session_id", "campaign_id", "channel")}
    values["touched_at"] = _session.started_at
    values["age_days"] = age
    values["position"] = func.row_number().over(partition_by=key, order_by=in_time)
    values["position_from_last"] = func.row_number().over(partition_by=key, order_by=from_last)
    source = orders.join(visitors, same_order).join(sessions, before)
    return select(*(values[c.name].label(c.name) for c in touches.columns)).select_from(source)


def _orders() -> Subquery:
    """Paid orders with what they brought."""
    return (
        select(
            _line.shop_id,
            _line.order_id,
            func.min(_line.sold_at).label("sold_at"),
            func.min(_line.sold_date).label("sold_date"),
            (func.min(hours_of(_line.sold_date, _line.sold_hour)) % 24).label("sold_hour"),
            func.sum(_line.sales_amount).label("sales_amount"),
        )
        .where(_line.is_paid.is_(True))
        .group_by(_line.shop_id, _line.order_id)
    ).subquery("paid_orders")


def _visitors() -> Subquery:
    """The visitor that placed each order."""
    return (
        select(_event.shop_id, _event.order_id, func.min(_event.visitor_id).label("visitor_id"))
        .where(_event.order_id.is_not(None), _event.visitor_id.is_not(None))
        .group_by(_event.shop_id, _event.order_id)
    ).subquery("order_visitors")


def visits_select() -> CompoundSelect[Any]:
    """Visitors of each day: the marketplace's rows, and those of shops that only have events."""
    return union_all(_counted_visits(), _logged_visits("shop"), _logged_visits("source"))


def _counted_visits() -> Select[Any]:
    values: dict[str, ColumnElement[Any]] = {
        name: _counted[name] for name in ("shop_id", "level", "visitors", "favourite_visitors")
    }
    values |= {name: _counted[name] for name in ("order_buyers", "paying_buyers")}
    values["visit_date"] = _counted.traffic_date
    values["traffic_source"] = case((_counted.level == "source", _counted.traffic_source))
    values["style_id"] = case((_counted.level == "item", _counted.item_id))
    values["is_logged"] = false()
    return select(*(values[c.name].label(c.name) for c in visits_daily.columns))


def _logged_visits(level: str) -> Select[Any]:
    """Distinct visitors of a day's sessions; a session's steps count on the day it began."""
    source = _session.channel if level == "source" else cast(null(), String)
    values: dict[str, ColumnElement[Any]] = {
        "shop_id": _session.shop_id,
        "visit_date": _session.started_date,
        "level": literal(f"'{level}'", String),
        "traffic_source": source,
        "style_id": cast(null(), String),
        "is_logged": true(),
        "visitors": _distinct_visitors(),
        "favourite_visitors": _distinct_visitors(_session.carted_at.is_not(None)),
        "order_buyers": _distinct_visitors(_session.order_at.is_not(None)),
        "paying_buyers": _distinct_visitors(_session.pay_at.is_not(None)),
    }
    keys = [_session.shop_id, _session.started_date]
    return (
        select(*(values[c.name].label(c.name) for c in visits_daily.columns))
        .where(
            _session.visitor_id.is_not(None),
            _session.shop_id.not_in(select(_counted.shop_id)),
        )
        .group_by(*keys, *([_session.channel] if level == "source" else []))
    )


def _distinct_visitors(*when: ColumnElement[bool]) -> ColumnElement[Any]:
    visitors = func.count(_session.visitor_id.distinct())
    return visitors.filter(*when) if when else visitors
