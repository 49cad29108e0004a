"""The inventory page: its numbers are the command's, and it stays up whatever is missing."""

from __future__ import annotations

import json
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import pytest

from connectors.engines.duckdb import DuckDBConnector
from metrics.__main__ import main
from tests.pages import depot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_RANGE = ["--from", "2022-06-03", "--to", "2022-07-01"]
_MOST_STATEMENTS = 30
_PLACES = ["available", "reserved", "inbound", "safety_stock", "reorder_point", "days_of_cover"]


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return depot.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    folder = tmp_path_factory.mktemp("depot")
    depot.build(folder, lines)
    return folder


def _table(app: AppTest, *columns: str) -> list[dict[str, Any]]:
    """The one table that has these columns."""
    (shown,) = (each.value for each in app.dataframe if {*columns} <= {*each.value.columns})
    records: list[dict[str, Any]] = shown.to_dict("records")
    return records


def _said(capsys: pytest.CaptureFixture[str], names: list[str], *more: str) -> list[dict[str, Any]]:
    assert main(["query", *names, *_RANGE, *more, "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def _agree(shown: dict[str, Any], said: dict[str, Any], names: list[str]) -> bool:
    pairs = [(shown.get(name, nan), said[name]) for name in names]
    return all(isnan(one) if other is None else one == pytest.approx(other) for one, other in pairs)


def test_gauges_say_what_the_command_says(
    open_board: Open, full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_board(full, page="inventory")
    names = ["stock_value", "water_level", "water_level_by_value", "available", "days_of_cover"]
    said = {each["warehouse"]: each for each in _said(capsys, names, "--by", "warehouse")}
    shown = {row["warehouse"]: row for row in _table(app, "water_level_by_value")}
    assert set(shown) == set(said) == {*depot.PLACES, "w1"}
    assert all(_agree(shown[place], said[place], names) for place in said)


def test_each_sku_of_a_place_says_what_the_command_says(
    open_board: Open, full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_board(full, page="inventory", size="M")
    kept = ["--by", "sku", "--by", "warehouse", "--where", "size=M"]
    said = {(each["sku"], each["warehouse"]): each for each in _said(capsys, _PLACES, *kept)}
    shown = _table(app, "reserved", "ahead")
    assert len(shown) == len(said) > 0
    for row in shown:
        assert _agree(row, said[row["sku"], row["warehouse"]], _PLACES), row


def test_the_link_keeps_a_band(open_board: Open, full: Path) -> None:
    every = _table(open_board(full, page="inventory"), "reserved", "ahead")
    app = open_board(full, page="inventory", band="out")
    out = _table(app, "reserved", "ahead")
    assert {row["band"] for row in out} == {"Sold out"}
    assert all(row["available"] <= 0 for row in out)
    assert len(out) == sum(row["band"] == "Sold out" for row in every) > 0


def test_orders_that_should_be_there_are_listed(open_board: Open, full: Path) -> None:
    shown = _table(open_board(full, page="inventory"), "late_days")
    rows = [(row["purchase"], row["supplier"], row["late_days"]) for row in shown]
    assert rows == [("po1", "The mill", 3), ("po0", "The mill", 20)]
    assert [row["late_value"] for row in shown] == [330, 300]


def test_the_lists_can_be_taken_away(open_board: Open, full: Path) -> None:
    app = open_board(full, page="inventory")
    assert _table(app, "order_units")
    keys = {each.key for each in app.get("download_button")}
    for name in ("reorder-list", "places-table", "late-table", "cover", "gauges-table"):
        assert {f"download:{name}:csv", f"download:{name}:xlsx"} <= keys


def test_the_warehouse_is_asked_nothing_twice(
    open_board: Open, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    asked = DuckDBConnector.frame

    def counted(connector: DuckDBConnector, select: Any) -> Any:
        statement = connector.sql(select)
        if "board_" not in statement:
            sent.append(statement)
        return asked(connector, select)

    monkeypatch.setattr(DuckDBConnector, "frame", counted)
    app = open_board(full, page="inventory")
    before = len(sent)
    assert not {each for each in sent if sent.count(each) > 1}
    assert 0 < before <= _MOST_STATEMENTS * 3
    app.run()
    assert sent[before:] == []


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
