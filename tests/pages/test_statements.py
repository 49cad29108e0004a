"""What pages send to the warehouse: nothing twice, and nothing at all in a second run."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from connectors.engines.duckdb import DuckDBConnector
from tests.pages import depot

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]

_PAGES = ("overview", "sales", "users", "inventory", "campaigns", "customers")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statements")
    depot.build(folder, depot.order_rows())
    return folder


@pytest.fixture
def full(built: Path, tmp_path: Path) -> Path:
    """A copy of which nothing is remembered yet."""
    return Path(copytree(built, tmp_path / "warehouse"))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were sent, but those on the warehouse's own records."""
    statements: list[str] = []
    asked = DuckDBConnector.frame

    def noted(connector: DuckDBConnector, select: Any) -> Any:
        statement = connector.sql(select)
        if "board_" not in statement:
            statements.append(statement)
        return asked(connector, select)

    monkeypatch.setattr(DuckDBConnector, "frame", noted)
    return statements


@pytest.mark.parametrize("page", _PAGES)
def test_the_warehouse_is_asked_nothing_twice(
    open_board: Open, full: Path, sent: list[str], page: str
) -> None:
    app = open_board(full, page=page)
    assert not app.exception
    assert sent
    assert not {each for each in sent if sent.count(each) > 1}


@pytest.mark.parametrize("page", _PAGES)
def test_a_second_run_asks_nothing(
    open_board: Open, full: Path, sent: list[str], page: str
) -> None:
    app = open_board(full, page=page)
    before = len(sent)
    assert before > 0
    app.run()
    assert sent[before:] == []
