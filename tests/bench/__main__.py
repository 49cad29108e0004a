"""`make bench`: every figure as a ratio within one run; exit code 1 when one is above its limit."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from connectors.settings import Settings
from tests.bench import lines, queries

LINES = int(os.environ.get("BENCH_LINES", "10000000"))


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        settings = Settings(warehouse=str(Path(folder) / "warehouse"))
        print(f"Making {LINES:,} order lines ...", flush=True)
        lines.build(settings, LINES)
        figures = []
        for figure in queries.figures(settings):
            print(figure, flush=True)
            figures.append(figure)
    return int(any(figure.ratio > figure.limit for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
