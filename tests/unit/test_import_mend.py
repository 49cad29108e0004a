"""Mended rejects, against the tables that the mended file as a whole would have made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from connectors.errors import UserError
from connectors.importing.mend import mend
from connectors.settings import Settings
from tests.unit.importing import HEADER, MAPPING, MONDAY, Board, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BAD = "SELECT file, line, reason FROM board_rejects ORDER BY ALL"
REASON = "Qty: not a whole number"


def _settings(board: Board) -> Settings:
    state = board.folder.parent / "state.db"
    return Settings(warehouse=str(board.folder), state=str(state), time_zone="Asia/Shanghai")


def test_a_mended_row_is_loaded_with_its_document(
    board: Board, another: Callable[[str], Board], mapping: Path, monday: Path, tmp_path: Path
) -> None:
    board.imported("order_lines", mapping, monday)
    assert board.sql(BAD) == [("monday.csv", 7, REASON)]
    report = mend(_settings(board), "shop", "monday.csv", {7: {"Qty": "1"}}, wait=0)
    assert (report.loaded, report.updated, report.unchanged) == (1, 0, 5)
    assert (report.excluded, report.rejected, report.removed) == ({"samples": 1}, {}, 0)
    assert board.sql(BAD) == []
    right = [row if row[3] != "one" else (*row[:3], 1, row[4]) for row in MONDAY]
    other = another("other")
    other.imported("order_lines", mapping, write_csv(tmp_path / "right.csv", HEADER, right))
    assert board.rows("order_lines") == other.rows("order_lines")
    assert board.rows("returns") == other.rows("returns")


def test_documents_that_hold_no_reject_stay_as_later_files_stated_them(
    board: Board, mapping: Path, tmp_path: Path
) -> None:
    days = [("2024-06-17", "1", "a", 2, 10), ("2024-06-18", "2", "a", "x", 10)]
    board.imported("order_lines", mapping, write_csv(tmp_path / "both.csv", HEADER, days))
    later = write_csv(tmp_path / "later.csv", HEADER, [("2024-06-17", "1", "a", 5, 10)])
    board.imported("order_lines", mapping, later)
    report = mend(_settings(board), "shop", "both.csv", {3: {"Qty": "3"}}, wait=0)
    assert (report.read, report.loaded) == (1, 1)
    found = board.sql("SELECT order_id, quantity FROM order_lines ORDER BY ALL")
    assert found == [("1", 5), ("2", 3)]


def test_what_is_not_mended_stands_at_its_line_and_can_be_mended_next(
    board: Board, mapping: Path, tmp_path: Path
) -> None:
    rows = [
        ("2024-06-17", "1", "a", 2, 10),
        ("17 June", "1", "b", 1, 5),  # of a day that nobody can tell yet
        ("2024-06-17", "1", 'c "x",\ny', "x", 10),
        ("2024-06-18", "2", "a", 1, 10),
    ]
    board.imported("order_lines", mapping, write_csv(tmp_path / "f.csv", HEADER, rows))
    date = ("f.csv", 3, "Day: not a date as declared")
    assert board.sql(BAD) == [date, ("f.csv", 4, REASON)]
    settings = _settings(board)
    report = mend(settings, "shop", "f.csv", {4: {"Qty": "4"}}, wait=0)
    assert (report.read, report.loaded, report.unchanged) == (3, 1, 1)
    assert board.sql(BAD) == [date]
    mend(settings, "shop", "f.csv", {3: {"Day": "2024-06-17"}}, wait=0)
    assert board.sql(BAD) == []
    found = board.sql("SELECT order_id, sku_id, quantity FROM order_lines ORDER BY ALL")
    assert found == [("1", "a", 2), ("1", "b", 1), ("1", 'c "x",\ny', 4), ("2", "a", 1)]
    before = board.rows("order_lines")
    assert board.run("rebuild").code == 0
    assert (board.rows("order_lines"), board.sql(BAD)) == (before, [])


def test_without_documents_occurrences_are_counted_over_the_whole_file(
    board: Board, tmp_path: Path
) -> None:
    mapping = tmp_path / "shop.toml"
    mapping.write_text(MAPPING.replace('document = "cast(day as varchar)"\n', ""))
    rows = [("2024-06-17", "1", "a", 2, 10), ("2024-06-17", "1", "a", "x", 10)]
    board.imported("order_lines", mapping, write_csv(tmp_path / "f.csv", HEADER, rows))
    mend(_settings(board), "shop", "f.csv", {3: {"Qty": "3"}}, wait=0)
    found = board.sql("SELECT line_id, quantity FROM order_lines ORDER BY ALL")
    assert found == [("a#1", 2), ("a#2", 3)]


def test_json_lines_are_mended_as_json(board: Board, mapping: Path, tmp_path: Path) -> None:
    records = [
        {"Day": "2024-06-17", "Order": "1", "SKU": "a", "Qty": 2, "Price": 10},
        {"Day": "2024-06-17", "Order": "2", "SKU": "b", "Qty": "x", "Price": None},
    ]
    file = tmp_path / "f.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in records), encoding="utf-8")
    board.imported("order_lines", mapping, file)
    assert board.sql(BAD) == [("f.jsonl", 2, REASON)]
    report = mend(_settings(board), "shop", "f.jsonl", {2: {"Qty": "7"}}, wait=0)
    assert (report.loaded, report.unchanged) == (1, 1)


@pytest.mark.parametrize(
    ("file", "changes", "message"),
    [
        ("monday.csv", {2: {"Qty": "1"}}, "no rejected rows at these lines"),
        ("other.csv", {7: {"Qty": "1"}}, "no rejected rows at these lines"),
        ("monday.csv", {7: {"Qty": "still wrong"}}, None),
    ],
)
def test_what_cannot_be_mended(
    board: Board,
    mapping: Path,
    monday: Path,
    file: str,
    changes: dict[int, dict[str, str | None]],
    message: str | None,
) -> None:
    board.imported("order_lines", mapping, monday)
    before = board.rows("order_lines")
    if message:
        with pytest.raises(UserError, match=message):
            mend(_settings(board), "shop", file, changes, wait=0)
    else:
        mend(_settings(board), "shop", file, changes, wait=0)
    assert board.rows("order_lines") == before
    assert board.sql(BAD) == [("monday.csv", 7, REASON)]


def test_a_source_that_is_not_kept_any_more(board: Board, mapping: Path, monday: Path) -> None:
    board.imported("order_lines", mapping, monday)
    next((board.folder / "sources").glob("*.zst")).unlink()
    with pytest.raises(UserError, match=r"monday\.csv is not kept any more"):
        mend(_settings(board), "shop", "monday.csv", {7: {"Qty": "1"}}, wait=0)
