"""How long a manager waits for a page on many order lines: cards, whole page, a filter, a repeat.

The browser's assets are cached and the server is warm, as after the first page of a morning.
"""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import duckdb

from tests.bench.timing import Figure, seconds
from tests.browser.browser import launched
from tests.browser.reader import choose
from tests.browser.server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CARDS, COMPLETE, FILTER, REPEAT = 0.8, 1.6, 1.2, 0.6
"""Seconds that may pass, as medians."""
NOW = "2026-11-01 09:00"
RUNS = 5
_DAYS = 28
_COMPARE = "Compare with"
_CARD = "[data-testid=stMetricValue]"
_DONE = "[data-testid=stApp][data-test-script-state=notRunning]"
_RUNNING = "[data-testid=stApp][data-test-script-state=running]"
_SQL = """
SELECT sold_date, sum(sales_amount), count(DISTINCT order_id), count(DISTINCT customer_id)
FROM order_lines WHERE sold_date >= ? AND sold_date < ? GROUP BY ALL
"""


def figures(warehouse: Path) -> Iterator[Figure]:
    """The four waits of the Sales page, each beside one plain SQL question over the same days.

    Here the ratio is to the time that may pass: the machine should do nothing else meanwhile.
    """
    with serving(warehouse, BOARD_NOW=NOW) as address, launched() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        _opened(page, _link(address, 99))
        asked = [_asked(page, address, run) for run in range(RUNS)]
    bare = median(_bare(warehouse, run) for run in range(RUNS))
    waits = {"cards": CARDS, "page complete": COMPLETE, "filter change": FILTER, "repeat": REPEAT}
    for (name, limit), taken in zip(waits.items(), zip(*asked, strict=True), strict=True):
        mine = median(taken)
        yield Figure(f"Sales page, {name} / {limit} s", mine, bare, mine / limit, 1.0)


def _asked(page: Page, address: str, run: int) -> tuple[float, float, float, float]:
    """A range never asked for, another comparison of it, and the first again."""
    cards, complete = _opened(page, _link(address, run))
    changed = _waited(page, lambda: choose(page, _COMPARE, "Year"))
    repeat = _waited(page, lambda: choose(page, _COMPARE, "Previous period"))
    return cards, complete, changed, repeat


def _opened(page: Page, link: str) -> tuple[float, float]:
    """Seconds until the cards stand, and until nothing runs any more."""
    page.goto("about:blank")
    start = perf_counter()
    page.goto(link, wait_until="commit")
    page.wait_for_selector(_CARD)
    cards = perf_counter() - start
    page.wait_for_selector(_DONE)
    return cards, perf_counter() - start


def _waited(page: Page, act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    page.wait_for_selector(_RUNNING)
    page.wait_for_selector(_DONE)
    return perf_counter() - start


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
