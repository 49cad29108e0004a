"""The filter bar against the rows themselves: which ranges and members it offers, what it keeps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import UserError
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_DAY = timedelta(days=1)


def _box(app: AppTest, label: str) -> Any:
    return next(each for each in app.selectbox if each.label == label)


def _total(app: AppTest) -> float:
    return float(app.dataframe[0].value["paid_sales"][0])


def _sales(rows: list[Row], start: date, end: date) -> float:
    return float(sum(row["sales_amount"] for row in rows if start <= row["sold_date"] < end))


def test_mondays_open_the_last_full_week(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    app = open_board(warehouse, now="2022-07-04T09:00")
    week = _sales(orders, date(2022, 6, 20), date(2022, 6, 27))
    assert _total(app) == pytest.approx(week)
    assert _box(app, "Range").value == "last_full_week"
    _box(app, "Range").select("last_28_days").run()
    assert app.query_params["range"] == "last_28_days"
    assert _total(app) == pytest.approx(_sales(orders, date(2022, 6, 3), date(2022, 7, 1)))


def test_a_range_that_was_chosen_is_said_though_it_is_the_default(
    open_board: Open, warehouse: Path
) -> None:
    app = open_board(warehouse, range="last_7_days")
    _box(app, "Range").select("last_28_days").run()
    assert app.query_params["range"] == "last_28_days"


def test_comparisons_are_not_called_like_grains(open_board: Open, warehouse: Path) -> None:
    offered = _box(open_board(warehouse), "Compare with").options
    assert "Last year, same dates" in offered
    assert "Year" not in offered


def test_ranges_before_the_data_are_not_offered(
    open_board: Open, warehouse: Path, tmp_path: Path, orders: list[Row]
) -> None:
    title = "Last year's same festival"
    app = open_board(warehouse)
    assert title not in _box(app, "Range").options
    long_ago = {f"{each}_date": date(2021, 6, 17) for each in ("ordered", "sold")}
    shop.build(tmp_path, [*orders[-40:], orders[0] | long_ago])
    app = open_board(tmp_path)
    assert title in _box(app, "Range").options
    _box(app, "Range").select("last_festival").run()
    assert _total(app) == float(orders[0]["sales_amount"])
    assert "11–25 Jun 2021" in app.main.markdown[1].value.replace("\\", "")


def test_a_filter_with_nothing_to_choose_is_not_offered(
    open_board: Open, tmp_path: Path, orders: list[Row]
) -> None:
    shop.build(tmp_path, [row | {"region": None, "mode": "shelf"} for row in orders[-90:]])
    labels = _members_offered(open_board(tmp_path))
    assert labels == ["Platform", "Shop", "Category", "Season", "Wave"]
    assert _members_offered(open_board(tmp_path, region="浙江"))[3] == "Region"


def _members_offered(app: AppTest) -> list[str]:
    """The labels of the members' filters, once the button is clicked."""
    assert not app.multiselect
    app.session_state["filters"] = True
    app.run()
    return [each.label for each in app.multiselect]


def test_filters_are_there_though_what_is_drawn_before_them_fails(
    open_board: Open, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise UserError("Nothing to show here.")

    monkeypatch.setattr("pages.board.sales.cards", broken)
    app = open_board(warehouse)
    assert [each.value for each in app.error] == ["Nothing to show here\\."]
    assert _box(app, "Range").value == "last_28_days"
