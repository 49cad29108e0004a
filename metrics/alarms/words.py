"""How incidents are called: by notifications, commands and pages alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from connectors.state import Incident
    from metrics.alarms.rules import Rule

SEVERITIES = {"critical": N_("Critical"), "warning": N_("Warning"), "info": N_("Notice")}
STATES = {
    "normal": N_("Normal"),
    "pending": N_("Pending"),
    "firing": N_("Firing"),
    "recovering": N_("Recovering"),
    "resolved": N_("Resolved"),
    "no_data": N_("No data"),
    "error": N_("Error"),
}


def title_of(
    incident: Incident,
    rules: Mapping[str, Rule],
    translate: Callable[[str], str],
    named: Callable[[str, str], str] = lambda _dimension, member: member,
) -> str:
    """The rule's title, the members that it is about, and how many they are.

    Args:
        incident: the incident.
        rules: by name.
        translate: into the reader's language.
        named: what a member of a dimension is called; its id unless somebody knows better.
    """
    rule = rules.get(incident.rule)
    title = translate(rule.title) if rule else incident.rule
    members = ", ".join(
        "|".join(named(dimension, each) for each in kept) for dimension, kept in incident.segment
    )
    count = f" ({incident.members})" if incident.members > 1 else ""
    return f"{title}{f' · {members}' if members else ''}{count}"
