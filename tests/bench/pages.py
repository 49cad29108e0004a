"""How long a manager waits for a page on many order lines: cards, whole page, a filter, a repeat.

The browser's assets are cached and the server is warm, as after the first page of a morning; the
machine should do nothing else meanwhile. `python -m tests.bench.pages WAREHOUSE` measures any
warehouse.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.bench.marks import Mark
from tests.bench.reader import PAGES
from tests.bench.stopwatch import clicked, opened, watched
from tests.bench.waits import (
    CARDS,
    COMPARE,
    COMPLETE,
    FILTER,
    OTHER,
    REPEAT,
    USUAL,
    board,
    last_day,
    range_of,
)
from tests.browser.browser import launched
from tests.browser.reader import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from playwright.sync_api import Page

RUNS = 5
_WAITS = {"cards": CARDS, "complete": COMPLETE, "filter change": FILTER, "repeat": REPEAT}
_WARM = (300, 310, 320)
"""Days back of what is asked first: a browser compiles code for good when it met it more than once.
"""
_APART = 8


def figures(warehouse: Path) -> Iterator[Mark]:
    """The waits of each page, as medians."""
    last = last_day(warehouse)
    with launched() as browser:
        page = watched(browser)
        for name in PAGES:
            with board(warehouse, last) as server:
                path = "" if name == PAGES[0] else name  # the first page has no path of its own
                yield from _page(page, f"{server.address}/{path}", name, last)


def _page(page: Page, address: str, name: str, last: date) -> Iterator[Mark]:
    for back in _WARM:
        opened(page, _link(address, last, back))
    asked = [_asked(page, _link(address, last, _APART * (run + 1))) for run in range(RUNS)]
    for (wait, limit), taken in zip(_WAITS.items(), zip(*asked, strict=True), strict=True):
        yield Mark(f"{name}, browser, {wait} (s)", median(taken), most=limit)


def _asked(page: Page, link: str) -> tuple[float, float, float, float]:
    """A range never asked for, another comparison of it, and the first again."""
    cards, complete = opened(page, link)
    changed = _compared(page, OTHER)
    return cards, complete, changed, _compared(page, USUAL)


def _compared(page: Page, with_what: str) -> float:
    listed(page, COMPARE)
    return clicked(page, with_what)


def _link(address: str, last: date, back: int) -> str:
    return f"{address}?{urlencode(range_of(last, back))}"


if __name__ == "__main__":
    for mark in figures(Path(sys.argv[1])):
        print(mark, flush=True)
