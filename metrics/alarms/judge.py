"""One rule over a range of days: its episodes with what an incident keeps of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from metrics.alarms.contributors import contributors
from metrics.alarms.cost import cost_of
from metrics.alarms.states import Episode, Member, episodes, judged
from metrics.alarms.values import values

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from connectors.state import Segment
    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

NOW_ONLY = ("freshness", "quality")
"""Kinds that know how things stand now, and not how they stood."""


@dataclass(frozen=True)
class Finding:
    """An episode with what is known of it.

    Attributes:
        episode: its days and members.
        segment: its group as a question names it.
        cost: in money; None where nobody can say.
        contributors: from `contributors`.
    """

    episode: Episode
    segment: Segment
    cost: float | None
    contributors: dict[str, Any]

    @property
    def worst(self) -> dict[str, Any]:
        """The member furthest beyond its limit."""
        top = self.contributors["top"]
        return dict(top[0]) if top else {"value": None, "limit": None}


@dataclass(frozen=True)
class Verdict:
    """What a rule says of a range of days.

    Attributes:
        findings: the episodes that fire, or did.
        pending: how many are beyond the limit, but not for long enough.
        judged: how many numbers were judged.
        until: the last day that was judged.
    """

    findings: tuple[Finding, ...]
    pending: int
    judged: int
    until: date | None


def judge(
    rule: Rule, asking: Asking, start: date, end: date, firing: Iterable[Member] = ()
) -> Verdict:
    """What the rule says of the days [start, end).

    Args:
        rule: the rule.
        asking: who asks.
        start: first day.
        end: day after the last.
        firing: members that were firing before.

    Raises:
        UserError: for what cannot be asked.
    """
    found = values(rule, asking, start, end)
    if found.is_empty():
        return Verdict((), 0, 0, None)
    rows = judged(found, rule)
    all_ = list(episodes(rows, rule, firing))
    fired = [each for each in all_ if each.state != "pending"]
    findings = tuple(_finding(rule, asking, rows, each) for each in fired)
    last = end - timedelta(days=1) if rule.kind not in NOW_ONLY else start
    return Verdict(findings, len(all_) - len(fired), rows.height, last)


def segment_of_group(rule: Rule, group: Member) -> Segment:
    """A group as a question names it."""
    pairs = zip(rule.groups, group, strict=True)
    return tuple(sorted((name, (member or "(unknown)",)) for name, member in pairs))


def _finding(rule: Rule, asking: Asking, rows: pl.DataFrame, episode: Episode) -> Finding:
    return Finding(
        episode,
        segment_of_group(rule, episode.group),
        cost_of(rule, asking, rows, episode),
        contributors(rule, rows, episode),
    )
