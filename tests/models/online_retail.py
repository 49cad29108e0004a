"""UCI Online Retail as the yardsticks of the forecast read it, by the csv module alone."""

from __future__ import annotations

import csv
import gzip
import os
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from metrics.models.forecast import make_panel

if TYPE_CHECKING:
    from metrics.models.forecast import Panel

FOLDER = (
    Path(os.environ.get("BOARD_DATA", Path(__file__).parents[3] / "shared" / "data"))
    / "online_retail"
    / "by-day"
)
LEAST_SELLING_DAYS = 15
FIRST_SOLD_BEFORE = date(2011, 8, 1)


def online_retail() -> Panel:
    """Positive price, quantity in 1 … 1,999, five digits first; ≥ 15 selling days, first by July.

    2,730 SKUs over 374 days; stock codes are taken as written.
    """
    units: defaultdict[tuple[str, date], int] = defaultdict(int)
    amount: defaultdict[tuple[str, date], float] = defaultdict(float)
    for file in sorted(FOLDER.glob("*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                code, quantity = row["StockCode"], int(row["Quantity"])
                price = float(row["UnitPrice"])
                if code[:5].isdigit() and len(code) >= 5 and price > 0 and 0 < quantity < 2000:
                    key = code, date.fromisoformat(row["InvoiceDate"][:10])
                    units[key] += quantity
                    amount[key] += quantity * price
    rows = [(*key, sold, amount[key] / sold) for key, sold in units.items()]
    history = pl.DataFrame(rows, schema=["sku", "day", "units", "price"], orient="row")
    days = history.group_by("sku").agg(days=pl.len(), first=pl.col("day").min())
    kept = days.filter(
        pl.col("days") >= LEAST_SELLING_DAYS, pl.col("first") < pl.lit(FIRST_SOLD_BEFORE)
    )
    return make_panel(history.join(kept.select("sku"), on="sku").sort("sku", "day"))


def until(panel: Panel, days: int) -> Panel:
    """What was known after the first `days` days."""
    columns = ("units", "open", "price", "promoted")
    return replace(panel, **{name: getattr(panel, name)[:, :days] for name in columns})
