"""Real shops, imported once a session through the command line, beside their raw rows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from connectors.engines import connect
from connectors.settings import Settings
from tests.numbers import oracle

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from connectors.engines import Connector

    Import = Callable[..., None]


def imported(warehouse: str, *arguments: str) -> None:
    """Runs one import into a warehouse; a failing one fails the test with what it said."""
    command = [sys.executable, "-m", "connectors", "import", *arguments]
    environment = {**os.environ, "BOARD_WAREHOUSE": warehouse}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session", params=["duckdb"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engines that every number is asked of."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def new_warehouse(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Gives the URL of an empty warehouse on the engine."""
    return lambda name: str(tmp_path_factory.mktemp(f"{engine}-{name}"))


def _connected(url: str) -> Iterator[Connector]:
    connector = connect(url, Settings(warehouse=url))
    yield connector
    connector.close()


@pytest.fixture(scope="session")
def online_retail(new_warehouse: Callable[[str], str], data: Path) -> Iterator[Connector]:
    """The whole set, as the preset imports it."""
    url = new_warehouse("online-retail")
    files = str(data / "online_retail" / "by-day")
    imported(url, files, "--as", "order_lines", "--mapping", "online_retail")
    yield from _connected(url)


@pytest.fixture(scope="session")
def online_retail_whole(new_warehouse: Callable[[str], str], data: Path) -> Iterator[Connector]:
    """The whole set with its service codes."""
    url = new_warehouse("online-retail-whole")
    files = str(data / "online_retail" / "by-day")
    rule = ("--rule", "service_codes=off")
    imported(url, files, "--as", "order_lines", "--mapping", "online_retail", *rule)
    yield from _connected(url)


@pytest.fixture(scope="session")
def raw(data: Path) -> sqlite3.Connection:
    """The raw rows of the set in SQLite."""
    return oracle.online_retail(data)
