"""Exports as the trade's platforms write them: samples with invented contents, and variants."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAMPLES = Path(__file__).parent / "samples"
ORDERS = SAMPLES / "ExportOrderList201804170900.csv"
ITEMS = SAMPLES / "ExportOrderDetailList201804170900.csv"
SHOPIFY = SAMPLES / "orders_export_1.csv"
EVENTS = SAMPLES / "events_20240305.json"


def records(path: Path, encoding: str) -> list[dict[str, str]]:
    """The rows of a sample by header, blanks and the guard of numbers taken off."""
    rows = csv.reader(StringIO(path.read_bytes().decode(encoding)))
    header = [name.strip() for name in next(rows)]
    return [
        dict(zip(header, (each.removeprefix("=").strip('"') for each in row), strict=False))
        for row in rows
    ]


def write_rows(path: Path, rows: Sequence[Mapping[str, object]], encoding: str = "utf-8") -> Path:
    """A CSV file with the columns of the first row."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0], extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_workbook(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """A workbook as 千牛 writes it: one sheet called export, every cell a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([str(row.get(name, "")) for name in rows[0]])
    book.save(path)
    return path
