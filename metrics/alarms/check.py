"""Checking: what rules find becomes incidents and notifications, each once, in one transaction.

What is found is worked out before the transaction, from days alone; what is done about it is
decided within, against the incidents as they stand then. So two boards that check at once, a check
that is repeated, and one after the clock was set back open nothing twice, and a check that is
killed leaves either all of its incidents with their notifications, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from connectors.clock import now
from connectors.errors import UserError
from connectors.log import error_id
from metrics.alarms.contributors import firing_members
from metrics.alarms.final import lag
from metrics.alarms.incidents import Keeper
from metrics.alarms.judge import NOW_ONLY, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from connectors.state import AlarmState, Incident, Watch
    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

WHO = "alarms"
"""The name under which the history shows what checks did."""
CATCH_UP = timedelta(days=28)
"""A board that slept for longer judges this much of what it missed."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Checked:
    """How a rule stands after a check.

    Attributes:
        rule: the rule.
        state: normal, pending, firing, recovering, no_data or error.
        judged: how many numbers were judged.
        until: the last day that was judged.
        opened: incidents that are new.
        note: the message of an error.
    """

    rule: Rule
    state: str
    judged: int
    until: date | None
    opened: int
    note: str = ""


@dataclass(frozen=True)
class _Said:
    rule: Rule
    verdict: Verdict | None
    note: str = ""
    lag: timedelta = timedelta(0)


def check(asking: Asking, state: AlarmState, rules: Sequence[Rule]) -> list[Checked]:
    """Judges all days that were not judged yet by each rule, and keeps what comes of it.

    Args:
        asking: who asks.
        state: where incidents are kept.
        rules: those in force.

    Raises:
        UserError: when rules depend on each other in a circle, or the state cannot be used.
    """
    watches = {watch.rule: watch for watch in state.watches()}
    ordered = [rule for rule in in_order(rules) if rule.enabled]
    said = [_judged(rule, asking, state, watches.get(rule.name)) for rule in ordered]
    moment = now(asking.settings.zone)
    with state.checking(WHO) as book:
        keeper = Keeper(book, moment)
        return [_kept(each, keeper) for each in said]


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Those that others depend on first.

    Raises:
        UserError: when they depend on each other in a circle.
    """
    known = {rule.name: rule for rule in rules}
    wants = {name: sorted(set(rule.depends) & set(known)) for name, rule in known.items()}
    try:
        return [known[name] for name in TopologicalSorter(wants).static_order()]
    except CycleError as error:
        raise UserError(
            "Rules depend on each other in a circle: {circle}. Take one out of depends.",
            circle=" → ".join(error.args[1]),
        ) from None


def _judged(rule: Rule, asking: Asking, state: AlarmState, watch: Watch | None) -> _Said:
    """What a rule says now; one that fails says so, and the others are checked all the same."""
    try:
        late = lag(rule, asking)
        span = _span(rule, asking, watch, late)
        if span is None:
            return _Said(rule, None)
        incidents = state.incidents(rule=rule.name)
        firing = [member for each in incidents for member in firing_members(each.contributors)]
        return _Said(rule, judge(rule, asking, *span, firing), lag=late)
    except UserError as error:
        return _Said(rule, None, str(error))
    except Exception as error:
        return _Said(rule, None, error_id(error))


def _span(
    rule: Rule, asking: Asking, watch: Watch | None, late: timedelta
) -> tuple[date, date] | None:
    """The days to judge: those not judged yet, and before them what `for` and `keep` look at."""
    if rule.kind in NOW_ONLY:
        today = now(asking.settings.zone).date()
        return today, today + _DAY
    last = asking.last_day(rule)
    if last is None:
        return None
    seen = watch.judged_day if watch else None
    fresh = min(max(seen + _DAY, last - CATCH_UP), last) if seen else last
    return fresh - late - timedelta(days=rule.duration + rule.keep), last + _DAY


def _kept(said: _Said, keeper: Keeper) -> Checked:
    rule, verdict = said.rule, said.verdict
    watch = keeper.book.watch(rule.name)
    if verdict is None or not verdict.judged:
        stands = "error" if said.note else "no_data"
        keeper.book.keep(replace(watch, state=stands, note=said.note))
        return Checked(rule, stands, 0, watch.judged_day, 0, said.note)
    seen = watch.judged_day - said.lag if watch.judged_day else None
    opened = sum(keeper.take(rule, finding, seen) for finding in verdict.findings)
    keeper.remind(rule)
    stands = _stands(keeper.open_incidents(rule), verdict)
    days = [day for day in (watch.judged_day, verdict.until) if day]
    until = max(days, default=None)
    keeper.book.keep(replace(watch, state=stands, note="", judged_day=until))
    return Checked(rule, stands, verdict.judged, until, opened)


def _stands(incidents: Iterable[Incident], verdict: Verdict) -> str:
    states = {incident.state for incident in incidents}
    if states:
        return "firing" if "firing" in states else "recovering"
    return "pending" if verdict.pending else "normal"
