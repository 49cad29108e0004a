"""Small demo shops to try the identities on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo, truth_folder
from connectors.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[[str], list[tuple[Any, ...]]]

END = date(2025, 11, 20)
SMALL = Arguments(END, orders=3_000, days=120)
TINY = Arguments(END, orders=500, days=60)


def built(folder: Path, arguments: Arguments) -> Path:
    """The folder of a warehouse with the demo shop of these arguments."""
    settings = Settings.model_validate(
        {"warehouse": str(folder / "warehouse"), "state": str(folder / "state.db")}
    )
    run_demo(arguments, settings, wait=1)
    return truth_folder(settings).parent


def asking(warehouse: Path) -> Ask:
    """Rows of SQL on a demo shop's tables, and on its truth as `truth_…`."""
    (file,) = warehouse.glob("generation-*.duckdb")
    connection = duckdb.connect(str(file), read_only=True)
    connection.sql("SET TimeZone = 'UTC'")
    for each in (warehouse / "truth").glob("*.parquet"):
        connection.sql(f"CREATE TEMP VIEW truth_{each.stem} AS FROM '{each}'")
    return lambda sql: connection.sql(sql).fetchall()


def none(ask: Ask, sql: str) -> None:
    """Asserts that the SQL finds no row."""
    assert ask(f"SELECT count(*) FROM ({sql})") == [(0,)]
