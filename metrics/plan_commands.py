"""The commands of the plan: `targets list|import|remove` and `baselines list|record`."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.cli import user_name
from connectors.engines import connect
from connectors.errors import unknown
from connectors.settings import load_settings
from connectors.state import open_state
from connectors.text import N_, command_line_language, translator
from metrics import Query, load_access, output
from metrics.arguments import day, pairs
from metrics.baselines import measured_baseline
from metrics.target_list import targets_in_force

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from connectors.cli import Parser
    from connectors.settings import Settings
    from connectors.state import Baseline, Target


def add_parsers(commands: _SubParsersAction[Parser]) -> None:
    """Adds `targets` and `baselines` to the commands of `python -m metrics`."""
    planned = commands.add_parser("targets", help="what was planned")
    targets = planned.add_subparsers(required=True, metavar="list|import|remove")
    listing = targets.add_parser("list", help="the targets in force")
    listing.set_defaults(command=_list_targets)
    importing = targets.add_parser("import", help="take the targets of a CSV or XLSX file")
    importing.add_argument("file", metavar="FILE")
    importing.set_defaults(command=_import_targets)
    removing = targets.add_parser("remove", help="delete a target")
    removing.add_argument("id", metavar="ID", help="as the list shows it")
    removing.set_defaults(command=_remove_target)
    measured = commands.add_parser("baselines", help="what was, to plan against")
    baselines = measured.add_subparsers(required=True, metavar="list|record")
    known = baselines.add_parser("list", help="the baselines that were recorded")
    known.set_defaults(command=_list_baselines)
    recording = baselines.add_parser("record", help="record what a metric was")
    recording.add_argument("metric", metavar="METRIC")
    recording.add_argument("--from", dest="start", required=True, metavar="DATE", help="first day")
    recording.add_argument("--to", dest="end", required=True, metavar="DATE", help="day after last")
    recording.add_argument("--where", nargs="+", action="extend", default=[], metavar="DIM=VALUE")
    recording.set_defaults(command=_record_baseline)
    for each in (listing, known):
        each.add_argument("--json", action="store_true", help="a list of records")


def _list_targets(given: Namespace) -> int:
    return _list(given, [_target_record(each) for each in targets_in_force(load_settings())])


def _list_baselines(given: Namespace) -> int:
    baselines = open_state(load_settings()).baselines()
    return _list(given, [_baseline_record(each) for each in baselines])


def _import_targets(given: Namespace) -> int:
    from metrics.target_sheet import read_targets

    settings = load_settings()
    edits = open_state(settings).put_all(read_targets(given.file, settings), user_name())
    message = N_("Targets: {added} added, {changed} changed, {unchanged} unchanged.")
    return _say(settings, message, **edits._asdict())


def _remove_target(given: Namespace) -> int:
    settings = load_settings()
    state = open_state(settings)
    known = {target.id: target for target in state.targets() if target.id}
    if given.id not in known:
        raise unknown("target", given.id, known)
    state.delete(known[given.id], user_name())
    return _say(settings, N_("Removed {what}."), what=known[given.id].label())


def _record_baseline(given: Namespace) -> int:
    settings = load_settings()
    translate = translator(command_line_language(settings))
    query = Query(
        metrics=(given.metric,),
        start=day("--from", given.start),
        end=day("--to", given.end),
        where=tuple((name, (value,)) for name, value in pairs("--where", given.where)),
    )
    access = load_access("unrestricted", settings)
    connector = connect(settings.warehouse, settings)
    try:
        baseline = measured_baseline(query, access, connector, settings, translate)
    finally:
        connector.close()
    open_state(settings).put_all([baseline], user_name())
    message = N_("Recorded the baseline {what}: {value}.")
    return _say(settings, message, what=baseline.label(), value=f"{baseline.value:g}")


def _list(given: Namespace, records: list[dict[str, Any]]) -> int:
    if given.json:
        output.write_json(records, sys.stdout)
    for record in [] if given.json else records:
        cells = (f"{name}={value}" for name, value in record.items() if value not in (None, "", {}))
        print("  ".join(cells))
    return 0


def _target_record(target: Target) -> dict[str, Any]:
    values = ("amount", "level", "level_over_baseline", "note", "id")
    return {
        "metric": target.metric,
        "where": dict(target.segment),
        "from": None if target.start == date.min else target.start,
        "to": None if target.end == date.max else target.end,
        **{name: getattr(target, name) for name in values},
    }


def _baseline_record(baseline: Baseline) -> dict[str, Any]:
    return {
        "metric": baseline.metric,
        "where": dict(baseline.segment),
        "from": baseline.start,
        "to": baseline.end,
        "value": baseline.value,
        "recorded_at": baseline.recorded_at,
    }


def _say(settings: Settings, message: str, **values: object) -> int:
    print(translator(command_line_language(settings))(message).format(**values))
    return 0
