"""How long a manager waits for a page on many order lines: cards, whole page, a filter, a repeat.

The browser's assets are cached and the server is warm, as after the first page of a morning.
"""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

import duckdb

from tests.bench.stopwatch import clicked, opened, watched
from tests.bench.timing import Figure, seconds
from tests.browser.browser import launched
from tests.browser.reader import listed
from tests.browser.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CARDS, COMPLETE, FILTER, REPEAT = 0.8, 1.6, 1.2, 0.6
"""Seconds that may pass, as medians."""
NOW = "2026-11-01 09:00"
RUNS = 5
_DAYS = 28
_WARM = (97, 98, 99)
"""What is asked first: a browser compiles code for good when it has met it more than once."""
_COMPARE = "Compare with"
_SQL = """
SELECT sold_date, sum(sales_amount), count(DISTINCT order_id), count(DISTINCT customer_id)
FROM order_lines WHERE sold_date >= ? AND sold_date < ? GROUP BY ALL
"""


def figures(warehouse: Path) -> Iterator[Figure]:
    """The four waits of the Sales page, each beside one plain SQL question over the same days.

    Here the ratio is to the time that may pass: the machine should do nothing else meanwhile.
    """
    with serving(warehouse, BOARD_NOW=NOW) as address, launched() as browser:
        page = watched(browser)
        for run in _WARM:
            opened(page, _link(address, run))
        asked = [_asked(page, address, run) for run in range(RUNS)]
    bare = median(_bare(warehouse, run) for run in range(RUNS))
    waits = {"cards": CARDS, "page complete": COMPLETE, "filter change": FILTER, "repeat": REPEAT}
    for (name, limit), taken in zip(waits.items(), zip(*asked, strict=True), strict=True):
        mine = median(taken)
        yield Figure(f"Sales page, {name} / {limit} s", mine, bare, mine / limit, 1.0)


def _asked(page: Page, address: str, run: int) -> tuple[float, float, float, float]:
    """A range never asked for, another comparison of it, and the first again."""
    cards, complete = opened(page, _link(address, run))
    changed = _compared(page, "Last year, same dates")
    return cards, complete, changed, _compared(page, "Previous period")


def _compared(page: Page, with_what: str) -> float:
    listed(page, _COMPARE)
    return clicked(page, with_what)


def _days(run: int) -> tuple[date, date]:
    last = date(2026, 10, 31) - timedelta(days=7 * (run + 1) + run)
    return last - timedelta(days=_DAYS - 1), last


def _link(address: str, run: int) -> str:
    first, last = _days(run)
    return f"{address}/sales?range=custom&first={first}&last={last}"


def _bare(warehouse: Path, run: int) -> float:
    file = max(warehouse.glob("*.duckdb"))
    with duckdb.connect(str(file), read_only=True) as connection:
        return seconds(lambda: connection.execute(_SQL, _days(run)).fetchall())
