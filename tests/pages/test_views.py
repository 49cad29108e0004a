"""Saved views: a link under a name, kept, opened, renamed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from connectors.settings import Settings
from connectors.state import State, View, open_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]

_ME = "test@example.com"
"""Who is signed in, as the test of pages has it."""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A state of one's own."""
    path = str(tmp_path / "state.db")
    monkeypatch.setenv("BOARD_STATE", path)
    return open_state(Settings(state=path))


def _save(app: AppTest, name: str) -> AppTest:
    app.text_input(key="view:name").input(name).run()
    return app.button(key="view:save").click().run()


def test_the_present_link_is_kept_with_its_range(
    open_board: Open, warehouse: Path, state: State
) -> None:
    app = _save(open_board(warehouse, shop=["qj-jd", "qj-tmall"], lang="en"), "Two shops")
    assert not app.error
    (view,) = state.views("Boris", "sales")
    assert (view.name, view.owner, view.is_shared) == ("Two shops", _ME, True)
    kept = {"range": ["last_28_days"], "shop": ["qj-jd", "qj-tmall"]}
    assert parse_qs(view.query) == kept


def test_a_view_that_is_there_already_is_said(
    open_board: Open, warehouse: Path, state: State
) -> None:
    app = _save(_save(open_board(warehouse), "Mine"), "Mine")
    assert "There is already" in app.error[0].value
    assert len(state.views(_ME, "sales")) == 1
    assert _save(app, "  ").error


def test_only_the_owner_renames_and_deletes(
    open_board: Open, warehouse: Path, state: State
) -> None:
    mine, hers = (
        state.put(View(name=who, page="sales", query="", owner=who, is_shared=True), who)
        for who in (_ME, "Anna")
    )
    app = open_board(warehouse)
    assert f"view:{hers.id}" not in [each.key for each in app.text_input]
    app.text_input(key=f"view:{mine.id}").input("Own live").run()
    assert {each.name for each in state.views("Boris", "sales")} == {"Anna", "Own live"}
    app.button(key=f"view:{mine.id}:delete").click().run()
    assert [each.name for each in state.views(_ME, "sales")] == ["Anna"]
    assert [edit.who for edit in state.history("saved_views", mine.id)] == [_ME] * 3


def test_what_a_view_says_wrongly_is_not_said(
    open_board: Open, warehouse: Path, state: State
) -> None:
    query = "range=yesterday&shop=%00&compare=<script>&first=x"
    for page in ("sales", "no-such-page"):
        made = View(name="<b>Odd</b>", page=page, query=query, owner="Anna", is_shared=True)
        state.put(made, "Anna")
    app = open_board(warehouse)
    assert not app.exception
    assert not app.error
