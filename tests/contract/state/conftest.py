"""One test body, both places that the state can be kept in: `settings` name a new one of each."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from connectors.settings import Settings
from connectors.state import (
    Baseline,
    Benchmark,
    State,
    Target,
    View,
    open_state,
    segment_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.postgresql import Server

    Sql = Callable[..., list[tuple[Any, ...]]]


_DAY = date(2025, 1, 1)


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
def filled(settings: Settings) -> Settings:
    """A state with some of everything, and something deleted."""
    state = open_state(settings)
    segment = segment_of({"shop": ["旗舰店", 'quo"te']})
    target = state.put(Target(metric="m", level=1.5, segment=segment, note="x"), "anna")
    state.put_all([Target(metric=f"m{n}", level_over_baseline=0.2) for n in range(1_200)], "bob")
    at = datetime(2025, 5, 1, 4, tzinfo=UTC)
    state.put(Baseline(metric="m", start=_DAY, end=date.max, value=1 / 3, recorded_at=at), "anna")
    state.put(Benchmark(metric="m", value=-2e-9, source="s", as_of=_DAY), "anna")
    state.put(View(name="v", page="p", query="a=1", owner="anna", is_shared=True), "anna")
    state.delete(target, "carl")
    return settings


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


def everything(settings: Settings) -> object:
    """All that a state holds, with ids, versions and histories."""
    state = open_state(settings)
    tables = ("targets", "baselines", "benchmarks", "saved_views")
    records = (state.targets(), state.baselines(), state.benchmarks(), state.views("anna", "p"))
    ids = [(record.id, record.version) for kind in records for record in kind]
    return records, ids, [state.history(table) for table in tables]
