"""The other way to every number: the csv module into SQLite, and plain SQL over the raw rows."""

from __future__ import annotations

import csv
import gzip
import sqlite3
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What is no product, read off the data by hand.
SERVICE_CODES = (
    "POST", "DOT", "C2", "M", "m", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK",
    "gift_0001_10", "gift_0001_20", "gift_0001_30", "gift_0001_40", "gift_0001_50",
)  # fmt: skip

_PERIODS = {
    "hour": "strftime('%Y-%m-%d %H:00:00', {t})",
    "day": "date({t})",
    "week": "date({t}, 'weekday 0', '-6 days')",
    "month": "date({t}, 'start of month')",
    "quarter": "printf('%s-%02d-01', strftime('%Y', {t}), (strftime('%m', {t}) - 1) / 3 * 3 + 1)",
    "year": "date({t}, 'start of year')",
}


def period(grain: str, time: str = "t") -> str:
    """The first day of a time's period in SQLite's own words; weeks begin on Monday."""
    return _PERIODS[grain].format(t=time)


def online_retail(data: Path) -> sqlite3.Connection:
    """All rows of all daily files as the table `raw`, service codes left out."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE every (invoice, code, q INTEGER, t, p REAL, customer, country)"
    )
    for file in sorted((data / "online_retail" / "by-day").iterdir()):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
            rows = csv.reader(text)
            next(rows)
            connection.executemany(
                "INSERT INTO every VALUES (?, ?, ?, ?, ?, nullif(?, ''), ?)",
                ((i, c, q, t, p, k, n) for i, c, _, q, t, p, k, n in rows),
            )
    marks = ", ".join("?" * len(SERVICE_CODES))
    connection.execute(
        f"CREATE TABLE raw AS SELECT * FROM every WHERE code NOT IN ({marks})", SERVICE_CODES
    )
    connection.execute("CREATE INDEX by_customer ON raw (customer, t)")
    return connection


def amazon_orders(data: Path) -> sqlite3.Connection:
    """The marketplace's order lines as the table `raw`: t is the date, month first in the file."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE raw (id, t, status, category, size, q INTEGER, amount REAL)")
    file = data / "amazon_india_apparel" / "Amazon Sale Report.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        connection.executemany(
            "INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''))",
            (
                (
                    row["Order ID"],
                    _month_first(row["Date"]),
                    row["Status"],
                    row["Category"],
                    row["Size"],
                    row["Qty"],
                    row["Amount"],
                )
                for row in csv.DictReader(text)
            ),
        )
    return connection


def amazon_international(data: Path) -> sqlite3.Connection:
    """The first 18,635 lines of the export business, before the file's second table, as `raw`."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE raw (t, customer, style, sku, q INTEGER, gross REAL, p REAL)")
    folder = data / "amazon_india_apparel"
    with (folder / "International sale Report.csv").open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        for _, day, _, customer, style, sku, _, quantity, price, gross in islice(rows, 18_635):
            values = (_month_first(day), customer, style, sku, quantity, gross, price)
            connection.execute("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    connection.execute("CREATE TABLE stock (sku, units)")
    with (folder / "Sale Report.csv").open(encoding="utf-8", newline="") as text:
        connection.executemany(
            "INSERT INTO stock VALUES (?, ?)",
            ((row["Product_SKU"], row["Stock_Level"]) for row in csv.DictReader(text)),
        )
    return connection


def _month_first(text: str) -> str:
    """04-30-22, 04-30-2022 and 4/30/2022 are all 30 April 2022."""
    month, day, year = (int(part) for part in text.replace("/", "-").split("-"))
    return f"{2000 + year % 100}-{month:02}-{day:02}"
