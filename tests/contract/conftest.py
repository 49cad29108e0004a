"""One test body, every engine: `url` is an empty warehouse of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.engines import connect
from connectors.schema import order_lines
from connectors.settings import Settings
from tests.contract.loading import load
from tests.contract.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.engines import Connector
    from tests.postgresql import Server


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults: Asia/Shanghai, and the currency still open."""
    return Settings()


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def new_warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Makes the URL of a new and empty warehouse."""
    if request.param == "duckdb":
        return lambda: str(tmp_path_factory.mktemp("duckdb") / "warehouse")
    server: Server = request.getfixturevalue("postgresql")
    return server.database


@pytest.fixture
def url(new_warehouse: Callable[[], str]) -> str:
    """A new and empty warehouse."""
    return new_warehouse()


@pytest.fixture(scope="module")
def connector(new_warehouse: Callable[[], str], settings: Settings) -> Connector:
    """A connector to a warehouse that holds `ROWS`, staged in two parts."""
    url = new_warehouse()
    load(url, settings, order_lines, ROWS[:25], ROWS[25:])
    return connect(url, settings)
