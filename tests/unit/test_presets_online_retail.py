"""The preset `online_retail` on all 305 daily files, beside the csv module over the raw rows."""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.unit.importing import Board

if TYPE_CHECKING:
    from pathlib import Path

TOTAL = Decimal("9747747.934")
# What is no product, read off the 32 codes that do not begin with five digits.
SERVICES = {"POST", "DOT", "C2", "M", "m", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK"}
SERVICES |= {f"gift_0001_{value}" for value in (10, 20, 30, 40, 50)}
MAPPING = ("order_lines", "online_retail")
KEPT = """SELECT (SELECT sum(sales_amount) FROM order_lines)
    - (SELECT sum(refund_amount) FROM returns)"""
TABLES = ("order_lines", "returns", "products", "customers", "shops")


class Raw(NamedTuple):
    """A raw row."""

    invoice: str
    code: str
    name: str
    quantity: int
    at: str
    price: Decimal
    customer: str
    country: str

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


def total(rows: list[Raw]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))


@pytest.fixture(scope="module")
def folder(data: Path) -> Path:
    return data / "online_retail" / "by-day"


@pytest.fixture(scope="module")
def raw(folder: Path) -> list[Raw]:
    rows = []
    for file in sorted(folder.iterdir()):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
            for i, c, n, q, t, p, k, where in list(csv.reader(text))[1:]:
                rows.append(Raw(i, c, n.strip(), int(q), t, Decimal(p), k, where))
    return rows


@pytest.fixture(scope="module")
def products(raw: list[Raw]) -> list[Raw]:
    """The raw rows of what is a product."""
    return [row for row in raw if row.code not in SERVICES]


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    return Board(tmp_path_factory.mktemp("whole") / "warehouse")


@pytest.fixture(scope="module")
def report(board: Board, folder: Path) -> dict[str, Any]:
    """Of the first import of all files into `board`."""
    return board.imported(*MAPPING, folder)


def test_the_oracle_reads_what_is_known_of_the_data(raw: list[Raw]) -> None:
    assert (len(raw), total(raw)) == (541_909, TOTAL)
    assert sum(row.quantity < 0 for row in raw) == 10_624


def test_the_report_accounts_for_every_row(
    report: dict[str, Any], raw: list[Raw], products: list[Raw]
) -> None:
    assert len(report["files"]) == 305
    assert report["read"] == len(raw)
    assert report["excluded"] == {"service_codes": len(raw) - len(products)}
    assert report["loaded"] == len(products)
    assert report["rejected"] == {}
    assert report["currency"] == "GBP"
    assert (report["first_date"], report["last_date"]) == ("2010-12-01", "2011-12-09")


def test_lines_minus_returns_and_the_exclusions_are_the_total(
    board: Board, report: dict[str, Any], products: list[Raw]
) -> None:
    [(kept,)] = board.sql(KEPT)
    assert kept == total(products)
    excluded = Decimal(str(report["excluded_amount"]["service_codes"]))
    assert kept + excluded == TOTAL


def test_lines_are_the_positive_rows_and_returns_the_negative(
    board: Board, report: dict[str, Any], products: list[Raw]
) -> None:
    assert report["loaded"]
    sold = Counter(
        (
            r.invoice,
            r.code,
            r.quantity,
            r.amount,
            r.at,
            r.price <= 0,
            r.customer.removesuffix(".0"),
            r.country,
        )
        for r in products
        if r.quantity > 0
    )
    lines = board.sql(
        """SELECT order_id, sku_id, quantity, sales_amount,
        strftime(ordered_at + INTERVAL 8 HOUR, '%Y-%m-%d %H:%M:%S'), line_type = 'adjustment',
        coalesce(customer_id, ''), region FROM order_lines"""
    )
    assert Counter(lines) == sold
    back = Counter(
        (r.invoice, r.code, -r.quantity if r.invoice[0] == "C" else 0, -r.amount, r.at[:10])
        for r in products
        if r.quantity < 0
    )
    returns = board.sql(
        """SELECT return_id, sku_id, quantity, refund_amount, strftime(refunded_date, '%Y-%m-%d')
        FROM returns WHERE order_id IS NULL"""
    )
    assert Counter(returns) == back


