"""One test body, both places that the state can be kept in: `settings` name a new one of each."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from connectors.settings import Settings
from connectors.state import State, open_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.postgresql import Server

    Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_state(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Settings]:
    """Makes settings whose state is new, empty, and of one engine."""
    numbers = count(1)
    if request.param == "sqlite":
        return lambda: Settings(state=str(tmp_path / f"var{next(numbers)}" / "state.db"))
    server: Server = request.getfixturevalue("postgresql")
    return lambda: Settings(state=server.database())


@pytest.fixture
def settings(new_state: Callable[[], Settings]) -> Settings:
    """Settings whose state is new and empty."""
    return new_state()


@pytest.fixture
def state(settings: Settings) -> State:
    """An empty state."""
    return open_state(settings)


@pytest.fixture
def sql() -> Sql:
    """Runs plain SQL on a state, past everything that the board does."""
    return run_sql


def run_sql(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    """The rows of one statement, by the bare driver; what it changes is kept."""
    if "://" in settings.state:
        with psycopg.connect(settings.state, options="-csearch_path=board_state") as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []
    with closing(sqlite3.connect(settings.state)) as file, file:
        return file.execute(statement).fetchall()
