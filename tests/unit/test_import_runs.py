"""Whole imports of small files: every row has one fate, and only the sources decide the tables."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

from tests.unit.importing import HEADER, Board, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINES = "SELECT order_id, line_id, quantity, sales_amount FROM order_lines ORDER BY ALL"


def test_every_row_has_one_fate(board: Board, mapping: Path, monday: Path, tuesday: Path) -> None:
    report = board.imported("order_lines", mapping, monday, tuesday)
    assert report["read"] == 9
    assert report["loaded"] == 7
    assert report["excluded"] == {"samples": 1}
    assert report["excluded_amount"] == {"samples": 0}
    assert report["rejected"] == {"Qty: not a whole number": 1}
    assert report["first_rejects"] == ["monday.csv, line 7: Qty: not a whole number"]
    assert report["currency"] == "CNY"
    assert (report["first_date"], report["last_date"]) == ("2024-06-17", "2024-06-18")
    assert [(each["file"], each["read"], each["accepted"]) for each in report["files"]] == [
        ("monday.csv", 7, 5),
        ("tuesday.csv", 2, 2),
    ]
    assert {name: each["written"] for name, each in report["tables"].items()} == {
        "order_lines": 6,
        "returns": 1,
        "shops": 1,
    }
    assert board.sql(LINES) == [
        ("1", "a#1", 2, 20),
        ("1", "a#2", 1, Decimal("9.99")),
        ("1", "b#1", 1, 5),
        ("2", "gift#1", 1, 1),
        ("4", "a#1", 1, 10),
        ("5", "b#1", 3, 15),
    ]
    assert board.sql("SELECT return_id, line_id, quantity, refund_amount FROM returns") == [
        ("R1", "b#1", 1, 5)
    ]


def test_the_report_reads_well(board: Board, mapping: Path, monday: Path) -> None:
    done = board.run("import", monday, "--as", "order_lines", "--mapping", mapping)
    head, *lines = done.out.splitlines()
    assert head.startswith("shop → order_lines, files: 1, seconds: ")
    assert [line.split() for line in lines] == [
        ["read", "7"],
        ["loaded", "5"],
        ["updated", "0"],
        ["unchanged", "0"],
        ["excluded", "1", "samples", "1", "(0.00)"],
        ["rejected", "1", "Qty:", "not", "a", "whole", "number", "1"],
        ["order_lines:", "4", "rows", "written,", "0", "removed"],
        ["returns:", "1", "rows", "written,", "0", "removed"],
        ["shops:", "1", "rows", "written,", "0", "removed"],
        ["dates", "2024-06-17", "to", "2024-06-17,", "currency", "CNY"],
        ["rejected:", "monday.csv,", "line", "7:", "Qty:", "not", "a", "whole", "number"],
    ]


def test_the_same_files_again_change_nothing(
    board: Board, mapping: Path, monday: Path, tuesday: Path
) -> None:
    board.imported("order_lines", mapping, monday, tuesday)
    before = [board.rows(table) for table in ("order_lines", "returns", "shops", "first_orders")]
    report = board.imported("order_lines", mapping, tuesday, monday)
    assert (report["loaded"], report["updated"], report["unchanged"]) == (0, 0, 7)
    assert report["removed"] == 0
    assert before == [
        board.rows(table) for table in ("order_lines", "returns", "shops", "first_orders")
    ]


def test_neither_the_order_nor_the_splitting_of_runs_matters(
    another: Callable[[str], Board], mapping: Path, tmp_path: Path, monday: Path, tuesday: Path
) -> None:
    rows = [("2024-06-19", "6", "a", 1, 10), ("2024-06-19", "6", "a", 2, 10)]
    wednesday = write_csv(tmp_path / "a wednesday.csv", HEADER, rows)
    files = (monday, tuesday, wednesday)
    splittings: list[list[tuple[Path, ...]]] = [[files]]
    splittings += [[(file,) for file in order] for order in permutations(files)]
    found = set()
    for number, runs in enumerate(splittings):
        board = another(f"warehouse {number}")
        for together in runs:
            board.imported("order_lines", mapping, *together)
        tables = [board.rows(table) for table in ("order_lines", "returns", "shops")]
        found.add(repr(tables))
    assert len(found) == 1


def test_a_corrected_file_replaces_just_its_day(
    board: Board, mapping: Path, monday: Path, tuesday: Path, tmp_path: Path
) -> None:
    board.imported("order_lines", mapping, monday, tuesday)
    rows = [("2024-06-18", "5", "b", 2, 5), ("2024-06-18", "7", "c", 1, 8)]
    corrected = write_csv(tmp_path / "corrected.csv", HEADER, rows)
    report = board.imported("order_lines", mapping, corrected)
    assert (report["loaded"], report["updated"], report["unchanged"]) == (1, 1, 0)
    assert report["removed"] == 1  # order 4, which the day no longer has
    assert board.sql(f"SELECT * FROM ({LINES}) WHERE order_id >= '4'") == [
        ("5", "b#1", 2, 10),
        ("7", "c#1", 1, 8),
    ]
    assert board.sql("SELECT count(*) FROM order_lines WHERE order_id < '4'") == [(4,)]


def test_of_one_document_in_two_files_the_later_stands(
    another: Callable[[str], Board], mapping: Path, tuesday: Path, tmp_path: Path
) -> None:
    """In one run as in two: a day that is stated twice is the later statement alone."""
    rows = [("2024-06-18", "5", "b", 2, 5)]
    corrected = write_csv(tmp_path / "tuesday_corrected.csv", HEADER, rows)
    together, apart = another("together"), another("apart")
    report = together.imported("order_lines", mapping, corrected, tuesday)
    assert report["excluded"] == {"superseded_in_run": 2}
    assert [each["accepted"] for each in report["files"]] == [0, 1]
    for file in (tuesday, corrected):
        apart.imported("order_lines", mapping, file)
    assert together.rows("order_lines") == apart.rows("order_lines")
    assert together.sql(LINES) == [("5", "b#1", 2, 10)]
