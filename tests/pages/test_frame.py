"""What surrounds the pages: the first page, who sees what, what is said when it goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from connectors.importing.presets import preset_names
from connectors.log import log_path
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_an_empty_warehouse_says_what_to_do(open_board: Open, tmp_path: Path, locale: str) -> None:
    app = open_board(tmp_path / "nothing", locale=locale)
    commands = [block.value for block in app.code]
    for name in preset_names():
        assert any(
            re.fullmatch(rf"python -m connectors import PATH --as \w+ --mapping {name}", command)
            for command in commands
        )
    assert not app.exception
    assert not app.error
    assert not app.metric


def test_the_first_import_opens_the_board(
    open_board: Open, tmp_path: Path, orders: list[Row]
) -> None:
    app = open_board(tmp_path / "shop")
    assert not app.metric
    shop.build(tmp_path / "shop", orders[:50])
    assert len(app.run().metric) > 0


def test_the_next_import_shows(open_board: Open, tmp_path: Path, orders: list[Row]) -> None:
    shop.build(tmp_path, orders[-50:-1])
    app = open_board(tmp_path)
    before = app.dataframe[0].value["orders"][0]
    shop.build(tmp_path, orders[-50:])
    assert app.run().dataframe[0].value["orders"][0] == before + 1


def test_pages_are_those_that_the_role_may_see(
    open_board: Open, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = tmp_path / "roles.toml"
    roles.write_text('[unrestricted]\nmetrics = ["orders"]\n', encoding="utf-8")
    monkeypatch.setenv("BOARD_ROLES", str(roles))
    app = open_board(warehouse)
    assert app.title[0].value == "Alarms", "the first page that asks for nothing else"


def test_every_question_carries_the_access(
    open_board: Open, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = tmp_path / "roles.toml"
    roles.write_text('[unrestricted.rows]\nshop = ["qj-jd"]\n', encoding="utf-8")
    monkeypatch.setenv("BOARD_ROLES", str(roles))
    app = open_board(warehouse, by="shop")
    assert app.dataframe[0].value["shop"].to_list() == ["Total", "qj-jd"]
    assert app.dataframe[0].value["paid_sales"].nunique() == 1


def test_a_mistake_is_one_line(
    open_board: Open, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "not-a-folder"
    file.write_text("x", encoding="utf-8")
    (error,) = open_board(file).error
    assert "warehouse is a folder" in error.value
    monkeypatch.setenv("BOARD_WEEK_START", "tuesday")
    (error,) = open_board(warehouse).error
    assert "BOARD\\_WEEK\\_START" in error.value
    (error,) = open_board(warehouse, locale="zh-CN").error
    assert "不能为" in error.value


def test_a_failure_has_an_id_that_the_log_explains(
    open_board: Open, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr("pages.ui.board.run", failing)
    app = open_board(warehouse)
    (error,) = app.error
    assert "a secret" not in str(app)
    made = re.search(r"E-[2-9A-Z]{6}", error.value)
    assert made
    assert not app.exception
    (line,) = [each for each in log_path().read_text("utf-8").splitlines() if made[0] in each]
    assert "a secret of the inside" in line
    assert "Traceback" in line


def test_trust(open_board: Open, warehouse: Path) -> None:
    line = open_board(warehouse).main.markdown[0].value
    assert "Thu, 30 Jun 2022" in line
    assert "qj\\_orders" in line
    assert "CNY" in line
    assert "Rejected rows: 1" in line
    assert "100.0% with a known cost" in line
