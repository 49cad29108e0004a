"""The yardsticks of the sales forecast and of stock targets."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo
from connectors.settings import Settings
from metrics.models.forecast import forecast, make_panel
from tests.bench.marks import Mark
from tests.models.demand_truth import true_errors
from tests.models.forecast_yardsticks import SIMPLE, measured, over_all
from tests.models.online_retail import FOLDER, online_retail
from tests.models.shelves import fill_rate, intermittent, out_scores

if TYPE_CHECKING:
    from collections.abc import Iterator

SKUS, DAYS = 20_000, 365
END = date(2026, 6, 28)


def marks() -> Iterator[Mark]:
    """Every yardstick, in the order of the models."""
    if FOLDER.is_dir():
        yield from _retail()
    yield _truth()
    yield Mark("20,000 SKUs × 365 days: fit and forecast, s", _seconds(), most=60)
    for zeros, seed in ((0.70, 11), (0.77, 12), (0.84, 13)):
        name = f"Fill rate for 0.95, {zeros:.0%} zeros (Poisson 0.85-0.92)"
        yield Mark(name, fill_rate(intermittent(zeros, seed), seed), 0.94, 0.97)
    ours, cover = out_scores(intermittent(0.77, 14), 14)
    yield Mark(f"Out within 14 days: Brier (cover rule {cover:.3f})", ours, most=0.165)


def _retail() -> Iterator[Mark]:
    panel = online_retail()
    scores = measured(panel, range(1, 9))
    every, even = over_all(scores), over_all(scores[1::2])
    rules = {name: f"{every[f'wape_{name}']:.3f}" for name in SIMPLE}
    name = f"UCI 7 days: WAPE (naive {rules['seasonal_naive']}, level × weekday 0.614)"
    yield Mark(name, every["wape"], most=0.60)
    yield Mark("UCI 7 days: bias", every["bias"], -0.08, 0.08)
    yield Mark("UCI 7 days: RMSSE, origins 2, 4, 6, 8", even["rmsse"], most=0.585)
    for rule in SIMPLE:
        ratio = every["rmsse"] / every[f"rmsse_{rule}"]
        yield Mark(f"UCI 7 days: RMSSE / that of {rule}", ratio, most=1)
    yield Mark("UCI 7 days: P(actual ≤ 95 % quantile)", every["at_most_95"], 0.935, 0.965)
    yield Mark("UCI 7 days: coverage of the 80 % interval", every["coverage_80"], 0.78, 0.90)


def _truth() -> Mark:
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        warehouse, state = Path(folder) / "warehouse", Path(folder) / "state.db"
        settings = Settings(warehouse=str(warehouse), state=str(state))
        run_demo(Arguments(END), settings, wait=1)
        errors = true_errors(settings, END)
    name = f"Demo shop, true demand: WAPE / that of level × weekday ({errors['profile']:.3f})"
    return Mark(name, errors["blend"] / errors["profile"], most=0.9)


def _seconds() -> float:
    """Seconds for a large assortment, on the cores that there are."""
    random = np.random.default_rng(0)
    units = random.poisson(random.gamma(0.6, 0.8, SKUS)[:, None] * np.ones(DAYS))
    i, t = np.nonzero(units)
    sold = pl.DataFrame({"i": i, "t": t, "units": units[i, t]})
    day = pl.lit(date(2024, 1, 1)) + pl.duration(days="t")
    history = sold.select("units", sku=pl.format("s{}", "i"), day=day)
    start = perf_counter()
    forecast(make_panel(history))
    return perf_counter() - start
