"""What the demo shop costs: processor time by size, and the memory of the default one."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.bench.timing import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (25_000, 50_000, 100_000)
DEFAULT = 150_000
MOST_SECONDS = 90.0
"""Processor time of the default size: 45 seconds on two cores."""
MOST_BYTES = 1.5 * 2**30
END = date(2025, 11, 20)


def figures() -> Iterator[Figure]:
    """Processor time that grows no faster than orders do, and both promises of the default size."""
    taken = {orders: _built(orders)["seconds"] for orders in SIZES}
    for fewer, more in pairwise(SIZES):
        grown = taken[fewer] * more / fewer
        name = f"demo, {more:,} orders / {more // fewer} × {fewer:,} (CPU)"
        yield Figure(name, taken[more], grown, taken[more] / grown, 1.0)
    whole = _built(DEFAULT)
    share = whole["seconds"] / MOST_SECONDS
    yield Figure(f"demo, {DEFAULT:,} orders / 45 s × 2 (CPU)", whole["seconds"], 90.0, share, 1.0)
    share, used = whole["bytes"] / MOST_BYTES, whole["bytes"] / 2**30
    yield Figure("demo, peak memory / 1.5 GiB (GiB)", used, 1.5, share, 1.0)


def _built(orders: int) -> dict[str, float]:
    """Processor seconds and peak bytes of a shop that a process of its own builds."""
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        own = {"BOARD_WAREHOUSE": f"{folder}/warehouse", "BOARD_STATE": f"{folder}/state.db"}
        now = {"BOARD_NOW": (END + timedelta(days=1)).isoformat()}  # sales of late are forecast
        command = [sys.executable, "-m", "tests.bench.demo", str(orders)]
        environment = {**os.environ, **own, **now}
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _child(orders: int) -> None:
    from connectors.demo.arguments import Arguments
    from connectors.demo.run import run_demo
    from connectors.settings import load_settings

    run_demo(Arguments(END, orders=orders), load_settings(), wait=1)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    print(json.dumps({"seconds": seconds, "bytes": used.ru_maxrss * 1024}))


if __name__ == "__main__":
    _child(int(sys.argv[1]))
