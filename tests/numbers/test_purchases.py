"""Buyers, those who buy again and the best of them, counted one by one in plain Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings

from metrics import Access, Query, run
from tests.numbers.regulars import COUNTED, FIRST, Line, first_day, groups, last_day, queries

if TYPE_CHECKING:
    from datetime import date

    from connectors.engines import Connector

_METRICS = ("buyers", "repeat_buyers", "high_value_customers", "high_value_retained")
_QUARTER = timedelta(days=90)
_KNOWN = max(each.day for each in COUNTED) + timedelta(days=1)
_LOOKBACK = timedelta(days=30)


@settings(max_examples=80)
@given(query=queries(*_METRICS))
def test_customers_are_counted_as_one_by_one(regulars: Connector, query: Query) -> None:
    frame = run(query, Access("test"), regulars).frame
    keys = [*(["period"] if query.grain else []), *query.by]
    found = {row[: len(keys)]: row[len(keys) :] for row in frame.select(*keys, *_METRICS).rows()}
    expected = {key: _counted(query, lines) for key, lines in groups(query).items()}
    assert found == expected or (not keys and not expected and found[()][:2] == (0, 0))


def _counted(query: Query, lines: list[Line]) -> tuple[int | None, ...]:
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
        _came_back(best, last_day(query, lines[0].day)),
    )


def _best(amounts: dict[Any, int]) -> list[Any]:
    """Those of whom four fifths of the others paid less; unknown amounts come last."""
    others = max(len(amounts) - 1, 1)
    less = {who: sum(own < paid for own in amounts.values()) for who, paid in amounts.items()}
    return [who for who, count in less.items() if Fraction(count, others) >= Fraction(4, 5)]


def _came_back(best: list[Any], last: date) -> int | None:
    if not best or last + _QUARTER >= _KNOWN:
        return None
    days = {(each.shop, each.customer) for each in COUNTED if last < each.day <= last + _QUARTER}
    return sum(who in days for who in best)


@settings(max_examples=60)
@given(query=queries("returning_buyers", "returning_sales", params=(("lookback", "30"),)))
def test_who_returns_had_bought_in_the_days_before(regulars: Connector, query: Query) -> None:
    frame = run(query, Access("test"), regulars).frame
    keys = [*(["period"] if query.grain else []), *query.by]
    rows = frame.select(*keys, *query.metrics).rows()
    found = {row[:-2]: (row[-2], row[-1] or 0) for row in rows if row[-2]}
    expected = {key: _returned(query, lines) for key, lines in groups(query).items()}
    assert found == {key: each for key, each in expected.items() if each[0]}


def _returned(query: Query, lines: list[Line]) -> tuple[int, int]:
    begins = first_day(query, lines[0].day)
    days = range(1, _LOOKBACK.days + 1)
    before = {begins - timedelta(days=n) for n in days}
    known = {(each.shop, each.customer) for each in COUNTED if each.day in before}
    back = [each for each in lines if (each.shop, each.customer) in known]
    return len({(each.shop, each.customer) for each in back}), sum(
        each.amount or 0 for each in back
    )


def test_days_answer_where_they_hold_what_is_asked(regulars: Connector) -> None:
    end = FIRST + timedelta(days=28)
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
            (sql,) = run(Query((metric,), FIRST, end, **more), Access("test"), regulars).sql
            assert f"FROM {table}" in sql
