"""What is asked ahead: begun beside the page, asked once, and told of by the page alone."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import UserError
from pages.ui import ahead
from pages.ui.board import Board
from tests.pages import depot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ahead")
    depot.build(folder, depot.order_rows())
    return folder


class _Asked:
    """A board that answers some questions when it may, and fails on the others."""

    def __init__(self) -> None:
        self.may, self.done = Event(), Event()
        self.answered: list[Any] = []

    def ask(self, query: Any) -> None:
        if query == "wrong":
            raise UserError("no such thing")
        assert self.may.wait(30)
        self.answered.append(query)
        if len(self.answered) == 2:
            self.done.set()


def test_who_asks_ahead_does_not_wait_and_a_failure_leaves_the_rest() -> None:
    board: Any = _Asked()
    queries: list[Any] = ["wrong", "first", "wrong", "last"]
    ahead.ask_ahead(board, *queries)
    assert board.answered == []
    board.may.set()
    assert board.done.wait(30)
    assert sorted(board.answered) == ["first", "last"]


@pytest.mark.parametrize(
    "page", ["overview", "sales", "users", "inventory", "campaigns", "customers"]
)
def test_a_page_asks_what_was_asked_ahead(
    open_board: Open, full: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    begun: list[Any] = []
    asked: list[Any] = []
    ask = Board.ask

    def noted(board: Board, query: Any) -> Any:
        asked.append(query)
        return ask(board, query)

    monkeypatch.setattr(Board, "ask", noted)
    monkeypatch.setattr(
        f"pages.board.{page}.ask_ahead", lambda _board, *queries: begun.extend(queries)
    )
    assert not open_board(full, page=page).exception
    assert begun
    assert all(query in asked for query in begun)
