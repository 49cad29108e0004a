"""Public purchase histories, read with the csv module, cut into a past and a future."""

from __future__ import annotations

import csv
import gzip
import os
from collections import defaultdict
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATA = Path(os.environ.get("BOARD_DATA", Path(__file__).parents[3] / "shared" / "data"))
UCI = DATA / "online_retail" / "by-day"
CDNOW = Path(__file__).parent / "data" / "cdnow_sample.csv.gz"


class Purchase(NamedTuple):
    """What a customer paid on a day, for purchases of one order."""

    customer: str
    order: str
    day: date
    amount: float


def cdnow() -> list[Purchase]:
    """The CDNOW sample: 2,357 customers of 1997's first quarter, to June 1998."""
    with gzip.open(CDNOW, "rt", encoding="utf-8") as lines:
        return [
            Purchase(row["customer"], "", date.fromisoformat(row["day"]), float(row["amount"]))
            for row in csv.DictReader(lines)
        ]


def uci() -> list[Purchase]:
    """UCI Online Retail: lines of known customers with a positive price and quantity."""
    return [each for file in sorted(UCI.glob("*.csv.gz")) for each in _uci_day(file)]


def _uci_day(file: Path) -> Iterator[Purchase]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            amount = float(row["Quantity"]) * float(row["UnitPrice"])
            if row["CustomerID"] and amount > 0 and not row["InvoiceNo"].startswith("C"):
                day = datetime.fromisoformat(row["InvoiceDate"]).date()
                yield Purchase(row["CustomerID"], row["InvoiceNo"], day, amount)


class History(NamedTuple):
    """A customer's past up to a day, and what came after it."""

    days: list[date]
    amounts: list[float]
    later: int


def histories(purchases: Iterable[Purchase], cut: date, end: date) -> dict[str, History]:
    """Of customers who bought before `cut`: days and their amounts, and days in [cut, end)."""
    spent: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for each in purchases:
        spent[each.customer][each.day] += each.amount
    found = {}
    for customer, by_day in sorted(spent.items()):
        days = sorted(day for day in by_day if day < cut)
        if days:
            later = sum(cut <= day < end for day in by_day)
            found[customer] = History(days, [by_day[day] for day in days], later)
    return found


def weekly(found: dict[str, History], as_of: date) -> pl.DataFrame:
    """The published statistics: weeks, whole days; `spend` is the mean of the repeats."""
    rows = [
        {
            "repeats": len(each.days) - 1,
            "last": (each.days[-1] - each.days[0]).days / 7,
            "age": (as_of - each.days[0]).days / 7,
            "purchases": len(each.days) - 1,
            "spend": sum(each.amounts[1:]) / max(len(each.days) - 1, 1),
            "later": each.later,
        }
        for each in found.values()
    ]
    return pl.DataFrame(rows)


def daily(found: dict[str, History]) -> pl.DataFrame:
    """`customer_id`, `day`, `amount`: a row for each day of the past on which a customer bought."""
    rows = [
        (customer, day, amount)
        for customer, each in found.items()
        for day, amount in zip(each.days, each.amounts, strict=True)
    ]
    return pl.DataFrame(rows, schema=["customer_id", "day", "amount"], orient="row")


def auc(scores: Iterable[float], hits: Iterable[bool]) -> float:
    """The chance that a hit scores above a miss, ties counting half (Mann and Whitney)."""
    won = misses = hit_total = 0.0
    ranked = sorted(zip(scores, hits, strict=True))
    for _, level in groupby(ranked, key=itemgetter(0)):
        outcomes = [hit for _, hit in level]
        hit_count, miss_count = sum(outcomes), len(outcomes) - sum(outcomes)
        won += hit_count * (misses + miss_count / 2)
        misses += miss_count
        hit_total += hit_count
    return won / (hit_total * misses)