def test_repeated_lines_are_kept_under_keys_of_their_own(
    board: Board, report: dict[str, Any], products: list[Raw]
) -> None:
    assert report["loaded"]
    times = Counter((row.invoice, row.code) for row in products if row.quantity > 0)
    numbered = Counter(number for count in times.values() for number in range(1, count + 1))
    found = board.sql(
        "SELECT split_part(line_id, '#', 2)::INT, count(*) FROM order_lines GROUP BY 1"
    )
    assert dict(found) == numbered
    assert numbered[2] > 9_000


def test_dimensions_hold_what_was_said_last(
    board: Board, report: dict[str, Any], products: list[Raw]
) -> None:
    assert report["tables"]["shops"]["written"] == 1
    names: dict[str, tuple[str, str]] = {}
    countries: dict[str, tuple[str, str]] = {}
    for row in products:
        if row.name and row.price > 0:
            names[row.code] = max(names.get(row.code, ("", "")), (row.at, row.name))
        if row.customer:
            said = (row.at, row.country)
            countries[row.customer] = max(countries.get(row.customer, ("", "")), said)
    found = board.sql("SELECT sku_id, name, style_id FROM products")
    assert {sku: name for sku, name, _ in found} == {sku: name for sku, (_, name) in names.items()}
    digits = {sku: re.match(r"\d{5}", sku) for sku in names}
    assert {sku: style for sku, _, style in found} == {
        sku: match[0] if match else sku for sku, match in digits.items()
    }
    regions = dict(board.sql("SELECT customer_id || '.0', region FROM customers"))
    assert regions == {customer: country for customer, (_, country) in countries.items()}


def test_the_same_files_again_change_nothing(
    board: Board, report: dict[str, Any], folder: Path
) -> None:
    before = board.sql("SELECT sum(hash(COLUMNS(*))) FROM order_lines")
    again = board.imported(*MAPPING, folder)
    assert (again["loaded"], again["updated"], again["removed"]) == (0, 0, 0)
    assert again["unchanged"] == report["loaded"]
    assert board.sql("SELECT sum(hash(COLUMNS(*))) FROM order_lines") == before


def test_with_the_rule_off_everything_adds_up(
    board: Board, report: dict[str, Any], folder: Path, raw: list[Raw]
) -> None:
    whole = board.imported(*MAPPING, folder, "--rule", "service_codes=off")
    assert whole["excluded"] == {}
    assert whole["loaded"] == report["excluded"]["service_codes"]
    [(kept,)] = board.sql(KEPT)
    assert kept == TOTAL
    assert board.sql("SELECT count(*) FROM returns") == [(10_624,)]
    assert len(raw) == whole["loaded"] + whole["unchanged"]


def test_days_in_any_order_and_any_splitting_give_equal_tables(
    tmp_path: Path, folder: Path
) -> None:
    days = sorted(folder.iterdir())[:5]
    shuffled = random.Random(0).sample(days, len(days))
    splittings = [[days], [shuffled[:2], shuffled[2:]], [[day] for day in shuffled]]
    found = []
    for number, runs in enumerate(splittings):
        board = Board(tmp_path / str(number))
        for files in runs:
            board.imported(*MAPPING, *files)
        found.append([board.rows(table) for table in TABLES])
    assert found[0] == found[1] == found[2]


def test_a_corrected_day_replaces_just_its_rows(tmp_path: Path, folder: Path) -> None:
    """The day's first invoice vanishes and another row changes; the day before is left alone."""
    board = Board(tmp_path / "warehouse")
    days = sorted(folder.iterdir())[:2]
    board.imported(*MAPPING, *days)
    before = board.rows("order_lines")
    with gzip.open(days[1], "rt", encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    gone = rows[0][0]
    kept = [row for row in rows if row[0] != gone]
    kept[-1][3] = str(int(kept[-1][3]) + 1)
    with (tmp_path / "corrected.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *kept])
    report = board.imported(*MAPPING, tmp_path / "corrected.csv")
    assert (report["loaded"], report["updated"]) == (0, 1)
    assert report["removed"] == len(rows) - len(kept) > 1
    columns = [name for (name,) in board.sql("SELECT name FROM pragma_table_info('order_lines')")]
    day, order = columns.index("import_document"), columns.index("order_id")
    after = board.rows("order_lines")
    assert [row for row in after if row[day] == "2010-12-01"] == [
        row for row in before if row[day] == "2010-12-01"
    ]
    assert gone in {row[order] for row in before}
    assert gone not in {row[order] for row in after}
