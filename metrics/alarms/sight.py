"""Whom an incident may be shown to: checks see everything, readers what their role allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.state import Incident
    from metrics.access import Access
    from metrics.alarms.rules import Rule


def may_see(access: Access, incident: Incident, rule: Rule | None) -> bool:
    """Whether a role may see an incident.

    Its metric must be allowed, none of its dimensions hidden, and each dimension that limits the
    role's rows named by the incident, with members that the role may see: an incident about more
    than that tells of rows that it may not see. Without its rule nobody limited sees it.
    """
    if rule is None:
        return access.metrics is None and not access.rows and not access.hidden
    if access.metrics is not None and rule.metric not in access.metrics:
        return False
    if access.hidden & {*rule.by, *rule.where}:
        return False
    named = {**{name: set(kept) for name, kept in rule.where.items()}}
    named |= {name: set(kept) for name, kept in incident.segment}
    return all(name in named and named[name] <= set(kept) for name, kept in access.rows)
