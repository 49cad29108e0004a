"""Buyers, those who buy again and the best of them, counted one by one in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from connectors.engines import connect, open_for_import
from connectors.importing.run import build_derived
from connectors.schema import category_buyers, order_lines, purchase_days
from connectors.settings import Settings
from metrics import Access, Query, run
from metrics.dimensions import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

_FIRST, _DAYS = date(2025, 1, 1), 240
_QUARTER = timedelta(days=90)
_METRICS = ("buyers", "repeat_buyers", "high_value_customers", "high_value_retained")


class _Line(NamedTuple):
    shop: str
    order: str
    customer: str | None
    day: date
    mode: str
    category: str | None
    amount: int | None
    counts: bool


def _lines() -> list[_Line]:
    """Customers who often have the same amount; orders that are paid for on several days."""
    random = Random(5)
    lines = []
    for number in range(700):
        shop, day = random.choice("pq"), random.randrange(_DAYS - 3)
        customer = random.choice([*"abcdefghijklmnop", *[f"rare{number % 90}"] * 8, None])
        for _ in range(random.randint(1, 3)):
            on = _FIRST + timedelta(days=day + random.choice([0, 0, 0, 0, 1, 2]))
            amount = random.choice([10, 20, 20, 50, None])
            counts, mode = random.random() < 0.8, random.choice(["live", "shelf"])
            category = random.choice(["dress", "dress", "coat", None])
            lines.append(_Line(shop, f"o{number}", customer, on, mode, category, amount, counts))
    return lines


_LINES = _lines()
_COUNTED = [each for each in _LINES if each.counts and each.customer]
_KNOWN = max(each.day for each in _COUNTED) + timedelta(days=1)


@pytest.fixture(scope="module")
def shop(new_warehouse: Callable[[], str]) -> Iterator[Connector]:
    url, numbered = new_warehouse(), list(enumerate(_LINES))
    rows = pl.DataFrame(
        {
            "shop_id": [each.shop for each in _LINES],
            "order_id": [each.order for each in _LINES],
            "line_id": [str(number) for number in range(len(_LINES))],
            "customer_id": [each.customer for each in _LINES],
            "sold_date": [each.day for each in _LINES],
            "mode": [each.mode for each in _LINES],
            "category": [each.category for each in _LINES],
            "sales_amount": [each.amount for each in _LINES],
            # What does not count is either unpaid or an adjustment.
            "is_paid": [each.counts or n % 2 == 0 for n, each in numbered],
            "line_type": ["sale" if each.counts or n % 2 else "adjustment" for n, each in numbered],
        },
        schema_overrides={"sales_amount": pl.Decimal(18, 4)},
    )
    with open_for_import(url, Settings(warehouse=url), wait=0, what="test") as writer:
        writer.set_currency("CNY")
        writer.build(order_lines, rows)
        build_derived(writer, {order_lines.name})
    connector = connect(url, Settings(warehouse=url))
    yield connector
    connector.close()


def test_purchase_days_know_what_lies_around_them(shop: Connector) -> None:
    rows = shop.frame(select(purchase_days)).iter_rows(named=True)
    found = {(row["shop_id"], row["customer_id"], row["sold_date"]): row for row in rows}
    around = _around("shop", "customer")
    assert set(found) == set(around)
    for key, (previous, following, again) in around.items():
        row, counted = found[key], [each for each in _COUNTED if _of_day(each) == key]
        assert (row["previous_date"], row["next_date"], row["again_date"]) == (
            previous,
            following,
            again,
        )
        assert row["sales_amount"] == (sum(each.amount or 0 for each in counted) or None)


def test_buyers_of_a_category_are_counted_by_their_days(shop: Connector) -> None:
    c = category_buyers.c
    columns = (c.shop_id, c.category, c.sold_date, c.previous_date, c.again_date, c.customers)
    found = {row[:-1]: row[-1] for row in shop.frame(select(*columns)).rows()}
    assert found == Counter(
        (shop_id, category, day, previous, again)
        for (shop_id, category, _, day), (previous, _, again) in _around(
            "shop", "category", "customer"
        ).items()
    )


def _of_day(line: _Line) -> tuple[str, str | None, date]:
    return line.shop, line.customer, line.day


def _around(*names: str) -> dict[tuple[Any, ...], tuple[date | None, ...]]:
    """Whose and day → the day before, the day after, and the first by which two orders had come."""
    orders: dict[Any, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in _COUNTED:
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


_MEMBERS: dict[str, list[tuple[str, ...]]] = {
    "shop": [("p",)],
    "mode": [("live",)],
    "category": [("coat",), (UNKNOWN,), ("coat", "dress")],
}


@st.composite
def _queries(draw: st.DrawFn) -> Query:
    start = _FIRST + timedelta(days=draw(st.integers(-3, _DAYS)))
    where = draw(st.sampled_from([None, *_MEMBERS]))
    return Query(
        _METRICS,
        start,
        start + timedelta(days=draw(st.integers(1, 100))),
        grain=draw(st.sampled_from([None, "day", "week", "month", "quarter"])),
        by=draw(st.sampled_from([(), ("shop",), ("mode",), ("customer",), ("category",)])),
        where=((where, draw(st.sampled_from(_MEMBERS[where]))),) if where else (),
    )


@settings(max_examples=80)
@given(query=_queries())
def test_customers_are_counted_as_one_by_one(shop: Connector, query: Query) -> None:
    frame = run(query, Access("test"), shop).frame
    keys = [*(["period"] if query.grain else []), *query.by]
    found = {row[: len(keys)]: row[len(keys) :] for row in frame.select(*keys, *_METRICS).rows()}
    groups: dict[Any, list[_Line]] = defaultdict(list)
    for each in _COUNTED:
        if query.start <= each.day < query.end and _kept(query, each):
            groups[_key(query, each)].append(each)
    expected = {key: _counted(query, lines) for key, lines in groups.items()}
    assert found == expected or (not keys and not expected and found[()][:2] == (0, 0))


def _kept(query: Query, line: _Line) -> bool:
    return all((getattr(line, name) or UNKNOWN) in members for name, members in query.where)


def _key(query: Query, line: _Line) -> tuple[Any, ...]:
    period = [_begins(query.grain, line.day)] if query.grain else []
    return (*period, *(getattr(line, name) for name in query.by))


def _begins(grain: str, day: date) -> date:
    starts = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
    }
    return starts[grain]


def _counted(query: Query, lines: list[_Line]) -> tuple[int | None, ...]:
    orders: dict[Any, set[str]] = defaultdict(set)
    amounts: dict[Any, list[int]] = defaultdict(list)
    for each in lines:
        orders[each.shop, each.customer].add(each.order)
        amounts[each.shop, each.customer] += [] if each.amount is None else [each.amount]
    best = _best({who: sum(own) if own else 10**9 for who, own in amounts.items()})
    return (
        len(orders),
        sum(len(own) > 1 for own in orders.values()),
        len(best) or None,
        _came_back(best, _last_day(query, lines[0].day)),
    )


def _best(amounts: dict[Any, int]) -> list[Any]:
    """Those of whom four fifths of the others paid less; unknown amounts come last."""
    others = max(len(amounts) - 1, 1)
    less = {who: sum(own < paid for own in amounts.values()) for who, paid in amounts.items()}
    return [who for who, count in less.items() if Fraction(count, others) >= Fraction(4, 5)]


def _came_back(best: list[Any], last: date) -> int | None:
    if not best or last + _QUARTER >= _KNOWN:
        return None
    days = {(each.shop, each.customer) for each in _COUNTED if last < each.day <= last + _QUARTER}
    return sum(who in days for who in best)


def _last_day(query: Query, day: date) -> date:
    """Of the period that the day lies in."""
    days = (day + timedelta(days=n) for n in range((query.end - day).days))
    begun = _begins(query.grain, day) if query.grain else None
    return max(d for d in days if not query.grain or _begins(query.grain, d) == begun)


def test_days_answer_where_they_hold_what_is_asked(shop: Connector) -> None:
    end = _FIRST + timedelta(days=28)
    coat, both = (("category", ("coat",)),), (("category", ("coat", "dress")),)
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("purchase_days", {}),
        ("purchase_days", {"by": ("shop",), "grain": "week"}),
        ("category_buyers", {"by": ("category",)}),
        ("category_buyers", {"where": coat}),
        ("order_lines", {"where": both}),
        ("order_lines", {"by": ("category",), "top": 1}),
        ("order_lines", {"by": ("mode",)}),
    )
    for table, more in asked:
        for metric in ("buyers", "repeat_buyers"):
            (sql,) = run(Query((metric,), _FIRST, end, **more), Access("test"), shop).sql
            assert f"FROM {table}" in sql
