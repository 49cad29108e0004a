"""The commands of the board's own state: `backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from connectors.cli import user_name
from connectors.text import N_

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Callable

    from connectors.cli import Parser
    from connectors.settings import Settings

    Translate = Callable[[str], str]


def add_parsers(commands: _SubParsersAction[Parser]) -> None:
    """Adds the two commands to those of `python -m connectors`."""
    saving = commands.add_parser("backup", help="write the board's own state into a new file")
    loading = commands.add_parser("restore", help="put a backup in place of the board's own state")
    for each in (saving, loading):
        each.add_argument("file", type=Path, metavar="FILE", help="the backup")
    loading.add_argument(
        "--replace", action="store_true", help="even when the state holds something already"
    )


def run_backup(given: Namespace, settings: Settings, translate: Translate) -> None:
    """Backs up, and says how much."""
    from connectors.state import backup

    rows = backup(settings, given.file)
    message = translate(N_("Backed up {rows} rows of the state into {file}."))
    print(message.format(rows=rows, file=given.file))


def run_restore(given: Namespace, settings: Settings, translate: Translate) -> None:
    """Restores, and says how much."""
    from connectors.state import restore

    rows = restore(settings, given.file, user_name(), replace=given.replace)
    message = translate(N_("Restored {rows} rows of the state from {file}."))
    print(message.format(rows=rows, file=given.file))
