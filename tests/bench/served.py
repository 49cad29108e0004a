"""How long the server takes for a page: a range never asked for, another comparison, a repeat.

`python -m tests.bench.served WAREHOUSE` measures any warehouse.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.days import last_day, morning_after, range_of
from tests.bench.marks import Mark
from tests.bench.pages import COMPLETE, FILTER, REPEAT
from tests.bench.reader import PAGES, Reader
from tests.browser.server import ROOT, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

RUNS = 3
_COMPARE, _OTHER = "Compare with", "Last year, same weekdays"
_WAITS = {"complete": COMPLETE, "filter change": FILTER, "repeat": REPEAT}
_APART = 8
"""Days between two ranges: other weekdays, mostly the same weeks."""


def figures(warehouse: Path) -> Iterator[Mark]:
    """The medians of each page in seconds, from a reader's message until all was sent."""
    last = last_day(warehouse)
    with calm_board(warehouse, last) as address:
        reader = Reader(address)
        for page in PAGES:
            yield from _page(reader, page, last)
        reader.close()


@contextmanager
def calm_board(warehouse: Path, last: date) -> Iterator[str]:
    """A board whose alarms have judged what there is: its check would run beside the pages."""
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        own = {"BOARD_STATE": f"{folder}/state.db", "BOARD_LOG": f"{folder}/board.log"}
        own |= {"BOARD_NOW": morning_after(last)}
        check = [sys.executable, "-m", "metrics", "alarms", "check"]
        env = {**os.environ, "BOARD_WAREHOUSE": str(warehouse), **own}
        subprocess.run(check, cwd=ROOT, env=env, check=True, capture_output=True)
        with serving(warehouse, **own) as address:
            yield address


def _page(reader: Reader, page: str, last: date) -> Iterator[Mark]:
    reader.open(page, {})
    taken = [_asked(reader, page, range_of(last, _APART * (run + 1))) for run in range(RUNS)]
    for (name, limit), each in zip(_WAITS.items(), zip(*taken, strict=True), strict=True):
        yield Mark(f"{page}, server, {name} (s)", median(each), most=limit)


def _asked(reader: Reader, page: str, link: dict[str, str]) -> tuple[float, float, float]:
    complete = reader.open(page, link).seconds
    changed = reader.pick(_COMPARE, _OTHER).seconds
    return complete, changed, reader.open(page, link).seconds


if __name__ == "__main__":
    for mark in figures(Path(sys.argv[1])):
        print(mark, flush=True)
