"""The inventory page: its numbers are the command's, and it stays up whatever is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages import depot
from tests.pages.beside import agree, said, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_PLACES = ["available", "reserved", "inbound", "safety_stock", "reorder_point", "days_of_cover"]


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return depot.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    folder = tmp_path_factory.mktemp("depot")
    depot.build(folder, lines)
    return folder


def test_gauges_say_what_the_command_says(
    open_board: Open, full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_board(full, page="inventory")
    names = ["stock_value", "water_level", "water_level_by_value", "available", "days_of_cover"]
    told = {each["warehouse"]: each for each in said(capsys, names, "--by", "warehouse")}
    shown = {row["warehouse"]: row for row in table(app, "water_level_by_value")}
    assert set(shown) == set(told) == {*depot.PLACES, "w1"}
    assert all(agree(shown[place], told[place], names) for place in told)


@pytest.mark.parametrize("place", [*depot.PLACES, "w1"])
def test_each_sku_of_a_place_says_what_the_command_says(
    open_board: Open, full: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    app = open_board(full, page="inventory", size="M", warehouse=place)
    kept = ["--by", "sku", "--by", "warehouse", "--where", "size=M"]
    kept += ["--where", f"warehouse={place}"]
    told = {(each["sku"], each["warehouse"]): each for each in said(capsys, _PLACES, *kept)}
    shown = table(app, "reserved", "ahead")
    assert len(shown) == len(told) > 0
    for row in shown:
        assert agree(row, told[row["sku"], row["warehouse"]], _PLACES), row


def test_the_link_keeps_a_band(open_board: Open, full: Path) -> None:
    every = table(open_board(full, page="inventory"), "reserved", "ahead")
    app = open_board(full, page="inventory", band="out")
    out = table(app, "reserved", "ahead")
    assert {row["band"] for row in out} == {"Sold out"}
    assert all(row["available"] <= 0 for row in out)
    assert len(out) == sum(row["band"] == "Sold out" for row in every) > 0


def test_orders_that_should_be_there_are_listed(open_board: Open, full: Path) -> None:
    shown = table(open_board(full, page="inventory"), "late_days")
    rows = [(row["purchase"], row["supplier"], row["late_days"]) for row in shown]
    assert rows == [("po1", "The mill", 3), ("po0", "The mill", 20)]
    assert [row["late_value"] for row in shown] == [330, 300]


def test_the_lists_can_be_taken_away(open_board: Open, full: Path) -> None:
    app = open_board(full, page="inventory")
    assert table(app, "order_units")
    keys = {each.key for each in app.get("download_button")}
    for name in ("reorder-list", "places-table", "late-table", "cover", "gauges-table"):
        assert {f"download:{name}:csv", f"download:{name}:xlsx"} <= keys


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_without_stock_the_page_says_what_to_connect(
    open_board: Open, warehouse: Path, locale: str
) -> None:
    app = open_board(warehouse, page="inventory", locale=locale)
    assert not app.exception
    assert not app.error
    told = "Nothing was imported into" if locale == "en-GB" else "尚未导入"
    assert any(told in each.value for each in app.info)


def test_a_filter_that_stock_lacks_is_said_where_the_number_would_stand(
    open_board: Open, full: Path
) -> None:
    app = open_board(full, page="inventory", mode="shelf")
    assert not app.exception
    assert not app.error
    told = [each.value for each in app.info]
    assert sum("Sales mode" in each for each in told) > 2


def test_one_place_of_nothing_but_unknown_stays_up(open_board: Open, full: Path) -> None:
    for link in ({"warehouse": "nowhere"}, {"warehouse": "north", "sku": "(unknown)"}):
        app = open_board(full, page="inventory", **link)
        assert not app.exception
        assert not app.error
