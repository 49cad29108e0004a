"""Which members an incident is about: the furthest beyond their limit first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from metrics.alarms.rates import USUAL, VALUE
from metrics.alarms.states import GRAVE, LIMIT, Member
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from metrics.alarms.rules import Rule
    from metrics.alarms.states import Episode

SHOWN, REMEMBERED = 10, 1_000
"""Members that are shown, and that are remembered as firing."""


def contributors(rule: Rule, rows: pl.DataFrame, episode: Episode) -> dict[str, Any]:
    """The members of an episode, as the state keeps them.

    Returns:
        "top": at most ten records of the members furthest beyond their limit on the last day, with
        "segment", "value", "limit" and "usual"; "members": those that fire; "grave": whether one
        is beyond the critical level.
    """
    members = [span.member for span in episode.spans if span.state != "resolved"]
    members = members or [span.member for span in episode.spans]
    last = rows.filter(pl.col(PERIOD) == episode.last)
    if rule.by:
        of = pl.DataFrame(members, schema=dict.fromkeys(rule.by, pl.String), orient="row")
        last = last.join(of, on=list(rule.by), how="semi", nulls_equal=True)
    ranked = last.sort((pl.col(VALUE) - pl.col(LIMIT)) * -rule.sign, *rule.by)
    return {
        "top": [_record(row, rule) for row in ranked.head(SHOWN).to_dicts()],
        "members": [list(member) for member in members[:REMEMBERED]],
        "grave": bool(last[GRAVE].any()),
    }


def firing_members(kept: dict[str, Any]) -> list[Member]:
    """The members that an incident remembers as firing."""
    return [tuple(member) for member in kept.get("members", ())]


def _record(row: dict[str, Any], rule: Rule) -> dict[str, Any]:
    return {
        "segment": {name: row[name] for name in rule.by},
        "value": row[VALUE],
        "limit": row[LIMIT],
        "usual": row[USUAL],
    }
