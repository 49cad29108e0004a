"""The cards of the Sales page against sums over the rows, with a target and without one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from connectors.settings import Settings
from connectors.state import Target, open_state
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOARD_STATE", str(tmp_path / "state.db"))


def _plain(text: str) -> str:
    return text.replace("\\", "").replace("\u200b", "")


def test_the_month_is_that_of_the_last_day_whatever_the_range(
    open_board: Open, warehouse: Path, orders: list[Row], tmp_path: Path
) -> None:
    june = [row for row in orders if row["sold_date"] >= date(2022, 6, 1)]
    sales = float(sum(row["sales_amount"] for row in june))
    month = Target(
        metric="paid_sales", start=date(2022, 6, 1), end=date(2022, 7, 1), amount=sales * 0.8
    )
    open_state(Settings(state=str(tmp_path / "state.db"))).put(month, "anna")
    app = open_board(warehouse, range="last_7_days")
    card = app.metric[2]
    assert _plain(card.value) == "125.0%"
    assert card.delta.startswith("+¥")
    assert any(
        _plain(each.value).startswith("Jun 2022: +¥") and " against ¥" in each.value
        for each in app.caption
    )
    assert not app.exception


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_behind_the_pace_is_bad_news_in_every_language(
    open_board: Open, warehouse: Path, tmp_path: Path, locale: str
) -> None:
    june = Target(metric="paid_sales", start=date(2022, 6, 1), end=date(2022, 7, 1), amount=1e9)
    open_state(Settings(state=str(tmp_path / "state.db"))).put(june, "anna")
    card = open_board(warehouse, locale=locale).metric[2]
    assert card.delta.startswith("-")  # what the direction and the colour are read from


def test_without_a_target_the_card_says_so(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse)
    assert app.metric[2].value == "—"
    said = [_plain(each.value) for each in app.caption]
    assert "Jun 2022 · No target covers this range and segment." in said


def test_refunds_are_split_by_shipping(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    first = date(2022, 6, 3)
    sales = {
        (row["shop_id"], row["order_id"]): row["sales_amount"]
        for row in orders
        if row["sold_date"] >= first
    }
    back = [row for row in shop.return_rows(orders) if (row["shop_id"], row["order_id"]) in sales]
    early = sum(row["refund_amount"] for row in back if row["is_before_shipping"])
    late = sum(row["refund_amount"] for row in back if not row["is_before_shipping"])
    app = open_board(warehouse)
    said = "\n".join(_plain(each.value) for each in app.caption)
    assert f"{early / sum(sales.values()):.1%} before shipping" in said
    assert f"{late / sum(sales.values()):.1%} after it" in said


def test_where_nothing_is_spent_the_order_value_stands_in(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    app = open_board(warehouse)
    kept = [row for row in orders if row["sold_date"] >= date(2022, 6, 3)]
    numbers = {(row["shop_id"], row["order_id"]) for row in kept}
    value = float(sum(row["sales_amount"] for row in kept)) / len(numbers)
    assert _plain(app.metric[4].value) == f"¥{value:.2f}"


def test_the_target_is_a_comparison(
    open_board: Open, warehouse: Path, orders: list[Row], tmp_path: Path
) -> None:
    last = [row for row in orders if row["sold_date"] == shop.LAST]
    sales = float(sum(row["sales_amount"] for row in last))
    day = Target(metric="paid_sales", start=shop.LAST, end=date(2022, 7, 1), amount=sales * 2)
    open_state(Settings(state=str(tmp_path / "state.db"))).put(day, "anna")
    app = open_board(warehouse, range="last_day", compare="target")
    assert app.metric[0].delta == "-50.0%"
    assert any(_plain(each.value).startswith("target ¥") for each in app.caption)
    assert not app.exception
