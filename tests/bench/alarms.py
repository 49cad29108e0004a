"""A morning's check: the rules that ship, 20,000 SKUs in six warehouses, and all their facts."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from connectors.engines import connect
from connectors.settings import Settings
from connectors.state import Target, open_alarms, open_state
from metrics import Access
from metrics.alarms.asking import Asking
from metrics.alarms.check import check
from metrics.alarms.rule_files import default_rules
from tests.bench.alarm_shop import build
from tests.bench.alarm_shop_rows import LAST, SKUS, WAREHOUSES
from tests.bench.marks import Mark
from tests.bench.timing import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS, PROCESSOR = 10.0, 15.0
"""Seconds that may pass on two cores, and seconds of their time."""


class Taken(NamedTuple):
    """What a check took, in seconds, and the rules that judged nothing."""

    passed: float
    processor: float
    idle: tuple[str, ...]


def figures() -> Iterator[Figure | Mark]:
    """The first check of a board, which judges more days than those after it; the better of two.

    What else a shared machine does takes time as well, and the first one reads what was just built.
    """
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        settings = Settings(warehouse=f"{folder}/warehouse", state=f"{folder}/state.db")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BOARD_NOW", f"{LAST + timedelta(days=1)}T09:45")
            build(settings)
            taken = min(checked(settings) for _ in range(2))
    shop = f"alarms, {SKUS:,} SKUs × {WAREHOUSES}"
    for what, took, most in (
        (f"{shop} / {SECONDS:g} s", taken.passed, SECONDS),
        (f"{shop} / {PROCESSOR:g} s (CPU)", taken.processor, PROCESSOR),
    ):
        yield Figure(what, took, most, took / most, 1.0)
    yield Mark("alarms, rules that had nothing to judge there", len(taken.idle), most=0)


def checked(settings: Settings) -> Taken:
    """A check in a new state, where the month has a target."""
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        own = settings.model_copy(update={"state": str(Path(folder) / "state.db")})
        month = Target(
            metric="paid_sales",
            start=LAST.replace(day=1),
            end=LAST + timedelta(days=1),
            amount=6_000_000.0,
        )
        open_state(own).put(month, "bench")
        asking = Asking(connect(own.warehouse, own), Access("bench"), own)
        begun, used = perf_counter(), process_time()
        found = check(asking, open_alarms(own), default_rules())
        taken = perf_counter() - begun, process_time() - used
        asking.connector.close()
    return Taken(*taken, tuple(each.rule.name for each in found if not each.judged))


if __name__ == "__main__":
    for each in figures():
        print(each)
