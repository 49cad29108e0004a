"""How long an import takes beside Polars reading the same files and writing one Parquet."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import polars as pl

from tests.bench.timing import Figure, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOWER = 5.0
MOST_BYTES = 2 * 2**30
RUNS = 5


def figures(files: list[Path]) -> Iterator[Figure]:
    """The time and the memory of importing all daily files, each run in a process of its own."""
    _polars(files)  # once to warm the files up
    pairs, memory = [], 0
    for _ in range(RUNS):
        ours = _import(files)
        pairs.append((ours["seconds"], seconds(lambda: _polars(files))))
        memory = max(memory, int(ours["bytes"]))
    mine, other = (median(column) for column in zip(*pairs, strict=True))
    ratio = median(a / b for a, b in pairs)
    yield Figure("import 541,909 rows / Polars to Parquet", mine, other, ratio, SLOWER)
    share = memory / MOST_BYTES
    yield Figure("import, peak memory / 2 GiB (GiB)", memory / 2**30, 2.0, share, 1.0)


def _polars(files: list[Path]) -> None:
    """Each file by itself, then one Parquet: what no import can do without."""
    as_text = {"InvoiceNo": pl.String, "StockCode": pl.String, "CustomerID": pl.String}
    frames = [pl.read_csv(file, schema_overrides=as_text) for file in files]
    with tempfile.TemporaryDirectory() as folder:
        pl.concat(frames, how="vertical_relaxed").write_parquet(Path(folder) / "all.parquet")


def _import(files: list[Path]) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        environment = {**os.environ, "BOARD_WAREHOUSE": f"{folder}/warehouse"}
        command = [sys.executable, "-m", "tests.bench.imports", str(files[0].parent)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _child(folder: str) -> None:
    """Imports in this process, and tells its time and peak memory.

    Python's start does not count, nor that of the libraries that load on first use: one file goes
    into a warehouse of its own before.
    """
    from connectors.importing.find import find
    from connectors.importing.run import named_job, run_import
    from connectors.settings import Settings, load_settings

    def run(path: str, settings: Settings) -> None:
        job, text = named_job("online_retail", "order_lines", find([path]), {})
        run_import(job, text, settings)

    settings = load_settings()
    first = min(Path(folder).iterdir())
    run(str(first), settings.model_copy(update={"warehouse": f"{settings.warehouse}-first"}))
    taken = seconds(lambda: run(folder, settings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": taken, "bytes": peak}))


if __name__ == "__main__":
    _child(sys.argv[1])
