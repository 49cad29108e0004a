"""`make bench`: times as ratios within one run, models beside yardsticks; 1 when one fails."""

from __future__ import annotations

import os
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.settings import Settings
from tests.bench import (
    alarm_record,
    alarms,
    clients,
    demo,
    imports,
    lines,
    model_forecast,
    model_value,
    old_incidents,
    pages,
    queries,
    served,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.marks import Mark
    from tests.bench.timing import Figure

LINES = int(os.environ.get("BENCH_LINES", "10000000"))
DATA = Path(os.environ.get("BOARD_DATA", Path(__file__).parents[3] / "shared" / "data"))


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        settings = Settings(warehouse=str(Path(folder) / "warehouse"))
        return int(any(not figure.holds for figure in _figures(settings)))


def _figures(settings: Settings) -> list[Figure | Mark]:
    figures: list[Figure | Mark] = []
    every: Iterable[Figure | Mark] = chain(
        model_forecast.marks(),
        model_value.marks(),
        alarm_record.marks(),
        alarms.figures(),
        old_incidents.figures(),
        _imports(),
        demo.figures(),
        _queries(settings),
    )
    for figure in every:
        _say(str(figure))
        figures.append(figure)
    return figures


def _imports() -> Iterable[Figure]:
    files = sorted((DATA / "online_retail" / "by-day").glob("*.csv.gz"))
    if not files:
        _say(f"Imports are not measured: no files in {DATA} (BOARD_DATA names another folder).")
        return ()
    return imports.figures(files)


def _queries(settings: Settings) -> Iterable[Figure | Mark]:
    _say(f"Making {LINES:,} order lines ...")
    lines.build(settings, LINES)
    yield from queries.figures(settings)
    yield from pages.figures(Path(settings.warehouse))
    yield from served.figures(Path(settings.warehouse))
    yield from clients.figures(Path(settings.warehouse))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
