"""Rules, rejects and versions: what is left out has a name, and can be had back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.importing import HEADER, MAPPING, MONDAY, Board, write_csv

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rule_can_be_switched(board: Board, mapping: Path, monday: Path) -> None:
    report = board.imported("order_lines", mapping, monday, "--rule", "gifts=on")
    assert report["excluded"] == {"gifts": 1, "samples": 1}
    assert report["excluded_amount"] == {"gifts": 1, "samples": 0}
    report = board.imported("order_lines", mapping, monday, "--rule", "samples=off")
    assert report["excluded"] == {}
    assert (report["loaded"], report["unchanged"]) == (2, 4)
    line_types = board.sql("SELECT order_id, line_type FROM order_lines WHERE order_id = '2'")
    assert sorted(line_types) == [("2", "adjustment"), ("2", "sale")]
    report = board.imported("order_lines", mapping, monday)
    assert (report["excluded"], report["removed"]) == ({"samples": 1}, 1)


def test_rejects_are_kept_with_their_row_and_cleared_when_mended(
    board: Board, mapping: Path, monday: Path, tmp_path: Path
) -> None:
    board.imported("order_lines", mapping, monday)
    kept = "SELECT file, line, reason, document, row FROM board_rejects"
    assert board.sql(kept) == [
        (
            "monday.csv",
            7,
            "Qty: not a whole number",
            "2024-06-17",
            '{"Day":"2024-06-17","Order":"3","SKU":"a","Qty":"one","Price":"10"}',
        )
    ]
    board.imported("order_lines", mapping, monday)
    assert len(board.sql(kept)) == 1
    mended = [(*row[:3], 1, row[4]) if row[3] == "one" else row for row in MONDAY]
    report = board.imported("order_lines", mapping, write_csv(tmp_path / "x.csv", HEADER, mended))
    assert (report["loaded"], report["unchanged"]) == (1, 5)
    assert board.sql(kept) == []


def test_one_bad_line_in_a_table_rejects_the_whole_row(board: Board, tmp_path: Path) -> None:
    """The order line alone would be sound; its return is not, so that neither is loaded."""
    text = MAPPING.replace(
        '[[feeds]]\ntable = "shops"',
        """
        [[feeds]]
        table = "returns"
        beside = true
        when = "sku_id = 'b'"
        numbered = { line_id = "sku_id" }
        columns = { return_id = "order_id", refund_amount = "CASE WHEN price < 6 THEN price END" }
        [[feeds]]
        table = "shops"
        """,
    ).replace('when = "quantity < 0"', 'when = "quantity < 0"\nbeside = true')
    (tmp_path / "odd.toml").write_text(text.replace('when = "quantity > 0"', ""))
    rows = [("2024-06-17", "1", "b", 1, 5), ("2024-06-17", "2", "b", 1, 7)]
    file = write_csv(tmp_path / "f.csv", HEADER, rows)
    report = board.imported("order_lines", tmp_path / "odd.toml", file)
    assert report["rejected"] == {"returns.refund_amount: empty": 1}
    assert board.sql("SELECT order_id FROM order_lines") == [("1",)]
    assert board.sql("SELECT order_id FROM returns") == [("1",)]


def test_a_version_goes_before_the_order_of_files(
    board: Board, mapping: Path, tmp_path: Path
) -> None:
    header = f"{HEADER} Revision"
    newer = write_csv(tmp_path / "a.csv", header, [("2024-06-17", "1", "a", 5, 10, 10)])
    older = write_csv(tmp_path / "b.csv", header, [("2024-06-17", "1", "a", 4, 10, 9)])
    report = board.imported("order_lines", mapping, newer, older)
    assert report["excluded"] == {"superseded_in_run": 1}
    assert board.sql("SELECT quantity FROM order_lines") == [(5,)]
    board.imported("order_lines", mapping, older)
    assert board.sql("SELECT quantity FROM order_lines") == [(4,)]


def test_a_column_under_another_of_its_headers(
    board: Board, mapping: Path, tmp_path: Path, monday: Path
) -> None:
    renamed = write_csv(
        tmp_path / "new.csv", "Order Code Price Qty Day", [("9", "c", 3, 2, "2024-06-20")]
    )
    report = board.imported("order_lines", mapping, monday, renamed)
    assert report["loaded"] == 6
    assert board.sql("SELECT sku_id FROM order_lines WHERE order_id = '9'") == [("c",)]


def test_rows_that_no_table_takes_are_rejected(board: Board, mapping: Path, tmp_path: Path) -> None:
    rows = [("2024-06-17", "1", "a", 0, 10), ("2024-06-17", "1", "a", 1, 10)]
    report = board.imported("order_lines", mapping, write_csv(tmp_path / "f.csv", HEADER, rows))
    assert report["rejected"] == {"no table takes the row": 1}


def test_values_that_no_table_can_hold_are_rejected(
    board: Board, mapping: Path, tmp_path: Path
) -> None:
    rows = [
        ("2024-06-17", "1", "a", 1, 10),
        ("1066-10-14", "2", "a", 1, 10),
        ("2100-01-01", "3", "a", 1, 10),
        ("2024-06-17", "4", "a", 1, 1e12),
        ("2024-06-17", "", "a", 1, 10),
    ]
    report = board.imported("order_lines", mapping, write_csv(tmp_path / "f.csv", HEADER, rows))
    assert report["loaded"] == 1
    assert report["rejected"] == {
        "Order: empty": 1,
        "order_lines.ordered_at: out of range": 1,
        "order_lines.ordered_date: out of range": 1,
        "order_lines.unit_price: out of range": 1,
    }


def test_a_mapping_without_amounts_reports_none(board: Board, tmp_path: Path) -> None:
    mapping = tmp_path / "plain.toml"
    mapping.write_text(MAPPING.replace('amount = "quantity * price"\n', ""), encoding="utf-8")
    file = write_csv(tmp_path / "f.csv", HEADER, MONDAY)
    report = board.imported("order_lines", mapping, file)
    assert (report["excluded"], report["excluded_amount"]) == ({"samples": 1}, {})
