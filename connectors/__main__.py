"""The commands of the data: `import`, `rebuild`, `status`, `demo`; and `backup`, `restore`."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from connectors.cli import DONE, Parser, run_command
from connectors.clock import now
from connectors.demo_command import add_parser, bar, run_demo_command
from connectors.errors import UserError
from connectors.settings import load_settings
from connectors.state_commands import add_parsers, run_backup, run_restore
from connectors.text import command_line_language, translator

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from connectors.settings import Settings

    Translate = Callable[[str], str]

_QUIET_SECONDS = 2.0
_SWITCHES = {"on": True, "off": False}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code.

    Raises:
        UserError: for a mistake of the caller's.
    """
    given = _parser().parse_args(arguments)
    settings = load_settings()
    translate = translator(command_line_language(settings))
    commands = {"import": _import, "rebuild": _rebuild, "status": _status}
    commands["demo"] = run_demo_command
    commands |= {"backup": run_backup, "restore": run_restore}
    commands[given.command](given, settings, translate)
    return DONE


def _parser() -> Parser:
    parser = Parser(prog="python -m connectors")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    importing = commands.add_parser("import", help="import files into the warehouse")
    importing.add_argument("paths", nargs="+", metavar="PATH", help="file, directory or glob")
    importing.add_argument("--as", required=True, dest="table", metavar="TABLE", help="main table")
    importing.add_argument("--mapping", required=True, metavar="NAME|FILE.toml", help="its columns")
    importing.add_argument(
        "--rule", action="append", default=[], metavar="NAME=on|off", help="switch a named rule"
    )
    rebuilding = commands.add_parser("rebuild", help="build the warehouse anew from kept sources")
    for each in (importing, rebuilding):
        help_text = "seconds to wait for another import (600)"
        each.add_argument("--wait", type=float, default=600.0, metavar="SECONDS", help=help_text)
    states = commands.add_parser("status", help="tables, rows, dates, last import, rejects")
    for each in (importing, rebuilding, states):
        each.add_argument("--json", action="store_true", help="as JSON, documented in the README")
    add_parser(commands)
    add_parsers(commands)
    return parser


def _import(given: argparse.Namespace, settings: Settings, translate: Translate) -> None:
    from connectors.importing.find import find
    from connectors.importing.run import named_job, run_import

    switches = dict(_switch(text) for text in given.rule)
    job, text = named_job(given.mapping, given.table, find(given.paths), switches)
    report = run_import(job, text, settings, wait=given.wait, progress=_progress(translate))
    _print(report.as_json(), report.lines(translate), as_json=given.json)


def _rebuild(given: argparse.Namespace, settings: Settings, translate: Translate) -> None:
    from connectors.demo.run import run_demo, stored_arguments
    from connectors.importing.run import run_rebuild

    if arguments := stored_arguments(settings):
        rows = run_demo(arguments, settings, wait=given.wait, progress=bar(translate))
        _print(rows, [f"{name}: {count}" for name, count in rows.items()], as_json=given.json)
        return
    reports = run_rebuild(settings, wait=given.wait, progress=_progress(translate))
    lines = [line for report in reports for line in report.lines(translate)]
    _print([report.as_json() for report in reports], lines, as_json=given.json)


def _status(given: argparse.Namespace, settings: Settings, translate: Translate) -> None:
    from connectors.engines import status
    from connectors.importing.standing import status_json, status_lines

    tables, today = status(settings.warehouse, settings), now(settings.zone).date()
    _print(status_json(tables, today), status_lines(tables, today, translate), as_json=given.json)


def _switch(text: str) -> tuple[str, bool]:
    name, _, state = text.partition("=")
    if state not in _SWITCHES:
        raise UserError("--rule {text!r}: write NAME=on or NAME=off.", text=text)
    return name, _SWITCHES[state]


def _progress(_: Translate) -> Callable[[int, int], None]:
    """Says on stderr, every two seconds, how far long work has come."""
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _QUIET_SECONDS:
            said = time.monotonic()
            text = _("{done} of {total} files read").format(done=done, total=total)
            print(text, file=sys.stderr, flush=True)

    return tell


def _print(value: Any, lines: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(run_command(main))
