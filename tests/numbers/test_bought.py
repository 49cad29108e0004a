"""The days on which customers bought, and what lies around them, found in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from connectors.schema import category_buyers, purchase_days
from tests.numbers.regulars import COUNTED, Line

if TYPE_CHECKING:
    from datetime import date

    from connectors.engines import Connector


def test_purchase_days_know_what_lies_around_them(regulars: Connector) -> None:
    rows = regulars.frame(select(purchase_days)).iter_rows(named=True)
    found = {(row["shop_id"], row["customer_id"], row["sold_date"]): row for row in rows}
    around = _around("shop", "customer")
    assert set(found) == set(around)
    for key, (previous, following, again) in around.items():
        row, counted = found[key], [each for each in COUNTED if _of_day(each) == key]
        assert (row["previous_date"], row["next_date"], row["again_date"]) == (
            previous,
            following,
            again,
        )
        assert row["sales_amount"] == (sum(each.amount or 0 for each in counted) or None)


def test_buyers_of_a_category_are_counted_by_their_days(regulars: Connector) -> None:
    c = category_buyers.c
    columns = (c.shop_id, c.category, c.sold_date, c.previous_date, c.again_date, c.customers)
    found = {row[:-1]: row[-1] for row in regulars.frame(select(*columns)).rows()}
    assert found == Counter(
        (shop_id, category, day, previous, again)
        for (shop_id, category, _, day), (previous, _, again) in _around(
            "shop", "category", "customer"
        ).items()
    )


def _of_day(line: Line) -> tuple[str, str | None, date]:
    return line.shop, line.customer, line.day


def _around(*names: str) -> dict[tuple[Any, ...], tuple[date | None, ...]]:
    """Whose and day → the day before, the day after, and the first by which two orders had come."""
    orders: dict[Any, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in COUNTED:
        orders[tuple(getattr(each, name) for name in names)][each.day].add(each.order)
    return {
        (*whose, day): (
            max((d for d in own if d < day), default=None),
            min((d for d in own if d > day), default=None),
            min((d for d in own if len(_between(own, day, d)) > 1), default=None),
        )
        for whose, own in orders.items()
        for day in own
    }


def _between(orders: dict[date, set[str]], first: date, last: date) -> set[str]:
    return {order for day, own in orders.items() if first <= day <= last for order in own}
