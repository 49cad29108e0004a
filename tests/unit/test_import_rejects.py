"""Rejected rows as a sheet: safe to open, and only what was mended in it counts."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from connectors.errors import UserError
from connectors.importing.reject_sheet import changes_in, reject_sheet, rows_of
from connectors.importing.source import Source
from connectors.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

RAW = [
    {"Order": "1", "Qty": "one", "Note": "=1+1", "reason": "late"},
    {"Order": "2", "Qty": None, "Note": "-5", "reason": None},
]


@pytest.fixture
def rows() -> pl.DataFrame:
    rejects = {
        "line": [4, 9],
        "reason": ["Qty: not a whole number", "Qty: empty"],
        "row": [json.dumps(row) for row in RAW],
    }
    return rows_of(pl.DataFrame(rejects))


def _sheet(rows: pl.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(reject_sheet(rows).decode("utf-8-sig"))))


def _changes(folder: Path, sheet: list[list[str]], rows: pl.DataFrame) -> object:
    file = folder / "rejects.csv"
    with file.open("w", newline="", encoding="utf-8") as sink:
        csv.writer(sink).writerows(sheet)
    return changes_in(Source(file, file.name), rows, Settings())


def test_the_sheet_runs_nothing(rows: pl.DataFrame) -> None:
    head, first, second = _sheet(rows)
    assert head == ["line", "reason", "Order", "Qty", "Note", "reason (2)"]
    assert first == ["4", "Qty: not a whole number", "1", "one", "'=1+1", "late"]
    assert second == ["9", "Qty: empty", "2", "", "'-5", ""]


def test_a_sheet_that_nobody_touched_changes_nothing(tmp_path: Path, rows: pl.DataFrame) -> None:
    assert _changes(tmp_path, _sheet(rows), rows) == {}


def test_mended_cells_count_by_line_and_column(tmp_path: Path, rows: pl.DataFrame) -> None:
    head, first, second = _sheet(rows)
    second[3], first[5], first[1] = "7", "early", "what I did"
    stranger = ["12", "", "9", "9", "9", "9"]
    changes = _changes(tmp_path, [head, second, stranger, first], rows)
    assert changes == {9: {"Qty": "7"}, 4: {"reason": "early"}}


def test_a_sheet_of_something_else_is_refused(tmp_path: Path, rows: pl.DataFrame) -> None:
    with pytest.raises(UserError, match=r"rejects\.csv lacks the column 'line'"):
        _changes(tmp_path, [["a", "b"], ["1", "2"]], rows)
