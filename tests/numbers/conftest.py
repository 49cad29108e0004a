"""Real shops, imported once a session through the command line, beside their raw rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from connectors.__main__ import main
from connectors.engines import connect
from connectors.settings import Settings
from tests.numbers import oracle
from tests.numbers.regulars import two_shops

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector
    from tests.postgresql import Server


def imported(warehouse: str, *arguments: str) -> None:
    """Runs one import into a warehouse, as the command does; a failing one fails the test."""
    with patch.dict(os.environ, BOARD_WAREHOUSE=warehouse):
        main(("import", *arguments))


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def new_warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Makes the URL of a new and empty warehouse on each engine."""
    if request.param == "duckdb":
        return lambda: str(tmp_path_factory.mktemp("numbers") / "warehouse")
    server: Server = request.getfixturevalue("postgresql")
    return server.database


def _connected(url: str) -> Iterator[Connector]:
    connector = connect(url, Settings(warehouse=url))
    yield connector
    connector.close()


@pytest.fixture(scope="session")
def online_retail(new_warehouse: Callable[[], str], data: Path) -> Iterator[Connector]:
    """The whole set, as the preset imports it."""
    url = new_warehouse()
    files = str(data / "online_retail" / "by-day")
    imported(url, files, "--as", "order_lines", "--mapping", "online_retail")
    yield from _connected(url)


@pytest.fixture(scope="session")
def online_retail_whole(new_warehouse: Callable[[], str], data: Path) -> Iterator[Connector]:
    """The whole set with its service codes."""
    url = new_warehouse()
    files = str(data / "online_retail" / "by-day")
    rule = ("--rule", "service_codes=off")
    imported(url, files, "--as", "order_lines", "--mapping", "online_retail", *rule)
    yield from _connected(url)


@pytest.fixture(scope="session")
def raw(data: Path) -> sqlite3.Connection:
    """The raw rows of the set in SQLite."""
    return oracle.online_retail(data)


@pytest.fixture(scope="session")
def amazon_orders(new_warehouse: Callable[[], str], data: Path) -> Iterator[Connector]:
    """The marketplace's orders, as the preset imports them."""
    url = new_warehouse()
    file = data / "amazon_india_apparel" / "Amazon Sale Report.csv.gz"
    imported(url, str(file), "--as", "order_lines", "--mapping", "amazon_india_orders")
    yield from _connected(url)


@pytest.fixture(scope="session")
def amazon_international(new_warehouse: Callable[[], str], data: Path) -> Iterator[Connector]:
    """The export business and its stock, as the presets import them."""
    url = new_warehouse()
    folder = data / "amazon_india_apparel"
    sales = str(folder / "International sale Report.csv")
    imported(url, sales, "--as", "order_lines", "--mapping", "amazon_india_international")
    stock = str(folder / "Sale Report.csv")
    imported(url, stock, "--as", "stock_daily", "--mapping", "amazon_india_stock")
    yield from _connected(url)


@pytest.fixture(scope="session")
def business(new_warehouse: Callable[[], str]) -> Iterator[Connector]:
    """A business of nine lines, four returns and two campaigns."""
    url = new_warehouse()
    for file in sorted((Path(__file__).parent / "business").glob("*.csv")):
        imported(url, str(file), "--as", file.stem, "--mapping", "canonical")
    yield from _connected(url)


@pytest.fixture(scope="session")
def regulars(new_warehouse: Callable[[], str]) -> Iterator[Connector]:
    """Two shops whose customers buy often."""
    yield from two_shops(new_warehouse())
