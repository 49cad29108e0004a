"""How long a reader may wait, and the board that is measured: on any warehouse, of its own days."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb

from tests.browser.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.server import Running

CARDS, COMPLETE, FILTER, REPEAT = 0.8, 1.6, 1.2, 0.6
"""Seconds that may pass, as medians."""
COMPARE, OTHER, USUAL = "Compare with", "Last year, same weekdays", "Previous period"
_DAYS = 28


def last_day(warehouse: Path) -> date:
    """The newest day with an order line."""
    file = max(warehouse.glob("*.duckdb"))
    with duckdb.connect(str(file), read_only=True) as connection:
        (last,) = connection.execute("SELECT max(sold_date) FROM order_lines").fetchall()[0]
    assert isinstance(last, date), f"{file} has no order lines"
    return last


def morning_after(last: date) -> str:
    """The moment at which the board is asked, as `BOARD_NOW` takes it."""
    return f"{last + timedelta(days=1)} 09:00"


def range_of(last: date, back: int) -> dict[str, str]:
    """The link to the four weeks that end so many days before the last one."""
    end = last - timedelta(days=back)
    first = end - timedelta(days=_DAYS - 1)
    return {"range": "custom", "first": first.isoformat(), "last": end.isoformat()}


@contextmanager
def board(warehouse: Path, last: date) -> Iterator[Running]:
    """A new board on the morning after the last day, with a state and a log of its own.

    It checks its alarms after a minute, which takes time from the pages: measure one page at a
    time.
    """
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        own = {"BOARD_STATE": f"{folder}/state.db", "BOARD_LOG": f"{folder}/board.log"}
        with running(warehouse, BOARD_NOW=morning_after(last), **own) as server:
            yield server
