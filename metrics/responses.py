"""How fast others answer: medians over whole purchase orders, promises kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Double,
    Interval,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from connectors.clock import now
from connectors.schema import deliveries, receipts, tickets
from metrics.coverage import fact_span
from metrics.scope import ROWS, local_midnight

if TYPE_CHECKING:
    from metrics.slice import Slice

    _Flags = dict[str, ColumnElement[bool]]

_received, _parcel, _ticket = receipts.c, deliveries.c, tickets.c
_ORDER = (_parcel.shop_id, _parcel.order_id)
_REQUEST = (_ticket.shop_id, _ticket.ticket_id)
_TWO_DAYS = cast(literal_column("'48 hours'"), Interval)


def supplier_response(slice_: Slice) -> Select[Any]:
    """Median hours to confirmation, each purchase order counting once in its group."""
    seconds = func.extract("epoch", _received.confirmed_at - _received.ordered_at)
    groups = slice_.groups()
    count = len(groups) + 1
    orders = (
        select(*groups, _received.purchase_id, cast(func.min(seconds), Double).label("seconds"))
        .select_from(slice_.source())
        .where(*slice_.conditions(), _received.confirmed_at.is_not(None))
        .group_by(*(literal_column(str(position + 1)) for position in range(count)))
    ).subquery("purchase_orders")
    keys = [orders.c[each.name] for each in groups]
    median = func.percentile_cont(0.5).within_group(orders.c.seconds)
    hours = cast(median, Double) / literal_column("3600.0")
    return select(*keys, func.count().label(ROWS), hours.label("value")).group_by(*keys)


def pickups(slice_: Slice) -> Select[Any]:
    """Orders of which a parcel should have been picked up ("due"), and was not in time ("late")."""
    deadline = func.coalesce(_parcel.promised_pickup_at, _parcel.paid_at + _TWO_DAYS)
    return _kept(slice_, _ORDER, _promised(slice_, deadline, _parcel.shipped_at))


def arrivals(slice_: Slice) -> Select[Any]:
    """Orders whose 48 hours from payment are over ("due"), and those not there in time ("late")."""
    deadline = _parcel.paid_at + _TWO_DAYS
    return _kept(slice_, _ORDER, _promised(slice_, deadline, _parcel.delivered_at))


def answers(slice_: Slice) -> Select[Any]:
    """Requests after a sale whose 48 hours are over ("due"), and those not answered ("late")."""
    asked = _ticket.is_after_sales.is_(True)
    kept = _promised(slice_, _ticket.opened_at + _TWO_DAYS, _ticket.answered_at)
    return _kept(slice_, _REQUEST, {name: and_(asked, each) for name, each in kept.items()})


def _promised(slice_: Slice, deadline: Any, done: Any) -> _Flags:
    """Whether it should have been done by now, and whether it was not in time."""
    due = deadline <= cast(literal(_known_until(slice_)), DateTime)
    return {"due": due, "late": and_(due, or_(done.is_(None), done > deadline))}


def _kept(slice_: Slice, what: tuple[ColumnElement[Any], ...], kept: _Flags) -> Select[Any]:
    """How many of them are so: each is looked at alone first, for distinct counts take longer."""
    groups = slice_.groups()
    keys: list[ColumnElement[Any]] = [literal_column(str(n + 1)) for n in range(len(groups))]
    flags = (func.max(case((is_so, 1))).label(name) for name, is_so in kept.items())
    once = (
        select(*groups, *flags)
        .select_from(slice_.source())
        .where(*slice_.conditions())
        .group_by(*keys, *what)
    ).subquery("once")
    named = [once.c[each.name] for each in groups]
    counts = (func.count(once.c[name]).label(name) for name in kept)
    return select(*named, func.count().label(ROWS), *counts).group_by(*named)


def _known_until(slice_: Slice) -> datetime:
    """Now, or the end of the last day on which the fact says that anything happened; UTC."""
    scope, fact = slice_.scope, slice_.fact
    names = [column.name for column in fact.columns]
    moments = [name.removesuffix("_date") for name in names if name.endswith("_date")]
    spans = [fact_span(scope.connector, fact, moment) for moment in moments]
    last = max((span[1] for span in spans if span), default=now(scope.zone).date())
    midnight = local_midnight(last + timedelta(days=1)).replace(tzinfo=scope.zone)
    return min(midnight, now(scope.zone)).astimezone(UTC).replace(tzinfo=None)
