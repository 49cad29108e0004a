"""How long the server takes for a page: a range never asked for, another comparison, a repeat.

`python -m tests.bench.served WAREHOUSE` measures any warehouse.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.marks import Mark
from tests.bench.reader import PAGES, Reader
from tests.bench.waits import COMPARE, COMPLETE, FILTER, OTHER, REPEAT, board, last_day, range_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

RUNS = 3
_WAITS = {"complete": COMPLETE, "filter change": FILTER, "repeat": REPEAT}
_APART = 8
"""Days between two ranges: other weekdays, mostly the same weeks."""


def figures(warehouse: Path) -> Iterator[Mark]:
    """The medians of each page in seconds, from a reader's message until all was sent."""
    last = last_day(warehouse)
    for page in PAGES:
        with board(warehouse, last) as server:
            reader = Reader(server.address)
            yield from _page(reader, page, last)
            reader.close()


def _page(reader: Reader, page: str, last: date) -> Iterator[Mark]:
    reader.open(page, {})
    taken = [_asked(reader, page, range_of(last, _APART * (run + 1))) for run in range(RUNS)]
    for (name, limit), each in zip(_WAITS.items(), zip(*taken, strict=True), strict=True):
        yield Mark(f"{page}, server, {name} (s)", median(each), most=limit)


def _asked(reader: Reader, page: str, link: dict[str, str]) -> tuple[float, float, float]:
    complete = reader.open(page, link).seconds
    changed = reader.pick(COMPARE, OTHER).seconds
    return complete, changed, reader.open(page, link).seconds


if __name__ == "__main__":
    for mark in figures(Path(sys.argv[1])):
        print(mark, flush=True)
