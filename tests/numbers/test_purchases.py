"""Buyers, those who buy again and the best of them, counted one by one in plain Python."""

from __future__ import annotations

from collections import defaultdict
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
from connectors.schema import order_lines, purchase_days
from connectors.settings import Settings
from metrics import Access, Query, run

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
            lines.append(_Line(shop, f"o{number}", customer, on, mode, amount, counts))
    return lines


_LINES = _lines()
_COUNTED = [each for each in _LINES if each.counts and each.customer]
_KNOWN = max(each.day for each in _COUNTED) + timedelta(days=1)


@pytest.fixture(scope="module")
def shop(new_warehouse: Callable[[], str]) -> Iterator[Connector]:
    url = new_warehouse()
    rows = pl.DataFrame(
        {
            "shop_id": [each.shop for each in _LINES],
            "order_id": [each.order for each in _LINES],
            "line_id": [str(number) for number in range(len(_LINES))],
            "customer_id": [each.customer for each in _LINES],
            "sold_date": [each.day for each in _LINES],
            "mode": [each.mode for each in _LINES],
            "sales_amount": [each.amount for each in _LINES],
            # What does not count is either unpaid or an adjustment.
            "is_paid": [each.counts or n % 2 == 0 for n, each in _rows()],
            "line_type": ["sale" if each.counts or n % 2 else "adjustment" for n, each in _rows()],
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


def _rows() -> enumerate[_Line]:
    return enumerate(_LINES)


def test_purchase_days_know_what_lies_around_them(shop: Connector) -> None:
    found = {
        (row["shop_id"], row["customer_id"], row["sold_date"]): row
        for row in shop.frame(select(purchase_days)).iter_rows(named=True)
    }
    orders: dict[Any, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    amounts: dict[Any, list[int]] = defaultdict(list)
    for each in _COUNTED:
        orders[each.shop, each.customer][each.day].add(each.order)
        amounts[each.shop, each.customer, each.day] += [] if each.amount is None else [each.amount]
    assert set(found) == set(amounts)
    for (shop_id, customer, day), row in found.items():
        own = orders[shop_id, customer]
        by_then = {b: set().union(*(own[d] for d in own if day <= d <= b)) for b in own if b >= day}
        assert row["previous_date"] == max((d for d in own if d < day), default=None)
        assert row["next_date"] == min((d for d in own if d > day), default=None)
        assert row["again_date"] == min(
            (b for b, of in by_then.items() if len(of) > 1), default=None
        )
        assert row["sales_amount"] == (sum(amounts[shop_id, customer, day]) or None)


@st.composite
def _queries(draw: st.DrawFn) -> Query:
    start = _FIRST + timedelta(days=draw(st.integers(-3, _DAYS)))
    where = draw(st.sampled_from([(), (("shop", ("p",)),), (("mode", ("live",)),)]))
    return Query(
        _METRICS,
        start,
        start + timedelta(days=draw(st.integers(1, 100))),
        grain=draw(st.sampled_from([None, "day", "week", "month", "quarter"])),
        by=draw(st.sampled_from([(), ("shop",), ("mode",), ("customer",)])),
        where=where,
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
    return all(getattr(line, name) in members for name, members in query.where)


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
    following = day
    while following + timedelta(days=1) < query.end and (
        query.grain is None
        or _begins(query.grain, following + timedelta(days=1)) == _begins(query.grain, day)
    ):
        following += timedelta(days=1)
    return following
