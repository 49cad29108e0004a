"""What the pages of alarms share: the rules in force, who asks, and how an incident is called."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from connectors.state import open_alarms
from metrics import METRICS
from metrics.alarms.asking import Asking
from metrics.alarms.rule_files import rules_in_force
from metrics.alarms.sight import may_see
from metrics.alarms.words import SEVERITIES, STATES, title_of
from pages.ui import formats
from pages.ui.names import member, plain
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.state import AlarmState, Incident
    from metrics.alarms.rules import Rule
    from metrics.metric import Unit
    from pages.ui.board import Board

INCIDENT = "incident"
"""The parameter of the link that names an incident."""
COLOURS = {"critical": "red", "warning": "orange", "info": "gray"}
_DAY = timedelta(days=1)
_RELATIVE = ("change", "expected", "rate", "target", "quality", "requests", "sell_through")
_DAYS = ("stock_out", "silent")


def alarms(board: Board) -> tuple[AlarmState, dict[str, Rule]]:
    """The state of alarms, and the rules in force by name."""
    state = open_alarms(board.settings)
    return state, {rule.name: rule for rule in rules_in_force(state.rules())}


def asking(board: Board) -> Asking:
    """The reader as one who asks for a rule."""
    return Asking(board.connector, board.access, board.settings)


def seen(board: Board, incidents: Iterable[Incident], rules: dict[str, Rule]) -> list[Incident]:
    """Those of the incidents that the reader may see."""
    return [each for each in incidents if may_see(board.access, each, rules.get(each.rule))]


def badge(incident: Incident) -> str:
    """The severity as Markdown."""
    return f":{COLOURS[incident.severity]}-badge[{_(SEVERITIES[incident.severity])}]"


def headline(incident: Incident, rules: dict[str, Rule]) -> str:
    """Severity and title as Markdown."""
    return f"{badge(incident)} **{plain(title_of(incident, rules, _, member))}**"


def facts(incident: Incident, rule: Rule | None, currency: str | None) -> list[str]:
    """How it stands: owner, state, days, value against limit, cost, and who took note."""
    days = formats.days(incident.start, incident.last_day + _DAY)
    said = [incident.owner or _("nobody's yet"), _(STATES[incident.state]), days]
    if incident.value is not None and rule is not None:
        unit = unit_of(rule)
        value, limit = (
            number(each, unit, currency) for each in (incident.value, incident.limit_value)
        )
        said.append(_("{value} (limit {limit})").format(value=value, limit=limit))
    if incident.cost:
        cost = formats.short(incident.cost, "money", currency)
        said.append(_("about {cost} lost").format(cost=cost))
    if incident.snoozed_until and incident.state != "resolved":
        said.append(
            _("Snoozed until {day}").format(day=formats.period(incident.snoozed_until, "day"))
        )
    elif incident.acknowledged_by:
        said.append(_("Noted by {who}").format(who=incident.acknowledged_by))
    return [plain(each) for each in said]


def unit_of(rule: Rule) -> Unit:
    """The unit of what a rule judges."""
    if rule.kind in _RELATIVE:
        return "ratio"
    if rule.kind in _DAYS:
        return "number"
    return METRICS[rule.metric].unit if rule.metric else "number"


def number(value: float | None, unit: Unit, currency: str | None) -> str:
    """A judged number at a glance."""
    return formats.short(value, unit, currency)


def open_link(incident: Incident, board: Board) -> None:
    """The way to an incident's page."""
    page = board.pages.get("incident")
    if page is not None:
        st.page_link(
            page,
            label=_("Look into it"),
            icon=":material/arrow_forward:",
            query_params={INCIDENT: str(incident.id)},
        )
