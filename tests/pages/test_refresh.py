"""After an import the questions of late are asked again, before anybody waits for them."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors.engines import connect
from connectors.engines.duckdb import DuckDBConnector
from connectors.errors import UserError
from connectors.settings import Settings
from metrics import Access, Query
from pages.ui import refresh
from pages.ui.board import ANSWERS, Board
from tests.pages import shop

_ACCESS = Access("test")
_SOLD = Query(("paid_sales",), date(2020, 1, 1), date(2023, 1, 1))
_BY_SHOP = Query(("orders",), date(2020, 1, 1), date(2023, 1, 1), by=("shop",))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A warehouse with some of the shop's orders, on a board that was asked nothing yet."""
    ANSWERS.clear()
    monkeypatch.setenv("BOARD_NOW", shop.NOW)
    shop.build(tmp_path, shop.order_rows()[:40])
    return Settings(warehouse=str(tmp_path), state=str(tmp_path / "state.db"))


@pytest.fixture
def lately(monkeypatch: pytest.MonkeyPatch) -> refresh.Lately:
    """What the board was asked, which is nothing yet."""
    asked = refresh.Lately()
    monkeypatch.setattr("pages.ui.board.LATELY_ASKED", asked)
    return asked


def _board(settings: Settings) -> Board:
    return Board(settings, _ACCESS, connect(settings.warehouse, settings))


def _append(asked: list[Any], name: str, _connector: object) -> None:
    asked.append(name)


def _imported(settings: Settings) -> None:
    shop.build(Path(settings.warehouse), shop.order_rows()[:80])


def test_answers_are_there_before_they_are_asked_for(
    settings: Settings, lately: refresh.Lately, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [_board(settings).ask(each) for each in (_SOLD, _BY_SHOP)]
    _imported(settings)
    refresh.look(settings, lately, "")
    sent: list[Any] = []
    monkeypatch.setattr(DuckDBConnector, "frame", lambda _self, select: sent.append(select))
    now = [_board(settings).ask(each) for each in (_SOLD, _BY_SHOP)]
    assert not sent
    assert now[0].frame["paid_sales"][0] > before[0].frame["paid_sales"][0]
    assert now[1].frame["orders"].sum() > before[1].frame["orders"].sum()


def test_a_generation_is_looked_at_once(settings: Settings) -> None:
    lately = refresh.Lately()
    asked: list[Any] = []
    lately.note("one", asked.append)
    seen = refresh.look(settings, lately, "")
    assert refresh.look(settings, lately, seen) == seen
    assert len(asked) == 1
    _imported(settings)
    assert refresh.look(settings, lately, seen) != seen
    assert [each.version for each in asked] == [seen, connect(settings.warehouse).version]


def test_the_latest_come_first_and_nobody_waits_for_old_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    lately = refresh.Lately()
    asked: list[Any] = []
    for second, name in enumerate(("old", "again", "last", "again")):
        clock[0] = float(second)
        lately.note(name, partial(_append, asked, name))
    clock[0] = refresh.LATELY + 0.5
    nothing: Any = None
    for again in lately.latest():
        again(nothing)
    assert asked == ["again", "last"]


def test_only_so_many_are_remembered() -> None:
    lately = refresh.Lately()
    for number in range(refresh.MOST + 5):
        lately.note(str(number), lambda _connector: None)
    assert len(lately.latest()) == refresh.MOST


def test_what_cannot_be_asked_any_more_leaves_the_rest(settings: Settings) -> None:
    lately = refresh.Lately()
    asked: list[Any] = []

    def refused(_connector: Any) -> None:
        raise UserError("no such metric")

    lately.note("there", asked.append)
    lately.note("gone", refused)
    assert refresh.look(settings, lately, "") == connect(settings.warehouse).version
    assert len(asked) == 1


def test_a_warehouse_that_is_empty_or_broken_ends_nothing(tmp_path: Path) -> None:
    lately = refresh.Lately()
    asked: list[Any] = []
    lately.note("one", asked.append)
    empty = Settings(warehouse=str(tmp_path / "none"))
    assert refresh.look(empty, lately, "") == ""
    (tmp_path / "current").write_text("{")
    broken = Settings(warehouse=str(tmp_path))
    assert refresh.look(broken, lately, "seen") == "seen"
    assert not asked


def test_what_fails_is_in_the_log_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lately = refresh.Lately()
    logged: list[Any] = []

    def fails(_connector: Any) -> None:
        raise RuntimeError("broken")

    lately.note("one", fails)
    monkeypatch.setattr(refresh, "error_id", logged.append)
    seen = refresh.look(settings, lately, "")
    assert refresh.look(settings, lately, seen) == connect(settings.warehouse).version
    assert [str(each) for each in logged] == ["broken"]
