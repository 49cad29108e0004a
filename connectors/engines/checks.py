"""Whether a warehouse fits the program and its settings; if not, what to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import UserError
from connectors.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from connectors.engines.base import Meta
    from connectors.settings import Settings


def check_meta(meta: Meta, settings: Settings, where: object) -> None:
    """Raises a UserError when `where` does not fit the program and the settings."""
    if meta.schema_version != SCHEMA_VERSION:
        raise UserError(
            "The tables in {where} are of version {found}, this program needs {needed}. "
            "Run `python -m connectors rebuild` to build them anew from the kept sources.",
            where=where,
            found=meta.schema_version,
            needed=SCHEMA_VERSION,
        )
    if meta.time_zone != settings.time_zone:
        raise UserError(
            "The dates in {where} are of the time zone {found}, the setting time_zone is {needed}. "
            "Set it back, or run `python -m connectors rebuild` to build them anew.",
            where=where,
            found=meta.time_zone,
            needed=settings.time_zone,
        )


def nothing_imported(where: object) -> UserError:
    """The error for reading a warehouse into which nothing was imported yet."""
    return UserError(
        "Nothing was imported into {where} yet. "
        "Run `python -m connectors import PATH --as TABLE --mapping NAME`.",
        where=where,
    )
