"""The rules that ship over the demo shop's two years: how late they find, how often they err."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo
from connectors.settings import Settings
from metrics.alarms.rule_files import default_rules
from tests.bench.marks import Mark
from tests.models.alarm_truth import scored

if TYPE_CHECKING:
    from collections.abc import Iterator

END = date(2026, 11, 22)
PLANTED, DAYS, FALSE = 8, 2, 2.0
"""What is planted; within how many days of mattering each is found; what a month may hold else."""


def marks() -> Iterator[Mark]:
    """Every day of the default demo shop judged by every rule that can look back."""
    with (
        tempfile.TemporaryDirectory(prefix="board-bench-") as folder,
        pytest.MonkeyPatch.context() as p,
    ):
        p.setenv("BOARD_NOW", f"{END + timedelta(days=1)}T10:00")
        warehouse = Path(folder) / "warehouse"
        settings = Settings(warehouse=str(warehouse), state=str(Path(folder) / "state.db"))
        run_demo(Arguments(END), settings, wait=1)
        score = scored(default_rules(), settings, warehouse)
    yield Mark("alarms, planted incidents found", len(score.delays), least=PLANTED)
    yield Mark("alarms, days from mattering, the latest", max(score.delays.values()), most=DAYS)
    yield Mark("alarms, false incidents a month", score.false_per_month, most=FALSE)
    for kind in ("tracking_outage", "warehouse_stop"):
        yield Mark(f"alarms, incidents of one {kind}", len(score.told.get(kind, [])), 1, 1)
