"""Twenty readers at once: no errors, waits beside those of one alone, and memory that stays.

Each clicks every ten seconds. Every other click asks what nobody has asked: a range of its own,
another comparison, another page; the next goes back to what the reader has seen before. They are
not in step: while one half asks, the other goes back. `python -m tests.bench.clients WAREHOUSE`
measures any warehouse.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from statistics import mean, quantiles
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.marks import Mark
from tests.bench.reader import PAGES, Reader
from tests.bench.timing import Figure
from tests.bench.waits import COMPARE, OTHER, last_day, morning_after
from tests.browser.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from tests.bench.reader import Seen
    from tests.browser.server import Running

MINUTES = float(os.environ.get("BENCH_MINUTES", "10"))
CLIENTS, EVERY_SECONDS = 20, 10.0
SLOWEST, GROWN = 3.0, 1.1
ALONE = max(int(MINUTES * 6), 12)
"""Clicks of the one reader, one after the other."""
_WARM, _SAMPLED = 0.2, 2.0
"""The share of the time after which memory has to stay, and the seconds between two looks."""
_TENTH, _TOLD = 0.1, 12
_LATE = 3
"""How many views back a reader goes."""

Link = dict[str, str]


class View(NamedTuple):
    """What a reader has in front of them."""

    page: str
    link: Link


def figures(warehouse: Path) -> Iterator[Figure | Mark]:
    """Errors, the slow waits of twenty beside those of one, and memory at the end."""
    last = last_day(warehouse)
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        own = {"BOARD_STATE": f"{folder}/state.db", "BOARD_LOG": f"{folder}/board.log"}
        with running(warehouse, BOARD_NOW=morning_after(last), **own) as server:
            alone = _alone(server.address, last)
            together, used = _together(server, last)
        logged = _logged(Path(own["BOARD_LOG"]))
    problems = [each for seen in (*alone, *together) for each in seen.problems]
    for text, times in Counter([*problems, *logged]).most_common(_TOLD):
        print(f"  {times} × {text}", flush=True)
    yield Mark(f"{len(together)} clicks of {CLIENTS} readers, errors", len(problems), most=0)
    many, one = _slow(together), _slow(alone)
    yield Figure(f"{CLIENTS} readers, p95 / that of one", many, one, many / one, SLOWEST)
    yield Mark(f"{CLIENTS} readers, memory at the end / when warm", _grown(used), most=GROWN)
    yield Mark(f"{CLIENTS} readers, memory at the end (MiB)", used[-1] / 1024)


def _alone(address: str, last: date) -> list[Seen]:
    """One reader after all pages were opened once, so that the server is warm."""
    reader = Reader(address)
    for page in PAGES:
        reader.open(page, {})
    clicks = _clicks(reader, Random(0), last)
    seen = [next(clicks)() for _ in range(ALONE)]
    reader.close()
    return seen


def _together(server: Running, last: date) -> tuple[list[Seen], list[int]]:
    used: list[int] = []
    done = Event()
    watch = Thread(target=_watch, args=(server.pid, used, done))
    watch.start()
    end = monotonic() + MINUTES * 60
    with ThreadPoolExecutor(CLIENTS) as pool:
        read = partial(_read, server.address, last, end)
        every = list(pool.map(read, range(1, CLIENTS + 1)))
    done.set()
    watch.join()
    return list(chain.from_iterable(every)), used


def _read(address: str, last: date, end: float, number: int) -> list[Seen]:
    """One of many: a click every ten seconds, not all at the same moment."""
    reader, pause, seen = Reader(address), Event(), []
    clicks = _clicks(reader, Random(number), last)
    if number % 2:
        clicks = chain([partial(reader.open, PAGES[0], {})], clicks)
    due = monotonic() + EVERY_SECONDS * (number - 1) / CLIENTS
    while due < end:
        pause.wait(max(due - monotonic(), 0))
        seen.append(next(clicks)())
        due += EVERY_SECONDS
    reader.close()
    return seen


def _clicks(reader: Reader, random: Random, last: date) -> Iterator[Callable[[], Seen]]:
    """What a reader does next, without end: something new, then back to something seen."""
    past: list[View] = []
    while True:
        view = View(random.choice(PAGES), _range(random, last))
        yield partial(reader.open, *view)
        past.append(view)
        yield partial(reader.open, *random.choice(past[-_LATE:]))
        page, link = random.choice(past[-_LATE:])
        yield partial(reader.pick, COMPARE, OTHER)
        yield partial(reader.open, page, link)
        view = View(random.choice(PAGES), random.choice(past[-_LATE:]).link)
        yield partial(reader.open, *view)
        past.append(view)
        yield partial(reader.open, *past[-2])


def _range(random: Random, newest: date) -> Link:
    """Days of which hardly anyone has asked."""
    last = newest - timedelta(days=random.randrange(300))
    first = last - timedelta(days=random.randrange(6, 56))
    return {"range": "custom", "first": first.isoformat(), "last": last.isoformat()}


def _watch(pid: int, used: list[int], done: Event) -> None:
    while not done.wait(_SAMPLED):
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True)
        used.append(int(told.stdout))


def _logged(log: Path) -> list[str]:
    """The last line of each traceback: what the ids that were shown stand for."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    events = [json.loads(line) for line in lines]
    return [each["exception"].splitlines()[-1] for each in events if "exception" in each]


def _slow(seen: list[Seen]) -> float:
    return quantiles((each.seconds for each in seen), n=20)[-1]


def _grown(used: list[int]) -> float:
    """The memory of the last tenth beside that of the tenth after the first minutes."""
    tenth, warm = max(int(len(used) * _TENTH), 1), int(len(used) * _WARM)
    return mean(used[-tenth:]) / mean(used[warm : warm + tenth])


if __name__ == "__main__":
    for mark in figures(Path(sys.argv[1])):
        print(mark, flush=True)
