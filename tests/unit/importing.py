"""The import command as tests call it, and its tables read past the code under test."""

from __future__ import annotations

import csv
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import duckdb

from connectors.__main__ import main
from connectors.cli import run_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MAPPING = """
title = "Shop"
currency = "CNY"
document = "cast(day as varchar)"
version = "revision"
amount = "quantity * price"
[columns]
day = { from = "Day", kind = "date", formats = ["%Y-%m-%d"], required = true }
order_id = { from = "Order", required = true }
sku_id = { from = ["SKU", "Code"], required = true }
quantity = { from = "Qty", kind = "integer", required = true }
price = { from = "Price", kind = "decimal" }
revision = { from = "Revision", kind = "integer", optional = true }
[derived]
shop_id = "'shop'"
[rules.samples]
when = "price = 0"
[rules.gifts]
when = "sku_id = 'gift'"
default = false
[[feeds]]
table = "order_lines"
when = "quantity > 0"
numbered = { line_id = "sku_id" }
columns = { ordered_at = "day", unit_price = "price" }
[[feeds]]
table = "returns"
when = "quantity < 0"
numbered = { line_id = "sku_id" }
columns.return_id = "order_id"
columns.refunded_at = "day"
columns.quantity = "-quantity"
columns.refund_amount = "-quantity * price"
[[feeds]]
table = "shops"
columns = { name = "'The shop'" }
"""
HEADER = "Day Order SKU Qty Price"
MONDAY = [
    ("2024-06-17", "1", "a", 2, 10),
    ("2024-06-17", "1", "a", 1, 9.99),  # the same product again: a line of its own
    ("2024-06-17", "1", "b", 1, 5),
    ("2024-06-17", "2", "gift", 1, 1),
    ("2024-06-17", "2", "a", 1, 0),  # a sample
    ("2024-06-17", "3", "a", "one", 10),  # rejected
    ("2024-06-17", "R1", "b", -1, 5),
]
TUESDAY = [("2024-06-18", "4", "a", 1, 10), ("2024-06-18", "5", "b", 3, 5)]
FATES = ("loaded", "updated", "unchanged")


@dataclass
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What it printed as JSON."""
        assert self.code == 0, self.err
        given: dict[str, Any] = json.loads(self.out)
        return given


@dataclass
class Board:
    """A warehouse of its own in `folder`, and the commands on it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object) -> Done:
        """Runs `python -m connectors` with `arguments`, in this process."""
        given = {"WAREHOUSE": str(self.folder), "LANGUAGE": "en", **self.settings}
        environment = {f"BOARD_{name}": value for name, value in given.items()}
        out, err = StringIO(), StringIO()
        with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(err):
            code = run_command(lambda: main([str(each) for each in arguments]))
        return Done(code, out.getvalue(), err.getvalue())

    def imported(self, table: str, mapping: object, *rest: object) -> dict[str, Any]:
        """The report of an import that must succeed; paths and options are in `rest`."""
        done = self.run("import", *rest, "--as", table, "--mapping", mapping, "--json")
        report = done.report
        named = [*report["excluded"].values(), *report["rejected"].values()]
        assert report["read"] == sum(report[fate] for fate in FATES) + sum(named)
        return report

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of plain SQL on the current generation."""
        name = json.loads((self.folder / "current").read_bytes())["generation"]
        with duckdb.connect(self.folder / f"generation-{name}.duckdb", read_only=True) as warehouse:
            return warehouse.execute(query).fetchall()

    def rows(self, table: str, without: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Every row of a table, in an order of its own."""
        left_out = f" EXCLUDE ({', '.join(without)})" if without else ""
        return self.sql(f"SELECT *{left_out} FROM {table} ORDER BY ALL")


def write_csv(path: Path, header: str, rows: Iterable[Sequence[object]]) -> Path:
    """A CSV file with the column names in `header`, separated by blanks."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)
    return path
