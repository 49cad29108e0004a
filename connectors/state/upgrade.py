"""The version of a state's tables: made, upgraded, or refused by Alembic's migrations."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table

from connectors.errors import UserError
from connectors.state.places import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from connectors.state.places import Place

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = tuple(sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")))
"""The migrations in order, by the number that their files begin with; the last is the present."""
_in_process = Lock()  # Alembic works on globals


def is_ready(place: Place) -> bool:
    """Whether there is a state; one of an older version is upgraded first.

    Raises:
        UserError: for a state of a newer version, tables of something else, or a place that
            cannot be used.
    """
    if place.is_absent():
        return False
    with place.reading() as connection:
        done = is_present(connection)
    if not done:
        upgrade(place)
    return True


def upgrade(place: Place) -> None:
    """Makes or upgrades the tables in one transaction; two at once wait for each other.

    Raises:
        UserError: as `is_ready`.
    """
    place.create()
    with _in_process, place.writing() as connection:
        place.prepare(connection)
        _check_ours(connection, place.name)
        if not is_present(connection):
            _migrate(connection)


def is_present(connection: Connection) -> bool:
    """Whether the tables are of the version that this board works with."""
    return version(connection) == VERSIONS[-1]


def version(connection: Connection) -> str | None:
    """The number of the last migration that was made; None without any."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))


def _check_ours(connection: Connection, name: str) -> None:
    found = version(connection)
    if found is None and inspect(connection).get_table_names():
        raise UserError(
            "{state} holds tables of something else: name a file or a database of the board's own "
            "by the setting state.",
            state=name,
        )
    if found is not None and found not in VERSIONS:
        raise UserError(
            "{state} is of version {found}, which a newer board made; this one knows {known}. "
            "Update this board, or restore a backup of an earlier version elsewhere.",
            state=name,
            found=found,
            known=VERSIONS[-1],
        )


def _migrate(connection: Connection) -> None:
    # Alembic takes a while to import, and is needed once in the life of a version.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
