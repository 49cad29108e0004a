"""The metrics on the command line: `python -m metrics list|query|targets|alarms …`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, get_args

from connectors.cli import Parser, run_command
from connectors.engines import connect
from connectors.settings import load_settings
from connectors.text import command_line_language, translator
from metrics import Query, forecast_command, load_access, output, plan_commands, run
from metrics.alarms import commands as alarm_commands
from metrics.arguments import day, pairs
from metrics.catalogue import METRICS
from metrics.defaults import whole_range
from metrics.periods import Grain
from metrics.query import Comparison

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    return run_command(lambda: _run(_parser().parse_args(arguments)))


def _run(given: Namespace) -> int:
    code: int = given.command(given)
    return code


def _parser() -> Parser:
    parser = Parser(prog="python -m metrics", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="every metric with its meaning")
    listing.add_argument("--json", action="store_true", help="a list of records")
    listing.set_defaults(command=_list)
    query = commands.add_parser("query", help="the numbers of metrics")
    query.add_argument("metrics", nargs="+", metavar="METRIC")
    query.add_argument("--by", nargs="+", action="extend", default=[], metavar="DIM")
    query.add_argument("--where", nargs="+", action="extend", default=[], metavar="DIM=VALUE")
    query.add_argument("--from", dest="start", metavar="DATE", help="first day")
    query.add_argument("--to", dest="end", metavar="DATE", help="day after the last")
    query.add_argument("--grain", choices=get_args(Grain))
    query.add_argument("--compare", choices=get_args(Comparison))
    query.add_argument("--top", type=int, metavar="N")
    query.add_argument(
        "--set", dest="params", nargs="+", action="extend", default=[], metavar="PARAM=VALUE"
    )
    query.add_argument("--role", default="unrestricted")
    query.add_argument("--format", choices=("table", "json", "csv"), default="table")
    query.set_defaults(command=_query)
    forecast_command.add_parser(commands)
    plan_commands.add_parsers(commands)
    alarm_commands.add_parsers(commands)
    return parser


def _list(given: Namespace) -> int:
    records = [output.described(metric) for metric in METRICS.values()]
    if given.json:
        output.write_json(records, sys.stdout)
    else:
        output.write_list(records, translator(command_line_language(load_settings())), sys.stdout)
    return 0


def _query(given: Namespace) -> int:
    settings = load_settings()
    connector = connect(settings.warehouse)
    try:
        first, last = whole_range(connector, given.metrics, settings)
        query = Query(
            metrics=tuple(given.metrics),
            start=day("--from", given.start) if given.start else first,
            end=day("--to", given.end) if given.end else last,
            grain=given.grain,
            by=tuple(given.by),
            where=tuple((name, (value,)) for name, value in pairs("--where", given.where)),
            compare=given.compare,
            top=given.top,
            params=tuple(pairs("--set", given.params)),
        )
        result = run(query, load_access(given.role, settings), connector, settings)
    finally:
        connector.close()
    translate = translator(command_line_language(settings))
    output.write(result, given.format, translate, sys.stdout, sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
