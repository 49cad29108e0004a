"""The days of a warehouse that is measured, so that any will do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 28


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
    first = end - timedelta(days=DAYS - 1)
    return {"range": "custom", "first": first.isoformat(), "last": end.isoformat()}
