"""What alarms ask by the hour or day on which it happened, and never looking back.

Metrics of promises and returns are dated by the order, so that yesterday's say little yet and grow
for weeks. An alarm cannot wait: it asks what fell due, arrived or was asked for in each hour, or on
each day where hours say no more.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from sqlalchemy import DateTime, and_, cast, func, literal, literal_column, select

from connectors.errors import UserError
from connectors.schema import deliveries, order_lines, receipts, returns, sessions
from metrics.checks import checked
from metrics.query import Query
from metrics.scope import PERIOD, Scope, local_midnight
from metrics.slice import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select, Table

    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

HOUR, ALSO = "hour", "also"


class Happening(NamedTuple):
    """What is counted: the rows of a fact, by an instant of theirs, where a condition holds.

    Attributes:
        fact: the table.
        dated: a moment that dates it.
        at: the instant; its local day of what is counted by days only.
        when: what a row must fulfil.
        also: a day of the row by which it is grouped, too.
        lines: whether the order line is joined that a return undoes.
    """

    fact: Table
    dated: str
    at: ColumnElement[Any]
    when: tuple[ColumnElement[bool], ...] = ()
    also: ColumnElement[Any] | None = None
    lines: bool = False


_bought, _line, _back = receipts.c, order_lines.c, returns.c
_OF_LINE = and_(
    _line.shop_id == _back.shop_id,
    _line.order_id == _back.order_id,
    _line.line_id == _back.order_line_id,
)
HAPPENINGS = {
    "received_units": Happening(
        receipts,
        "received",
        _bought.received_at,
        (func.coalesce(_bought.kind, "purchase") == "purchase",),
    ),
    "pickup_48h": Happening(deliveries, "paid", deliveries.c.shipped_at),
    "orders": Happening(order_lines, "sold", order_lines.c.sold_at),
    "sessions": Happening(sessions, "started", sessions.c.started_at),
}
"""What happens, by the metric that tells of it."""


def hourly(
    what: Happening,
    rule: Rule,
    asking: Asking,
    days: tuple[date, date],
    values: dict[str, ColumnElement[Any]],
    by: Iterable[str] | None = None,
) -> pl.DataFrame:
    """`period` (local day), `hour` (local, naive), the members and the values, where there is any.

    Args:
        what: what is counted.
        rule: its `by` and `where` say of whom.
        asking: who asks; nothing beyond what they may see is counted.
        days: first day, and the day after the last.
        values: aggregates by their names.
        by: other dimensions than the rule's.
    """
    if what.fact.name not in asking.connector.tables():
        return pl.DataFrame()
    hour = func.date_trunc(literal_column("'hour'"), what.at, type_=DateTime()).label(HOUR)
    begin, end = (_instant(day, asking) for day in days)
    counting = _counting(what, rule, asking, hour, values, by)
    frame = asking.connector.frame(counting.where(what.at >= begin, what.at < end))
    local = pl.col(HOUR).dt.replace_time_zone("UTC").dt.convert_time_zone(str(asking.settings.zone))
    naive = frame.with_columns(local.dt.replace_time_zone(None))
    return naive.with_columns(pl.col(HOUR).dt.date().alias(PERIOD))


def daily(
    what: Happening,
    rule: Rule,
    asking: Asking,
    days: tuple[date, date],
    values: dict[str, ColumnElement[Any]],
    by: Iterable[str] | None = None,
) -> pl.DataFrame:
    """As `hourly`, of what is counted by the local day of its instant; without the hour."""
    if what.fact.name not in asking.connector.tables():
        return pl.DataFrame()
    counting = _counting(what, rule, asking, what.at.label(PERIOD), values, by)
    return asking.connector.frame(counting.where(what.at >= days[0], what.at < days[1]))


def _counting(
    what: Happening,
    rule: Rule,
    asking: Asking,
    when: ColumnElement[Any],
    values: dict[str, ColumnElement[Any]],
    by: Iterable[str] | None,
) -> Select[Any]:
    slice_ = _slice(what, rule, asking, tuple(rule.by if by is None else by))
    groups = [when, *slice_.members()]
    source = slice_.source()
    if what.lines:
        source = source.outerjoin(order_lines, _OF_LINE)
    if what.also is not None:
        groups.append(what.also.label(ALSO))
    ordinals: list[ColumnElement[Any]] = [
        literal_column(str(number + 1)) for number in range(len(groups))
    ]
    return (
        select(*groups, *(value.label(name) for name, value in values.items()))
        .select_from(source)
        .where(*slice_.filters(), *what.when)
        .group_by(*ordinals)
    )


def _slice(what: Happening, rule: Rule, asking: Asking, by: tuple[str, ...]) -> Slice:
    """The fact, refused for a dimension that it lacks or the asker may not see."""
    day = date.min
    asked = Query(
        (str(rule.metric),), day, day + timedelta(days=1), by=by, where=tuple(rule.where.items())
    )
    query = checked(asked, asking.access)
    scope = Scope(
        query, asking.access, asking.connector, asking.connector.tables(), asking.settings
    )
    found = Slice(scope, what.fact, what.dated)
    names = (*found.asked_dimensions(), *(name for name, _ in asking.access.rows))
    lacking = found.lacking(names)
    if lacking:
        raise UserError("{table} has no {dimension}.", table=what.fact.name, dimension=lacking)
    return found


def _instant(day: date, asking: Asking) -> ColumnElement[Any]:
    local = local_midnight(day).replace(tzinfo=asking.settings.zone)
    return cast(literal(local.astimezone(UTC).replace(tzinfo=None)), DateTime)
