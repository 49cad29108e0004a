"""Mappings of a team's own, kept as TOML files beside the kept sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.errors import UserError, unknown
from connectors.importing.archive import archive_folder
from connectors.importing.presets import CANONICAL, mapping_text, preset_names, read_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.settings import Settings

_NAME = re.compile(r"[^\W_][\w-]{0,59}")


def mappings_folder(settings: Settings) -> Path:
    """Where they are kept: in a folder warehouse, else beside the board's own state."""
    return archive_folder(settings).with_name("mappings")


def saved_names(settings: Settings) -> list[str]:
    """The names of the saved mappings, in order."""
    return sorted(file.stem for file in mappings_folder(settings).glob("*.toml"))


def saved_text(settings: Settings, name: str) -> str:
    """The TOML text of a saved mapping.

    Raises:
        UserError: when there is none of that name, or it cannot be read.
    """
    if name not in saved_names(settings):
        raise unknown("mapping", name, saved_names(settings))
    return mapping_text(str(mappings_folder(settings) / f"{name}.toml"))


def check_name(name: str) -> str:
    """A name that a mapping of one's own can have: it is also that of a file.

    Raises:
        UserError: when it cannot be one, or is taken by a mapping that ships.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            "A mapping cannot be named {name!r}: take up to 60 letters, digits, - and _.", name=name
        )
    if name in (*preset_names(), CANONICAL):
        message = "A mapping that ships with the board is named {name!r}: take another name."
        raise UserError(message, name=name)
    return name


def save_mapping(settings: Settings, name: str, text: str) -> Path:
    """Keeps a mapping under `name`, in place of an earlier one; returns its file.

    Raises:
        UserError: for a name or a text that cannot be, or when it cannot be written.
    """
    file = mappings_folder(settings) / f"{check_name(name)}.toml"
    read_mapping(text, file.name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        message = "The mapping {file} cannot be written: {reason}."
        raise UserError(message, file=file, reason=error.strerror) from None
    return file
