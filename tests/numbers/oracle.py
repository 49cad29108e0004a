"""The other way to every number: the csv module into SQLite, and plain SQL over the raw rows."""

from __future__ import annotations

import csv
import gzip
import sqlite3
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
    connection.execute(
        "CREATE TABLE raw (id, t, status, channel, category, size, q INTEGER, amount REAL, state)"
    )
    file = data / "amazon_india_apparel" / "Amazon Sale Report.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            month, day, year = row["Date"].split("-")
            connection.execute(
                "INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, ''), upper(trim(?)))",
                (
                    row["Order ID"],
                    f"{2000 + int(year) % 100}-{month}-{day}",
                    row["Status"],
                    row["Sales Channel "] if "Sales Channel " in row else row["Sales Channel"],
                    row["Category"],
                    row["Size"],
                    int(row["Qty"]),
                    row["Amount"],
                    row["ship-state"],
                ),
            )
    return connection
