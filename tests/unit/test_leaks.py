"""Steps that lose orders, on days that can be reckoned by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from metrics import METRICS, Access, Result
from metrics.leaks import STEPS, leaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrics import Query

_START, _END = date(2024, 5, 1), date(2024, 5, 3)
_BEFORE = 28


def _asked(*rows: tuple[int, int, int], ios: tuple[int, int, int]) -> Callable[[Query], Result]:
    """Android's view, order and pay of the days from 28 before the range on; iOS has them fixed."""
    frame = pl.DataFrame(
        [
            (_START + timedelta(days=n - _BEFORE), "mini", device, *steps)
            for n, android in enumerate(rows)
            for device, steps in (("android", android), ("ios", ios))
        ],
        schema=["period", "shop", "device", "funnel_view", "funnel_order", "funnel_pay"],
        orient="row",
    ).with_columns(funnel_cart=pl.lit(0))

    def ask(query: Query) -> Result:
        known = frame if query.by == ("shop", "device") else frame.clear()
        missing = [name for name in (*query.by, *query.metrics) if name not in known.columns]
        types = {name: pl.String() if name in query.by else pl.Int64() for name in missing}
        empty = (pl.lit(None, dtype).alias(name) for name, dtype in types.items())
        found = known.with_columns(empty).select("period", *query.by, *query.metrics)
        return Result(found, (), tuple, datetime(2024, 5, 3), None)  # noqa: DTZ001 (local clock)

    return ask


def test_what_is_lost_before_the_order_would_have_paid_like_the_rest() -> None:
    ask = _asked(*[(100, 20, 10)] * _BEFORE, (100, 4, 2), (100, 6, 3), ios=(100, 20, 10))
    found = leaks(ask, Access("all"), (_START, _END))
    worst = found[0]
    # 200 views should have brought 40 orders and brought 10: 30 are lost, of which half pay
    assert (worst.node.members, worst.step.before) == (("mini", "android"), "funnel_view")
    assert worst.node.lost == pytest.approx(30)
    assert worst.lost_orders == pytest.approx(15)
    assert worst.node.is_drop
    assert [each.node.members for each in found if each.node.is_drop] == [("mini", "android")]


def test_what_is_lost_at_the_payment_is_lost_whole() -> None:
    ask = _asked(*[(100, 20, 10)] * _BEFORE, (100, 20, 2), (100, 20, 2), ios=(100, 20, 10))
    worst = leaks(ask, Access("all"), (_START, _END))[0]
    assert (worst.step.before, worst.step.after) == ("funnel_order", "funnel_pay")
    assert worst.lost_orders == pytest.approx(2 * 20 * 0.5 - 4)


def test_the_days_before_are_asked_for_and_what_is_hidden_is_not() -> None:
    asked: list[Query] = []
    ask = _asked(*[(100, 20, 10)] * 30, ios=(100, 20, 10))

    def noted(query: Query) -> Result:
        asked.append(query)
        return ask(query)

    leaks(noted, Access("some", hidden=frozenset({"device"})), (_START, _END))
    assert [query.by for query in asked] == [
        ("shop", "channel"),
        ("shop", "category"),
        ("shop", "visitor_kind"),
        ("shop",),
    ]
    assert {query.start for query in asked} == {_START - timedelta(days=56)}


def test_all_steps_exist() -> None:
    names = {name for steps in STEPS.values() for step in steps for name in step[1:]}
    assert names <= METRICS.keys()
