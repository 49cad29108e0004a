"""Two shops whose customers buy often, written out line by line, and what tests ask of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from hypothesis import strategies as st

from connectors.engines import connect, open_for_import
from connectors.importing.run import build_derived
from connectors.schema import order_lines
from connectors.settings import Settings
from metrics import Query
from metrics.dimensions import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.engines import Connector

FIRST, _DAYS = date(2025, 1, 1), 240


class Line(NamedTuple):
    """A line of an order; whether it counts for who bought."""

    shop: str
    order: str
    customer: str | None
    day: date
    mode: str
    category: str | None
    amount: int | None
    counts: bool


def _lines() -> list[Line]:
    """Customers who often have the same amount; orders that are paid for on several days."""
    random = Random(5)
    lines = []
    for number in range(700):
        shop, day = random.choice("pq"), random.randrange(_DAYS - 3)
        customer = random.choice([*"abcdefghijklmnop", *[f"rare{number % 90}"] * 8, None])
        for _ in range(random.randint(1, 3)):
            on = FIRST + timedelta(days=day + random.choice([0, 0, 0, 0, 1, 2]))
            amount = random.choice([10, 20, 20, 50, None])
            counts, mode = random.random() < 0.8, random.choice(["live", "shelf"])
            category = random.choice(["dress", "dress", "coat", None])
            lines.append(Line(shop, f"o{number}", customer, on, mode, category, amount, counts))
    return lines


_LINES = _lines()
COUNTED = [each for each in _LINES if each.counts and each.customer]
"""Those that make somebody a buyer."""
_MEMBERS: dict[str, list[tuple[str, ...]]] = {
    "shop": [("p",)],
    "mode": [("live",)],
    "category": [("coat",), (UNKNOWN,), ("coat", "dress")],
}


def two_shops(url: str) -> Iterator[Connector]:
    """A warehouse of these lines."""
    numbered = list(enumerate(_LINES))
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


@st.composite
def queries(draw: st.DrawFn, /, *metrics: str, **more: Any) -> Query:
    """Questions of some days, perhaps by period and group, of perhaps a part."""
    start = FIRST + timedelta(days=draw(st.integers(-3, _DAYS)))
    where = draw(st.sampled_from([None, *_MEMBERS]))
    return Query(
        metrics,
        start,
        start + timedelta(days=draw(st.integers(1, 100))),
        grain=draw(st.sampled_from([None, "day", "week", "month", "quarter"])),
        by=draw(st.sampled_from([(), ("shop",), ("mode",), ("customer",), ("category",)])),
        **more,
        where=((where, draw(st.sampled_from(_MEMBERS[where]))),) if where else (),
    )


def groups(query: Query) -> dict[tuple[Any, ...], list[Line]]:
    """Period and members → the lines that count."""
    found: dict[Any, list[Line]] = defaultdict(list)
    for each in COUNTED:
        if query.start <= each.day < query.end and _kept(query, each):
            found[_key(query, each)].append(each)
    return found


def _kept(query: Query, line: Line) -> bool:
    return all((getattr(line, name) or UNKNOWN) in members for name, members in query.where)


def _key(query: Query, line: Line) -> tuple[Any, ...]:
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


def last_day(query: Query, day: date) -> date:
    """Of the period that the day lies in."""
    days = (day + timedelta(days=n) for n in range((query.end - day).days))
    begun = _begins(query.grain, day) if query.grain else None
    return max(d for d in days if not query.grain or _begins(query.grain, d) == begun)


def first_day(query: Query, day: date) -> date:
    """Of the period that the day lies in."""
    return max(_begins(query.grain, day), query.start) if query.grain else query.start
