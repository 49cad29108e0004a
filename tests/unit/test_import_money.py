"""Amounts in one currency, times in one zone, and what follows from them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.unit.importing import HEADER, MAPPING, Board, write_csv

if TYPE_CHECKING:
    from pathlib import Path

RATES = "rate_date from_currency to_currency rate"
CANONICAL = "shop_id order_id line_id ordered_at quantity unit_price currency"


@pytest.fixture
def euros(tmp_path: Path) -> Path:
    """Orders of four days in euros."""
    rows = [
        ("s", "1", "1", "2024-06-09", 1, 10, "EUR"),  # before the first rate
        ("s", "2", "1", "2024-06-10", 1, 10, "EUR"),
        ("s", "3", "1", "2024-06-17", 2, "10.5", "EUR"),  # the last day that the first rate holds
        ("s", "4", "1", "2024-06-18", 1, 10, "EUR"),
        ("s", "5", "1", "2024-06-21", 1, 10, "EUR"),
        ("s", "6", "1", "2024-06-21", 1, 10, "CNY"),
        ("s", "7", "1", "2024-06-21", 1, 10, "EURO"),
    ]
    return write_csv(tmp_path / "orders.csv", CANONICAL, rows)


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    rows = [("2024-06-10", "EUR", "CNY", 7.8), ("2024-06-20", "EUR", "CNY", 8)]
    return write_csv(tmp_path / "rates.csv", RATES, rows)


def test_the_latest_rate_converts_and_a_missing_one_rejects(
    board: Board, rates: Path, euros: Path
) -> None:
    board.settings["CURRENCY"] = "CNY"
    board.imported("rates", "canonical", rates)
    report = board.imported("order_lines", "canonical", euros)
    assert report["currency"] == "CNY"
    assert report["rejected"] == {
        "order_lines.currency: no exchange rate for its date": 2,
        "order_lines.currency: not a currency": 1,
    }
    query = "SELECT order_id, unit_price, sales_amount, currency, exchange_rate FROM order_lines"
    assert sorted(board.sql(query)) == [
        ("2", 78, 78, "EUR", 7.8),
        ("3", Decimal("81.9"), Decimal("163.8"), "EUR", 7.8),
        ("5", 80, 80, "EUR", 8.0),
        ("6", 10, 10, None, None),
    ]
    assert board.sql("SELECT line FROM board_rejects ORDER BY line") == [(2,), (5,), (8,)]


def test_a_currency_without_any_rate_loads_nothing(board: Board, euros: Path) -> None:
    board.settings["CURRENCY"] = "CNY"
    done = board.run("import", euros, "--as", "order_lines", "--mapping", "canonical")
    assert done.code == 2
    assert done.err.startswith("The amounts are in EUR, the warehouse is in CNY, and there is no ")
    assert done.err.count("\n") == 1
    assert not (board.folder / "current").exists()


def test_the_first_import_decides_the_currency(board: Board, mapping: Path, monday: Path) -> None:
    assert board.imported("order_lines", mapping, monday)["currency"] == "CNY"
    assert board.sql("SELECT DISTINCT currency, exchange_rate FROM order_lines") == [(None, None)]
    board.settings["CURRENCY"] = "EUR"
    done = board.run("import", monday, "--as", "order_lines", "--mapping", mapping)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("The warehouse holds CNY, the setting currency is EUR.")


def test_a_source_that_names_no_currency_leaves_it_open(
    board: Board, mapping: Path, monday: Path, tmp_path: Path
) -> None:
    (tmp_path / "open.toml").write_text(MAPPING.replace('currency = "CNY"\n', ""))
    assert board.imported("order_lines", tmp_path / "open.toml", monday)["currency"] is None
    assert board.imported("order_lines", mapping, monday)["currency"] == "CNY"


def test_rows_that_name_their_currency_can_decide_it(board: Board, euros: Path) -> None:
    """Six of seven rows are in euros, so the new warehouse is; the yuan needs a rate then."""
    done = board.run("import", euros, "--as", "order_lines", "--mapping", "canonical")
    assert done.err.startswith("The amounts are in CNY, the warehouse is in EUR, and there is no ")


@pytest.mark.parametrize(
    ("zone", "given", "instant", "local"),
    [
        (None, "2024-06-18 01:30", "2024-06-17T17:30", "2024-06-18 1"),
        ("America/New_York", "2024-06-17 13:30", "2024-06-17T17:30", "2024-06-18 1"),
        # In the hour that the clock shows twice the first, in the one that it skips the next.
        ("America/New_York", "2024-11-03 01:30", "2024-11-03T05:30", "2024-11-03 13"),
        ("America/New_York", "2024-03-10 02:30", "2024-03-10T07:30", "2024-03-10 15"),
    ],
)
def test_times_are_kept_as_instants_and_as_local_dates(
    board: Board, tmp_path: Path, zone: str | None, given: str, instant: str, local: str
) -> None:
    text = MAPPING.replace('"date"', '"datetime"').replace('%Y-%m-%d"', '%Y-%m-%d %H:%M"')
    head = f'time_zone = "{zone}"\n' if zone else ""
    (tmp_path / "zoned.toml").write_text(head + text)
    file = write_csv(tmp_path / "f.csv", HEADER, [(given, "1", "a", 1, 10)])
    board.imported("order_lines", tmp_path / "zoned.toml", file)
    query = "SELECT ordered_at, sold_date || ' ' || ordered_hour, has_time FROM order_lines"
    assert board.sql(query) == [(datetime.fromisoformat(instant), local, True)]


def test_a_date_without_a_time_is_local_midnight_whatever_the_zone(
    board: Board, tmp_path: Path
) -> None:
    (tmp_path / "zoned.toml").write_text('time_zone = "America/New_York"\n' + MAPPING)
    file = write_csv(tmp_path / "f.csv", HEADER, [("2024-06-18", "1", "a", 1, 10)])
    board.imported("order_lines", tmp_path / "zoned.toml", file)
    query = "SELECT ordered_at, strftime(ordered_date, '%Y-%m-%d'), has_time FROM order_lines"
    assert board.sql(query) == [(datetime.fromisoformat("2024-06-17T16:00"), "2024-06-18", False)]


def test_what_follows_from_a_lines_amounts(board: Board, tmp_path: Path) -> None:
    header = (
        "shop_id order_id line_id ordered_at quantity unit_price tag_price gross_amount is_paid "
        "is_cancelled paid_amount platform_subsidy postage is_presale paid_at"
    )
    at = "2024-06-18 10:00:00"
    rows = [
        ("s", "1", "1", at, 2, 30, 40, "", "", "", 60, 5, 8, "", ""),
        ("s", "2", "1", at, 1, 30, "", "", "", "yes", "", "", "", "", ""),
        ("s", "3", "1", at, 1, 0, "", "", "", "", 0, "", "", "", ""),
        ("s", "4", "1", at, 1, "", "", "", "", "", "", "", "", "", ""),
        ("s", "5", "1", at, 1, 50, "", "", "yes", "", 50, "", "", "yes", "2024-06-20 09:00:00"),
        ("s", "6", "1", at, 1, 50, "", "", "no", "", 0, "", "", "yes", ""),
    ]
    board.imported("order_lines", "canonical", write_csv(tmp_path / "f.csv", header, rows))
    query = """SELECT order_id, gross_amount, tag_amount, paid_amount, sales_amount, is_paid,
        line_type, strftime(sold_date, '%m-%d') FROM order_lines ORDER BY order_id"""
    assert board.sql(query) == [
        ("1", None, 80, 60, 57, True, "sale", "06-18"),
        ("2", None, None, None, None, False, "sale", "06-18"),
        ("3", None, None, 0, 0, True, "adjustment", "06-18"),
        ("4", None, None, None, None, True, "sale", "06-18"),
        ("5", None, None, 50, 50, True, "sale", "06-20"),
        ("6", None, None, 0, 0, False, "sale", None),
    ]
    short = "shop_id order_id line_id ordered_at quantity unit_price is_cancelled"
    others = [("s", "7", "1", at, 3, 5, "no"), ("s", "8", "1", at, 3, 5, "yes")]
    board.imported("order_lines", "canonical", write_csv(tmp_path / "g.csv", short, others))
    assert board.sql(f"SELECT * FROM ({query}) WHERE order_id > '6'") == [
        ("7", 15, None, 15, 15, True, "sale", "06-18"),
        ("8", 15, None, 0, 0, False, "sale", "06-18"),
    ]
