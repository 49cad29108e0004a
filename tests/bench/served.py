"""How long the server takes for a page: a range never asked for, another comparison, a repeat."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.marks import Mark
from tests.bench.pages import COMPLETE, FILTER, NOW, REPEAT
from tests.bench.reader import PAGES, Reader
from tests.browser.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUNS = 3
_COMPARE, _OTHER = "Compare with", "Last year, same weekdays"
_WAITS = {"complete": COMPLETE, "filter change": FILTER, "repeat": REPEAT}
_DAYS = 28


def figures(warehouse: Path) -> Iterator[Mark]:
    """The medians of each page in seconds, from a reader's message until all was sent."""
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        own = {"BOARD_STATE": f"{folder}/state.db", "BOARD_LOG": f"{folder}/board.log"}
        with serving(warehouse, BOARD_NOW=NOW, **own) as address:
            reader = Reader(address)
            for page in PAGES:
                yield from _page(reader, page)
            reader.close()


def _page(reader: Reader, page: str) -> Iterator[Mark]:
    reader.open(page, {})
    taken = [_asked(reader, page, run) for run in range(RUNS)]
    for (name, limit), each in zip(_WAITS.items(), zip(*taken, strict=True), strict=True):
        yield Mark(f"{page}, server, {name} (s)", median(each), most=limit)


def _asked(reader: Reader, page: str, run: int) -> tuple[float, float, float]:
    last = date(2026, 10, 31) - timedelta(days=8 * (run + 1))
    first = last - timedelta(days=_DAYS - 1)
    link = {"range": "custom", "first": first.isoformat(), "last": last.isoformat()}
    complete = reader.open(page, link).seconds
    changed = reader.pick(_COMPARE, _OTHER).seconds
    return complete, changed, reader.open(page, link).seconds
