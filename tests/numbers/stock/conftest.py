"""The made-up stock in a warehouse on each engine, and in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.numbers import shelves
from tests.numbers.given import business

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector


@pytest.fixture(scope="session")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    """As users import it."""
    texts = {name: shelves.as_csv(rows) for name, rows in shelves.GIVEN.items()}
    yield from business(new_warehouse(), tmp_path_factory.mktemp("stock"), texts)


@pytest.fixture(scope="session")
def raw() -> sqlite3.Connection:
    """The same rows for plain SQL."""
    return shelves.in_sqlite(shelves.GIVEN)
