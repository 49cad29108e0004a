"""Derived facts of what known customers bought: the days on which they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    null,
    select,
)

from connectors.schema import category_buyers, order_lines, purchase_days

if TYPE_CHECKING:
    from sqlalchemy.sql.functions import FunctionElement

_line = order_lines.c
BOUGHT = (_line.is_paid.is_(True), _line.line_type == "sale", _line.customer_id.is_not(None))
"""Lines that make their day a purchase day."""
_CUSTOMER = (_line.customer_id, _line.shop_id)
"""Sorted by the one that tells more of them apart."""


def purchase_days_select() -> Select[Any]:
    """The rows of `purchase_days`."""
    day = _days_around(*_CUSTOMER).c
    # Days lie together, so that a question about some reads those and not the whole table.
    return select(*(day[c.name] for c in purchase_days.columns)).order_by(day.sold_date)


def category_buyers_select() -> Select[Any]:
    """The rows of `category_buyers`: most customers buy of a category on one day alone."""
    day = _days_around(*_CUSTOMER, _line.category).c
    alike = [day[c.name] for c in category_buyers.columns if c.name != "customers"]
    counted = select(*alike, func.count().label("customers"))
    return counted.group_by(*alike).order_by(day.sold_date)


def _days_around(*whose: ColumnElement[Any]) -> Subquery:
    """The days on which they bought, each with those around it."""
    bought = _days_bought(*whose).subquery("bought")
    day = bought.c
    one_order = day.first_order == day.last_order
    same = and_(one_order, day.first_order == _in_turn(func.lag(day.last_order), whose, day))
    lined_up = select(
        *(day[each.name] for each in whose),
        day.sold_date,
        _in_turn(func.lag(day.sold_date), whose, day).label("previous_date"),
        _in_turn(func.lead(day.sold_date), whose, day).label("next_date"),
        one_order.label("one_order"),
        case((func.coalesce(same, false()), null()), else_=day.sold_date).label("other_date"),
        day.sales_amount,
    ).subquery("lined_up")
    row = lined_up.c
    later = _in_turn(func.min(row.other_date), whose, row, rows=(1, None))
    again = case((row.one_order, later), else_=row.sold_date).label("again_date")
    return select(
        *(row[each.name] for each in whose),
        row.sold_date,
        row.previous_date,
        row.next_date,
        again,
        row.sales_amount,
    ).subquery("days")


def _days_bought(*whose: ColumnElement[Any]) -> Select[Any]:
    keys = (*whose, _line.sold_date)
    amount = cast(func.sum(_line.sales_amount), purchase_days.c.sales_amount.type)
    first, last = func.min(_line.order_id), func.max(_line.order_id)
    orders = (first.label("first_order"), last.label("last_order"))
    return select(*keys, *orders, amount.label("sales_amount")).where(*BOUGHT).group_by(*keys)


def _in_turn(
    value: FunctionElement[Any],
    whose: tuple[Any, ...],
    row: Any,
    rows: tuple[int | None, int | None] | None = None,
) -> ColumnElement[Any]:
    """A value over the days of the customer, one after the other."""
    by = [row[each.name] for each in whose]
    return value.over(partition_by=by, order_by=row.sold_date, rows=rows)
