"""One test body, every engine: `url` is an empty warehouse of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

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
