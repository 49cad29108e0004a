"""A morning's check: the rules that ship over 20,000 SKUs in six warehouses."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from connectors.engines import connect, open_for_import
from connectors.schema import stock_daily
from connectors.state import open_alarms
from metrics import Access
from metrics.alarms.asking import Asking
from metrics.alarms.check import check
from metrics.alarms.rule_files import default_rules, read_rules
from tests.bench.timing import Figure, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.settings import Settings

LIMIT = 10.0
"""Seconds that may pass."""
SKUS, WAREHOUSES, DAYS = 20_000, 6, 14
_EACH = """
[every_shelf]
kind = "threshold"
title = "Nothing left on a shelf"
metric = "available"
by = ["sku", "warehouse"]
group = ["warehouse"]
below = 1
"""
_SQL = "SELECT sku_id, warehouse_id, sum(on_hand - reserved) FROM stock_daily GROUP BY ALL"


def figures(settings: Settings) -> Iterator[Figure]:
    """The check of all rules beside one plain SQL question over the stock.

    Here the ratio is to the time that may pass.
    """
    build(settings)
    rules = (*default_rules(), *read_rules(_EACH, "bench"))
    asking = Asking(connect(settings.warehouse, settings), Access("bench"), settings)
    with tempfile.TemporaryDirectory(prefix="board-bench-") as folder:
        state = open_alarms(settings.model_copy(update={"state": str(Path(folder) / "s.db")}))
        mine = seconds(lambda: check(replace(asking, _frames={}), state, rules))
    bare = seconds(lambda: _bare(settings))
    asking.connector.close()
    yield Figure(
        f"alarms, {SKUS:,} SKUs × {WAREHOUSES} / {LIMIT:g} s", mine, bare, mine / LIMIT, 1.0
    )


def build(settings: Settings) -> None:
    """Two weeks of stock, one shelf in fifty empty."""
    os.environ["BOARD_NOW"] = "2026-11-01T09:00"
    shelves = pl.select(i=pl.int_range(SKUS * WAREHOUSES * DAYS)).lazy()
    sku, day = pl.col("i") % SKUS, pl.col("i") // (SKUS * WAREHOUSES)
    frame = shelves.select(
        stock_date=pl.date(2026, 10, 31) - pl.duration(days=day),
        warehouse_id=pl.format("w-{}", pl.col("i") // SKUS % WAREHOUSES),
        sku_id=pl.format("sku-{}", sku),
        skc_id=pl.format("skc-{}", sku // 4),
        on_hand=pl.when(pl.col("i") % 50 == 0).then(0).otherwise(20),
        reserved=pl.lit(0),
    ).collect()
    with open_for_import(settings.warehouse, settings, wait=0, what="bench") as writer:
        writer.append(stock_daily, frame)


def _bare(settings: Settings) -> object:
    import duckdb

    newest = max(Path(settings.warehouse).glob("*.duckdb"))
    with duckdb.connect(str(newest), read_only=True) as connection:
        return connection.execute(_SQL).pl()
