"""Who bought, asked of the days on which customers did wherever these answer exactly.

A purchase day knows the customer's day before and after it, and the day by which another order had
come: so a customer's first day in a period is known by itself, and no customer is looked up. For
28 days of 10 million lines that takes a tenth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
)

from connectors.schema import order_lines, purchase_days
from metrics.periods import Grain, WeekStart, period_key
from metrics.scope import ROWS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.sql.functions import FunctionElement

    from metrics.slice import Slice

_line, _bought = order_lines.c, purchase_days.c
BOUGHT = (_line.is_paid.is_(True), _line.line_type == "sale", _line.customer_id.is_not(None))
"""Lines that make their day a purchase day."""


@dataclass(frozen=True)
class Within:
    """How a purchase day lies in its period.

    Attributes:
        start: the first day of the question.
        end: the day after its last.
        grain: what its periods are; None for the whole range.
        week_start: the first day of a week.
    """

    start: date
    end: date
    grain: Grain | None
    week_start: WeekStart

    def key(self) -> list[ColumnElement[Any]]:
        """The day's period where the question has a grain."""
        return self._key(_bought.sold_date)

    def first(self) -> ColumnElement[bool]:
        """The customer bought on no earlier day of the period."""
        before = _bought.previous_date
        return or_(before.is_(None), before < self.start, *self._elsewhere(before))

    def last(self) -> ColumnElement[bool]:
        """The customer bought on no later day of the period."""
        after = _bought.next_date
        return or_(after.is_(None), after >= self.end, *self._elsewhere(after))

    def again(self) -> ColumnElement[bool]:
        """On the day or a later one of the period the customer bought by another order."""
        another = _bought.again_date
        same = (a == b for a, b in zip(self._key(another), self.key(), strict=True))
        return and_(another < self.end, *same)

    def _elsewhere(self, day: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [a != b for a, b in zip(self._key(day), self.key(), strict=True)]

    def _key(self, day: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        return [period_key(self.grain, day, None, self.week_start)] if self.grain else []


def buyers(slice_: Slice) -> Select[Any]:
    """Known customers with a paid line in the period, per shop."""
    days = _by_days(slice_)
    if days is not None:
        return days.statement(days.source(), func.count().label("value")).where(
            _within(days).first()
        )
    identity = _line.shop_id + "/" + _line.customer_id
    value = func.count(identity.distinct()).label("value")
    return slice_.statement(slice_.source(), value).where(*BOUGHT)


def repeat_buyers(slice_: Slice) -> Select[Any]:
    """Known customers with two or more paid orders in the period."""
    days = _by_days(slice_)
    if days is None:
        return _repeat_of_lines(slice_)
    often = func.count(case((_within(days).again(), literal_column("1"))))
    return days.statement(days.source(), often.label("value")).where(_within(days).first())


def purchase_days_select() -> Select[Any]:
    """The days on which each known customer bought in a shop, with the days around them."""
    bought = _days_bought().subquery("bought")
    day = bought.c
    one_order = day.first_order == day.last_order
    same = and_(one_order, day.first_order == _in_turn(func.lag(day.last_order), day))
    lined_up = select(
        day.shop_id,
        day.customer_id,
        day.sold_date,
        _in_turn(func.lag(day.sold_date), day).label("previous_date"),
        _in_turn(func.lead(day.sold_date), day).label("next_date"),
        one_order.label("one_order"),
        case((func.coalesce(same, false()), null()), else_=day.sold_date).label("other_date"),
        day.sales_amount,
    ).subquery("lined_up")
    row = lined_up.c
    later = _in_turn(func.min(row.other_date), row, rows=(1, None))
    again = case((row.one_order, later), else_=row.sold_date)
    names = ("shop_id", "customer_id", "sold_date", "previous_date", "next_date", "sales_amount")
    # Days lie together, so that a question about some reads those and not the whole table.
    return select(*(row[name] for name in names), again.label("again_date")).order_by(row.sold_date)


def _days_bought() -> Select[Any]:
    keys = (_line.shop_id, _line.customer_id, _line.sold_date)
    amount = cast(func.sum(_line.sales_amount), _bought.sales_amount.type)
    orders = (func.min(_line.order_id), func.max(_line.order_id))
    return (
        select(
            *keys,
            orders[0].label("first_order"),
            orders[1].label("last_order"),
            amount.label("sales_amount"),
        )
        .where(*BOUGHT)
        .group_by(*keys)
    )


def _in_turn(
    value: FunctionElement[Any], day: Any, rows: tuple[int | None, int | None] | None = None
) -> ColumnElement[Any]:
    """A value over the days of the customer in the shop, one after the other."""
    return value.over(
        partition_by=(day.shop_id, day.customer_id), order_by=day.sold_date, rows=rows
    )


def as_days(slice_: Slice) -> Slice | None:
    """The same question of purchase days, or None where they lack what it groups or filters by."""
    scope, days = slice_.scope, replace(slice_, fact=purchase_days)
    asked = (*slice_.asked_dimensions(), *(name for name, _ in scope.access.rows))
    held = purchase_days.name in scope.present and all(_alike(slice_, days, n) for n in asked)
    return days if held else None


def _by_days(slice_: Slice) -> Slice | None:
    """As `as_days`, but not where the question tells times of a day apart."""
    until = slice_.scope.until
    whole = slice_.scope.query.grain != "hour" and (until is None or until.time() == time(0))
    return as_days(slice_) if whole else None


def _alike(slice_: Slice, days: Slice, name: str) -> bool:
    """Whether purchase days have the dimension from where the lines have it."""
    lines, own = (slice_.scope.locate(name, each.fact) for each in (slice_, days))
    return lines is not None and own is not None and lines.lookup is own.lookup


def _within(days: Slice) -> Within:
    query, until = days.scope.query, days.scope.until
    end = min(query.end, until.date()) if until else query.end
    return Within(query.start, end, query.grain, days.scope.week_start)


def _repeat_of_lines(slice_: Slice) -> Select[Any]:
    """The same of order lines: whose first order is not their last."""
    groups = slice_.groups()
    keys: list[ColumnElement[Any]] = [literal_column(str(n + 1)) for n in range(len(groups))]
    first, last = func.min(_line.order_id), func.max(_line.order_id)
    each = (
        select(*groups, first.label("first"), last.label("last"))
        .select_from(slice_.source())
        .where(*slice_.conditions(), *BOUGHT)
        .group_by(*keys, _line.shop_id, _line.customer_id)
    ).subquery("customers_of_period")
    named = [each.c[group.name] for group in groups]
    often = case((each.c.first != each.c.last, literal_column("1")))
    return select(*named, func.count().label(ROWS), func.count(often).label("value")).group_by(
        *named
    )
