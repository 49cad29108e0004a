"""Each rule's own record: how often it fired, was it of use, how fast was it dealt with."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connectors.state import Incident, Watch
    from metrics.alarms.rules import Rule


class Record(NamedTuple):
    """The record of a rule.

    Attributes:
        rule: the rule.
        state: how it stands.
        note: why it is in error.
        fired: incidents.
        useful: those that people called useful.
        false: those that people called false.
        hours_to_note: mean hours until someone took note; None while nobody has.
        days_to_end: mean days until they ended; None while none has.
    """

    rule: Rule
    state: str
    note: str
    fired: int
    useful: int
    false: int
    hours_to_note: float | None
    days_to_end: float | None


def records(
    rules: Iterable[Rule], watches: Iterable[Watch], incidents: Sequence[Incident]
) -> list[Record]:
    """The record of each rule by the incidents that are given."""
    stands = {watch.rule: watch for watch in watches}
    found = []
    for rule in rules:
        own = [each for each in incidents if each.rule == rule.name]
        watch = stands.get(rule.name)
        noted = [
            (each.acknowledged_at - each.opened_at).total_seconds() / 3600
            for each in own
            if each.acknowledged_at
        ]
        lasted = [(each.end_day - each.start).days for each in own if each.end_day]
        found.append(
            Record(
                rule,
                watch.state if watch else "normal",
                watch.note if watch else "",
                len(own),
                sum(each.verdict == "useful" for each in own),
                sum(each.verdict == "false" for each in own),
                fmean(noted) if noted else None,
                fmean(lasted) if lasted else None,
            )
        )
    return found
