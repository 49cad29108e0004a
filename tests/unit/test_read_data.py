"""The real, dirty files: every cell as the csv module has it, and workbooks as the CSV beside."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from connectors.importing.find import find
from connectors.importing.read import read, read_many
from connectors.importing.source import Limits, Reading, Source

if TYPE_CHECKING:
    from pathlib import Path

INTERNATIONAL = "amazon_india_apparel/International sale Report"


def by_csv(path: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    """Names and rows of a file, each row with the line it starts on, by the csv module alone."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    reader = csv.reader(io.StringIO(text, newline=""))
    names = next(reader)
    rows: list[tuple[object, ...]] = []
    line = reader.line_num + 1
    for cells in reader:
        rows.append((line, *(cell or None for cell in cells)))
        line = reader.line_num + 1
    return names, rows


def test_the_daily_files_are_read_in_order(data: Path) -> None:
    sources = find([str(data / "online_retail/by-day")])
    assert len(sources) == 305
    total, height = Decimal(0), 0
    frames = read_many(sources, Reading(), Limits())
    for (source, frame), expected in zip(frames, sources, strict=True):
        assert source == expected
        height += frame.height
        for quantity, price in frame.select("Quantity", "UnitPrice").iter_rows():
            total += Decimal(quantity) * Decimal(price)
    assert height == 541_909
    assert round(total, 3) == Decimal("9747747.934")


@pytest.mark.parametrize(
    ("name", "height"),
    [
        ("online_retail/by-day/2010-12-01.csv.gz", 3_108),
        ("online_retail/by-day/2011-12-09.csv.gz", None),
        ("amazon_india_apparel/Amazon Sale Report.csv.gz", 128_976),
        (f"{INTERNATIONAL}.csv", 37_432),
        ("amazon_india_apparel/Sale Report.csv", 9_271),
        ("womens_clothing_reviews/Womens Clothing E-Commerce Reviews.csv.gz", 23_486),
        ("marketing_mix/dt_simulated_weekly.csv", 208),
    ],
)
def test_every_cell_and_line_is_as_the_csv_module_has_it(
    data: Path, name: str, height: int | None
) -> None:
    names, rows = by_csv(data / name)
    frame = read(Source(data / name, name), Reading(), Limits())
    assert frame.columns[1:] == [each or f"column_{n}" for n, each in enumerate(names, 1)]
    assert frame.rows() == rows
    assert height in (None, frame.height)


def shown(cell: str) -> set[str]:
    """How Excel showed a cell of the workbook when it was saved as CSV."""
    if cell == "VINIâ€™S AUTHENTIC INDIAN ETHNIC WEAR":
        return {"VINI’S AUTHENTIC INDIAN ETHNIC WEAR"}  # mended between the two files
    day = date.fromisoformat(cell)
    return {day.strftime(each) for each in ("%d-%m-%Y", "%d-%b", "%b-%y")}


def test_the_workbook_holds_what_the_csv_beside_it_does(data: Path) -> None:
    """Cell for cell, but for what Excel took for dates (21-Jun, the style Jan-41)."""
    workbook, text = (
        read(Source(data / f"{INTERNATIONAL}{suffix}", suffix), Reading(), Limits())
        for suffix in (".xlsx", ".csv")
    )
    assert workbook.columns == ["__line", "column_1", *text.columns[2:], "column_11"]
    equal = 0
    for ours, theirs in zip(workbook.iter_rows(), text.iter_rows(), strict=True):
        for mine, its in zip(ours[:-1], theirs, strict=True):
            equal += mine == its
            assert mine == its or its in shown(mine)
    assert equal == 37_432 * 11 - 51_701
