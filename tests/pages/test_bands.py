"""Bands and returns on the page against sums over the rows themselves."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import shop, wardrobe
from tests.pages.test_charts import _drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_START = shop.LAST - timedelta(days=27)


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return wardrobe.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    folder = tmp_path_factory.mktemp("bands")
    wardrobe.build(folder, lines, wardrobe.return_rows(lines))
    return folder


def _table(app: AppTest, by: str) -> list[dict[str, Any]]:
    (shown,) = (each.value for each in app.dataframe if {by, "units"} <= {*each.value.columns})
    records: list[dict[str, Any]] = shown.to_dict("records")
    return records


def _discount(row: Row) -> str:
    share = row["sales_amount"] / row["tag_amount"]
    bands = {"0.9": "90 % and more", "0.7": "70 to 90 %", "0.5": "50 to 70 %"}
    return next((title for low, title in bands.items() if share >= Decimal(low)), "under 50 %")


def test_discount_bands_hold_their_lines(open_board: Open, full: Path, lines: list[Row]) -> None:
    units: Counter[str] = Counter()
    for row in lines:
        if row["sold_date"] >= _START:
            units[_discount(row)] += row["quantity"]
    shown = _table(open_board(full), "discount_band")
    assert {row["discount_band"]: row["units"] for row in shown} == units
    assert all(0 < row["gross_margin"] < 1 for row in shown)


def test_price_bands_rise(open_board: Open, full: Path, lines: list[Row]) -> None:
    shown = _table(open_board(full), "price_band")
    lows = [int(row["price_band"].split("-")[0]) for row in shown]
    assert lows == sorted(lows)
    for row in shown:
        low, high = map(int, row["price_band"].split("-"))
        inside = (r for r in lines if r["sold_date"] >= _START and low <= r["unit_price"] < high)
        paid = sum((r["sales_amount"] for r in inside), Decimal(0))
        assert row["paid_sales"] == pytest.approx(float(paid))


def test_a_link_keeps_a_band(open_board: Open, full: Path, lines: list[Row]) -> None:
    app = open_board(full, price_band="100-200", discount_band="90%+", size="M")
    kept = [
        row["quantity"]
        for row in lines
        if row["sold_date"] >= _START
        and 100 <= row["unit_price"] < 200
        and row["size"] == "M"
        and _discount(row).startswith("90")
    ]
    assert _table(app, "category")[0]["units"] == sum(kept) > 0


def test_without_tag_prices_the_panel_says_so(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse)
    assert "No line in view tells its Discount band." in [each.value for each in app.info]


def test_returns_are_counted_by_reason_and_size(
    open_board: Open, full: Path, lines: list[Row]
) -> None:
    sold = {row["order_id"]: row for row in lines}
    expected: Counter[tuple[str, str]] = Counter()
    for row in wardrobe.return_rows(lines):
        order = sold[row["return_id"][1:]]
        if order["sold_date"] >= _START:
            expected[row["reason"] or "(unknown)", order["size"]] += row["quantity"]
    cells = next(each for each in _drawn(open_board(full), "depth") if "S" in set(each["columns"]))
    shown = {
        (each["row"], each["columns"]): int(each["text"])
        for each in cells.iter_rows(named=True)
        if each["row"] != "Return rate"
    }
    assert shown == expected


def test_returns_without_a_reason_say_so(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse)
    said = [each.value.replace("\\", "") for each in app.info]
    assert "No return in view gives its reason." in said


def test_without_returns_the_panel_says_what_is_missing(
    open_board: Open, tmp_path: Path, orders: list[Row]
) -> None:
    shop.build(tmp_path, orders[-5:])
    said = [each.value for each in open_board(tmp_path).info]
    assert any(text.startswith("Nothing was imported into") for text in said)


def test_where_visitors_are_known_they_explain_sales(
    open_board: Open, full: Path, lines: list[Row]
) -> None:
    bars = _drawn(open_board(full), "start")[0]
    assert bars["label"].to_list()[1:-1] == [
        "Daily visitors, added up",
        "Pay conversion",
        "Spend per daily buyer",
    ]
    paid = sum((r["sales_amount"] for r in lines if r["sold_date"] >= _START), Decimal(0))
    assert bars["end"][-1] == pytest.approx(float(paid))
    assert bars["end"][-2] == pytest.approx(float(paid))
