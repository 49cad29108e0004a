"""The engines: where the canonical tables are kept, picked by URL.

A path is a folder of DuckDB generations; `postgresql://…` is a PostgreSQL database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from connectors.engines import duckdb, duckdb_import, history, postgresql, postgresql_import
from connectors.engines.base import REJECTS, Connector, ImportRun, Merge, Meta, TableStatus, Writer
from connectors.engines.system import Purpose
from connectors.errors import UserError
from connectors.settings import Settings, load_settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import polars as pl

__all__ = [
    "REJECTS",
    "Connector",
    "ImportRun",
    "Merge",
    "Meta",
    "TableStatus",
    "Writer",
    "connect",
    "imports",
    "is_empty",
    "open_for_import",
    "rejects",
    "status",
]


def connect(url: str, settings: Settings | None = None) -> Connector:
    """A connector to what was imported last; cheap enough to call for every page.

    Args:
        url: as the setting `warehouse` has it.
        settings: those in force when left out.

    Raises:
        UserError: when nothing was imported yet, or the warehouse is of another schema version or
            time zone: says what to run.
    """
    settings = settings or load_settings()
    if _is_postgresql(url):
        return postgresql.connect(url, settings)
    return duckdb.connect(_folder(url), settings)


def open_for_import(
    url: str,
    settings: Settings,
    *,
    wait: float,
    what: str = "?",
    demo: bool = False,
    anew: bool = False,
) -> AbstractContextManager[Writer]:
    """One import run: on leaving cleanly all of it holds, on an exception none of it.

    A run that changed no table is logged and keeps the version. A real import into the demo shop
    leaves the demo behind.

    Args:
        url: as the setting `warehouse` has it.
        settings: time zone and currency of a new warehouse; checked against an old one.
        wait: seconds to wait for another import.
        what: what is imported, for those who wait: "online_retail (305 files)".
        demo: the warehouse is the demo shop.
        anew: leave all that was there behind, as a rebuild does.

    Raises:
        UserError: when another import takes longer than `wait`, the disk is full, or the
            warehouse is of another schema version or time zone.
    """
    purpose = Purpose(what, demo, anew)
    if _is_postgresql(url):
        return postgresql_import.open_for_import(url, settings, purpose, wait)
    return duckdb_import.open_for_import(_folder(url), settings, purpose, wait)


def is_empty(url: str, settings: Settings | None = None) -> bool:
    """Whether nothing was imported yet.

    Raises:
        UserError: as `connect`, but not for an empty warehouse.
    """
    settings = settings or load_settings()
    if _is_postgresql(url):
        return postgresql.is_empty(url, settings)
    return duckdb.is_empty(_folder(url), settings)


def status(url: str, settings: Settings | None = None) -> list[TableStatus]:
    """The state of every canonical table, in the order of the schema; raises as `connect`."""
    return history.status(connect(url, settings))


def imports(url: str, settings: Settings | None = None) -> pl.DataFrame:
    """The import log, the latest run first (`system.import_log`); raises as `connect`."""
    return history.imports(connect(url, settings))


def rejects(url: str, settings: Settings | None = None) -> pl.DataFrame:
    """The rejects that stand (`system.import_rejects`); raises as `connect`."""
    return history.rejects(connect(url, settings))


def _is_postgresql(url: str) -> bool:
    return url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://"))


def _folder(url: str) -> Path:
    if "://" in url:
        raise UserError(
            "The warehouse cannot be {url!r}: give a folder, or postgresql://USER@HOST/DATABASE.",
            url=url,
        )
    return Path(url)
