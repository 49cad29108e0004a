"""Derived facts of sessions: who came, what brought them, what they saw, how far they went."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Subquery,
    Values,
    and_,
    case,
    cast,
    column,
    func,
    select,
    values,
)

from connectors.schema import events, returning_visitors, sessions
from metrics.periods import hours_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.engines.base import Writer

_event = events.c
MANY = 5_000_000
"""Events from which on their sessions are made in parts."""
_LAST = ("3", "5", "8")
"""Last characters of sessions at which a part begins: they part numbers and hexadecimals alike."""
_ROOM = 2**20
"""Numbers of categories within a millisecond, the last for what has none."""
_STEPS = {
    "viewed_at": "view",
    "carted_at": "cart",
    "checkout_at": "checkout",
    "order_at": "order",
    "pay_at": "pay",
}
_ATTRIBUTES = ("visitor_id", "customer_id", "device", "region", "channel", "campaign_id")
_OF_PRODUCT = and_(_event.event_name == "view", _event.style_id.is_not(None))


def returning_visitors_select() -> Select[Any]:
    """The rows of `returning_visitors`."""
    key, first = (_event.shop_id, _event.visitor_id), func.min(_event.event_date)
    return (
        select(*key, first.label(returning_visitors.c.first_date.name))
        .where(_event.visitor_id.is_not(None))
        .group_by(*key)
        .having(first < func.max(_event.event_date))
    )


def session_parts(writer: Writer) -> list[Select[Any]]:
    """The rows of `sessions`: of many events in parts, each small enough to stay in memory."""
    known = select(_event.category).where(_OF_PRODUCT, _event.category.is_not(None)).distinct()
    categories = sorted(writer.frame(known)["category"])
    found = writer.frame(select(func.count().label("events")).select_from(events)).item()
    if found < MANY:
        return [_sessions(categories)]
    last = func.right(_event.session_id, 1, type_=String)
    bounds = [None, *_LAST, None]
    return [
        _sessions(categories, *([last >= low] if low else []), *([last < high] if high else []))
        for low, high in pairwise(bounds)
    ]


def _sessions(categories: Sequence[str], *which: ColumnElement[bool]) -> Select[Any]:
    """One row a session: who, when it began, what brought it, when each step was reached."""
    grouped, landed = _grouped(categories, which), _numbers(categories, "landed")
    row, again = grouped.c, returning_visitors.c
    same = and_(again.shop_id == row.shop_id, again.visitor_id == row.visitor_id)
    source = grouped.outerjoin(landed, landed.c.number == row.landing % _ROOM)
    kind = case(
        (row.visitor_id.is_(None), None),
        (again.first_date < row.started_date, "returning"),
        else_="new",
    )
    made = {**row, "category": landed.c.category, "visitor_kind": kind}
    told = (made[each.name].label(each.name) for each in sessions.columns)
    return select(*told).select_from(source.outerjoin(returning_visitors, same))


def _grouped(categories: Sequence[str], which: Sequence[ColumnElement[bool]]) -> Subquery:
    """Sessions; `landing` is their first view of a product and its category, in one number.

    The least number is the first in time and, within a millisecond, the first by name; texts
    compared by time would cost several times as much.
    """
    known = _numbers(categories, "known")
    number = func.coalesce(known.c.number, _ROOM - 1)
    hours = func.min(hours_of(_event.event_date, _event.event_hour))
    made: dict[str, ColumnElement[Any]] = {
        "started_at": func.min(_event.event_at),
        "started_date": func.min(_event.event_date),
        "started_hour": hours % 24,
        "event_count": func.count(),
        "landing": func.min(case((_OF_PRODUCT, _milliseconds() * _ROOM + number))),
    }
    made |= {name: func.min(_event[name]) for name in _ATTRIBUTES}
    made |= {
        name: func.min(case((_event.event_name == step, _event.event_at)))
        for name, step in _STEPS.items()
    }
    key = (_event.shop_id, _event.session_id)
    return (
        select(*key, *(each.label(name) for name, each in made.items()))
        .select_from(events.outerjoin(known, known.c.category == _event.category))
        .where(_event.session_id.is_not(None), *which)
        .group_by(*key)
    ).subquery("grouped")


def _milliseconds() -> ColumnElement[Any]:
    whole = func.date_trunc("milliseconds", _event.event_at)
    return cast(func.extract("epoch", whole) * 1000, BigInteger)


def _numbers(categories: Sequence[str], name: str) -> Values:
    """The categories numbered by name; no table has none of them."""
    numbered = [(category, number) for number, category in enumerate(categories)] or [("", 0)]
    columns = (column("category", String), column("number", BigInteger))
    return values(*columns, name=name, literal_binds=True).data(numbered)
