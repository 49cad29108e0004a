"""What holds for PostgreSQL alone: its schema, its keys, a full server, a client that is killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.errors import DiskFull, UniqueViolation
from sqlalchemy.exc import OperationalError

from connectors.engines import connect, is_empty, open_for_import
from connectors.errors import UserError
from tests.unit.generation_processes import (
    SETTINGS,
    hold_an_import,
    import_order,
    processes,
    whole_orders,
)

if TYPE_CHECKING:
    from tests.postgresql import Server


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.database()


def test_the_board_keeps_to_a_schema_of_its_own(url: str) -> None:
    with psycopg.connect(url) as client:
        client.execute("CREATE TABLE order_lines (mine integer)")
    assert is_empty(url, SETTINGS)
    import_order(url, "a")
    assert whole_orders(url) == {"a"}
    with psycopg.connect(url) as client:
        assert client.execute("SELECT count(*) FROM order_lines").fetchone() == (0,)
        assert client.execute("SELECT count(*) FROM board.order_lines").fetchone() == (300,)


def test_a_key_stands_once(url: str) -> None:
    import_order(url, "a")
    with psycopg.connect(url) as client, pytest.raises(UniqueViolation):
        client.execute("INSERT INTO board.order_lines SELECT * FROM board.order_lines LIMIT 1")


def _fill(url: str) -> None:
    with open_for_import(url, SETTINGS, wait=0):
        raise OperationalError("COPY", {}, DiskFull("could not extend file"))


def test_a_full_server_is_named_without_its_password(url: str) -> None:
    secret = url.replace("postgres@", "postgres:secret@")
    with pytest.raises(UserError, match=r"postgres:\*\*\*@.*is out of disk space") as refused:
        _fill(secret)
    assert "secret" not in str(refused.value)
    assert is_empty(url, SETTINGS)


def test_a_killed_import_leaves_nothing_and_frees_the_lock(url: str) -> None:
    import_order(url, "a")
    version = connect(url, SETTINGS).version
    listening, started = processes.Pipe(duplex=False)
    importing = processes.Process(target=hold_an_import, args=(url, started))
    importing.start()
    listening.recv()
    with pytest.raises(UserError, match="Another import is running: order held"):
        _fill(url)
    importing.kill()
    importing.join()
    assert whole_orders(url) == {"a"}
    assert connect(url, SETTINGS).version == version
    import_order(url, "b")
    assert whole_orders(url) == {"a", "b"}
