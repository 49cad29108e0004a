"""Statements are sent once, told apart by all that they say, and kept within bounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from sqlalchemy import Select, func, select

from connectors.schema import order_lines
from metrics.once import once
from metrics.sent import send

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[Any], Select[Any]]

_DAY = date(2026, 3, 1)


class _Warehouse:
    """Answers with the number of statements so far."""

    def __init__(self) -> None:
        self.sent = 0
        self.memory: dict[tuple[str, ...], Any] = {}

    def frame(self, _select: Select[Any]) -> pl.DataFrame:
        self.sent += 1
        return pl.DataFrame({"n": [self.sent]})


def _since(day: date) -> Select[Any]:
    return select(func.count()).where(order_lines.c.sold_date >= day)


def _of(shops: list[str]) -> Select[Any]:
    return select(func.count()).where(order_lines.c.shop_id.in_(shops))


def test_the_same_statement_is_sent_once() -> None:
    warehouse: Any = _Warehouse()
    first = send(warehouse, _since(_DAY))
    assert send(warehouse, _since(_DAY)).equals(first)
    assert warehouse.sent == 1


@pytest.mark.parametrize(
    ("make", "one", "other"),
    [
        (_since, _DAY, date(2026, 3, 2)),
        (_of, ["a"], ["b"]),
        (_of, ["a"], ["a", "b"]),
        (_of, ["a, b"], ["a", "b"]),
        (lambda name: select(order_lines.c[name]), "skc_id", "sku_id"),
        (lambda name: select(order_lines.c.skc_id.label(name)), "x", "y"),
        (lambda most: select(order_lines.c.skc_id).limit(most), 1, 2),
    ],
)
def test_another_value_is_another_statement(make: Ask, one: Any, other: Any) -> None:
    warehouse: Any = _Warehouse()
    first = send(warehouse, make(one))
    assert not send(warehouse, make(other)).equals(first)


def test_of_those_who_want_it_at_the_same_time_one_sends_it() -> None:
    warehouse: Any = _Warehouse()
    together = Barrier(8, timeout=30)

    def ask(_: int) -> int:
        together.wait()
        return int(send(warehouse, _since(_DAY)).item())

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}
    assert warehouse.sent == 1


def test_what_is_known_of_a_version_is_asked_once_by_all() -> None:
    warehouse: Any = _Warehouse()
    together = Barrier(8, timeout=30)

    def ask(_: int) -> int:
        together.wait()
        return once(warehouse, ("n",), lambda: int(warehouse.frame(_since(_DAY)).item()))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}
    assert warehouse.sent == 1


def test_another_version_is_asked_anew() -> None:
    one: Any = _Warehouse()
    other: Any = _Warehouse()
    send(one, _since(_DAY))
    send(other, _since(_DAY))
    assert (one.sent, other.sent) == (1, 1)
