"""The commands of alarms: `python -m metrics alarms check|list`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from connectors.clock import now
from connectors.engines import connect
from connectors.settings import load_settings
from connectors.state import open_alarms
from connectors.text import N_, command_line_language, translator
from metrics import output
from metrics.access import load_access
from metrics.alarms.asking import Asking
from metrics.alarms.check import Checked, check
from metrics.alarms.notices import Sent, addresses, send_due
from metrics.alarms.rule_files import rules_in_force
from metrics.alarms.words import SEVERITIES, title_of

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from connectors.cli import Parser
    from connectors.settings import Settings
    from connectors.state import Incident


def add_parsers(commands: _SubParsersAction[Parser]) -> None:
    """Adds `alarms` to the commands of `python -m metrics`."""
    alarms = commands.add_parser("alarms", help="what is not as it should be")
    under = alarms.add_subparsers(required=True, metavar="check|list")
    checking = under.add_parser("check", help="judge what is new, and tell whom it concerns")
    checking.set_defaults(command=_check)
    listing = under.add_parser("list", help="the open incidents, the gravest first")
    listing.set_defaults(command=_list)
    for each in (checking, listing):
        each.add_argument("--json", action="store_true", help="a list of records")


def check_all(settings: Settings, rest: float = 0.0) -> tuple[list[Checked], Sent]:
    """Checks all rules in force, then sends what is due.

    Args:
        settings: the warehouse, the state and who is told.
        rest: seconds at most that it rests after a question.

    Raises:
        UserError: for rules, a state or an address that cannot be used.
    """
    state, there = open_alarms(settings), addresses(settings)
    rules = rules_in_force(state.rules())
    connector = connect(settings.warehouse, settings)
    try:
        access = load_access("unrestricted", settings)
        checked = check(Asking(connector, access, settings, rest), state, rules)
    finally:
        connector.close()
    if not there:
        return checked, Sent(0, 0)
    named = {rule.name: rule for rule in rules}
    return checked, send_due(state, named, settings, there, now(settings.zone))


def _check(given: Namespace) -> int:
    settings = load_settings()
    checked, sent = check_all(settings)
    if given.json:
        output.write_json([_checked_record(each) for each in checked], sys.stdout)
        return 0
    translate = translator(command_line_language(settings))
    for each in checked:
        note = f"  {each.note}" if each.note else ""
        print(f"{each.rule.name}  {each.state}  {each.opened}{note}")
    message = N_(
        "Incidents opened: {opened}. Notifications sent: {sent}, to be tried again: {failed}."
    )
    opened = sum(each.opened for each in checked)
    print(translate(message).format(opened=opened, **sent._asdict()))
    return 0


def _list(given: Namespace) -> int:
    settings = load_settings()
    state = open_alarms(settings)
    incidents = state.incidents()
    if given.json:
        output.write_json([_incident_record(each) for each in incidents], sys.stdout)
        return 0
    translate = translator(command_line_language(settings))
    rules = {rule.name: rule for rule in rules_in_force(state.rules())}
    for each in incidents:
        severity = translate(SEVERITIES[each.severity])
        print(f"{severity}  {each.start}  {title_of(each, rules, translate)}")
    return 0


def _checked_record(each: Checked) -> dict[str, Any]:
    return {
        "rule": each.rule.name,
        "state": each.state,
        "judged": each.judged,
        "until": each.until,
        "opened": each.opened,
        "note": each.note,
    }


def _incident_record(each: Incident) -> dict[str, Any]:
    names = (
        *("id", "rule", "state", "severity", "start", "last_day", "value", "limit_value", "cost"),
        *("members", "owner", "acknowledged_at", "snoozed_until", "opened_at", "reopened"),
    )
    return {"where": dict(each.segment), **{name: getattr(each, name) for name in names}}
