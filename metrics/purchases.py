"""Who bought, asked of the days on which customers did wherever these answer exactly.

A purchase day knows the customer's day before and after it, and the day by which another order had
come: so a customer's first day in a period is known by itself, and no customer is looked up. For
28 days of 10 million lines that takes a tenth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from connectors.schema import category_buyers, order_lines, purchase_days
from metrics.bought import BOUGHT
from metrics.periods import Grain, WeekStart, period_key
from metrics.rollups import by_days, has_dimensions, is_apart
from metrics.scope import ROWS

if TYPE_CHECKING:
    from datetime import date

    from metrics.slice import Slice

_line = order_lines.c


@dataclass(frozen=True)
class Within:
    """How a purchase day lies in its period.

    Attributes:
        days: `purchase_days`, or `category_buyers` for days with one.
        start: the first day of the question.
        end: the day after its last.
        grain: what its periods are; None for the whole range.
        week_start: the first day of a week.
    """

    days: Table
    start: date
    end: date
    grain: Grain | None
    week_start: WeekStart

    def key(self) -> list[ColumnElement[Any]]:
        """The day's period where the question has a grain."""
        return self._key(self.days.c.sold_date)

    def first(self) -> ColumnElement[bool]:
        """The customer bought on no earlier day of the period."""
        before = self.days.c.previous_date
        return or_(before.is_(None), before < self.start, *self._elsewhere(before))

    def last(self) -> ColumnElement[bool]:
        """The customer bought on no later day of the period."""
        after = self.days.c.next_date
        return or_(after.is_(None), after >= self.end, *self._elsewhere(after))

    def again(self) -> ColumnElement[bool]:
        """On the day or a later one of the period the customer bought by another order."""
        another = self.days.c.again_date
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
        return _counted(days, _customers(days))
    identity = _line.shop_id + "/" + _line.customer_id
    value = func.count(identity.distinct()).label("value")
    return slice_.statement(slice_.source(), value).where(*BOUGHT)


def repeat_buyers(slice_: Slice) -> Select[Any]:
    """Known customers with two or more paid orders in the period."""
    days = _by_days(slice_)
    if days is None:
        return _repeat_of_lines(slice_)
    again = case((within(days).again(), _customers(days)), else_=literal_column("0"))
    return _counted(days, again)


def _counted(days: Slice, customers: ColumnElement[Any]) -> Select[Any]:
    """The sum over each customer's first day in the period."""
    value = cast(func.sum(customers), BigInteger).label("value")
    return days.statement(days.source(), value).where(within(days).first())


def _customers(days: Slice) -> ColumnElement[Any]:
    """For how many customers a row stands."""
    held = days.fact.columns.get("customers")
    return literal_column("1") if held is None else held


def spent_by_days(
    days: Slice, within: Within, *of: ColumnElement[bool]
) -> CompoundSelect[tuple[Any, ...]]:
    """By period, group and customer: "amount" paid, and the days with a purchase around it.

    Most customers have one day in a period: only the others have to be added up.

    Args:
        days: the question of `purchase_days`.
        within: how they lie in its periods.
        of: the days that count.
    """
    groups, day = days.groups(), purchase_days.c
    alone, customer = and_(within.first(), within.last()), (day.shop_id, day.customer_id)
    each = select(*groups, day.sales_amount.label("amount"), day.previous_date, day.next_date)
    whole = select(
        *groups,
        cast(func.sum(day.sales_amount), day.sales_amount.type).label("amount"),
        func.max(case((within.first(), day.previous_date))).label("previous_date"),
        func.max(case((within.last(), day.next_date))).label("next_date"),
    ).group_by(*(literal_column(str(number + 1)) for number in range(len(groups))), *customer)
    return union_all(
        each.select_from(days.source()).where(*of, alone),
        whole.select_from(days.source()).where(*of, not_(alone)),
    )


def as_days(slice_: Slice, days: Table = purchase_days) -> Slice | None:
    """The same question of purchase days, or None where they lack what it groups or filters by."""
    return replace(slice_, fact=days) if has_dimensions(slice_, days) else None


def _by_days(slice_: Slice) -> Slice | None:
    """The question of days that tell a customer's first from those after it, or None."""
    if not by_days(slice_):
        return None
    own = as_days(slice_, category_buyers) if is_apart(slice_, "category") else None
    return as_days(slice_) or own


def within(days: Slice) -> Within:
    """How days lie in the periods of the question, up to where it is cut."""
    query, until = days.scope.query, days.scope.until
    end = min(query.end, until.date()) if until else query.end
    return Within(days.fact, query.start, end, query.grain, days.scope.week_start)


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
