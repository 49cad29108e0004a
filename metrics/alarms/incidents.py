"""What becomes of a finding: a new incident, news of an open one, or nothing that was not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.state import Incident, Message

if TYPE_CHECKING:
    from datetime import date

    from connectors.state import Book, Segment
    from metrics.alarms.judge import Finding
    from metrics.alarms.rules import Rule

STALE = timedelta(days=28)
"""One of which nothing was heard for so long is over: its members are not judged any more."""
_RANK = {"info": 0, "warning": 1, "critical": 2}
_OPEN = ("firing", "recovering")


class Keeper:
    """Decides within one transaction."""

    def __init__(self, book: Book, moment: datetime) -> None:
        """Takes the open transaction and the present, aware, in the business's time zone."""
        self.book = book
        self.moment = moment

    def open_incidents(self, rule: Rule) -> list[Incident]:
        """The incidents of a rule that are not over."""
        found = self.book.incidents(rule.name, self.moment.date())
        return [incident for incident in found if incident.state in _OPEN]

    def take(self, rule: Rule, finding: Finding, seen: date | None) -> int:
        """Keeps a finding; 1 when it opened an incident.

        Args:
            rule: the rule.
            finding: what it found.
            seen: the last day that was judged before; what ended by then is no news.
        """
        episode = finding.episode
        known = self._known(rule, finding)
        if known is not None:
            self._renew(rule, known, finding)
            return 0
        is_past = episode.end is not None and (seen is None or episode.last <= seen)
        if is_past or self._is_explained(rule, finding):
            return 0
        self._open(rule, finding)
        return 1

    def remind(self, rule: Rule) -> None:
        """Tells again of what nobody took note of, and ends what nothing is heard of any more."""
        today = self.moment.date()
        for incident in self.open_incidents(rule):
            if incident.last_day < today - STALE and incident.judged_day < today - STALE:
                self.book.keep(replace(incident, state="resolved", resolved_at=self.moment))
                continue
            snoozed = incident.snoozed_until is not None and incident.snoozed_until > today
            quiet = incident.acknowledged_at is not None or snoozed
            told = incident.told_at or incident.opened_at
            if not quiet and self.moment - told >= timedelta(days=rule.repeat):
                self._tell(rule, incident, "reminder", f"reminder:{today}")

    def _known(self, rule: Rule, finding: Finding) -> Incident | None:
        """The latest incident of the same group whose days meet those of the finding."""
        episode = finding.episode
        near = timedelta(days=rule.keep)
        same = [
            incident
            for incident in self.book.incidents(rule.name, episode.start - 2 * near)
            if incident.segment == finding.segment
            and incident.start <= episode.last + near
            and (
                incident.state in _OPEN
                or (incident.end_day or incident.last_day) >= episode.start - near
            )
        ]
        return max(same, key=lambda incident: incident.last_day, default=None)

    def _is_explained(self, rule: Rule, finding: Finding) -> bool:
        """Whether a rule that it depends on fires for the same members on the same days."""
        episode = finding.episode
        return any(
            incident.start <= episode.last
            and episode.start <= (incident.end_day or incident.last_day)
            and _agree(incident.segment, finding.segment)
            for name in rule.depends
            for incident in self.book.incidents(name, episode.start)
        )

    def _open(self, rule: Rule, finding: Finding) -> None:
        blank = Incident(
            rule=rule.name,
            segment=finding.segment,
            start=finding.episode.start,
            last_day=finding.episode.last,
            judged_day=finding.episode.last,
            opened_at=self.moment,
            owner=rule.owner,
            severity=rule.severity,
        )
        incident = self.book.keep(_stated(blank, rule, finding, self.moment))
        self._tell(rule, incident, "opened", "opened")

    def _renew(self, rule: Rule, incident: Incident, finding: Finding) -> None:
        """Takes over what is new; days that were judged before say nothing new."""
        episode = finding.episode
        if (episode.end or episode.last) <= incident.judged_day:
            return
        was_over = incident.state == "resolved"
        if was_over and episode.last <= incident.last_day:
            return
        if was_over and self._is_closed(rule, incident):
            self.book.keep(replace(incident, last_day=episode.last, judged_day=episode.last))
            return
        stated = _stated(incident, rule, finding, self.moment)
        if was_over:
            stated = replace(stated, reopened=incident.reopened + 1, resolved_by="")
        self._tell_change(rule, incident, self.book.keep(stated))

    def _tell_change(self, rule: Rule, before: Incident, after: Incident) -> None:
        if before.state == "resolved":
            if self._may_repeat(rule, before):
                self._tell(rule, after, "reopened", f"reopened:{after.reopened}")
        elif after.state == "resolved":
            self._tell(rule, after, "resolved", f"resolved:{after.reopened}")
        elif _RANK[after.severity] > _RANK[before.severity]:
            self._tell(rule, after, "worse", f"worse:{after.severity}")

    def _is_closed(self, rule: Rule, incident: Incident) -> bool:
        """Whether someone closed it, and it has not yet lasted long enough to come back."""
        if not incident.resolved_by or incident.resolved_at is None:
            return False
        return self.moment - incident.resolved_at < timedelta(days=rule.repeat)

    def _may_repeat(self, rule: Rule, incident: Incident) -> bool:
        told = incident.told_at or incident.opened_at
        return self.moment - told >= timedelta(days=rule.repeat)

    def _tell(self, rule: Rule, incident: Incident, news: str, key: str) -> None:
        full = f"{incident.id}:{key}"
        if self.book.is_queued(full):
            return
        when = _after_quiet(rule, self.moment)
        self.book.keep(Message(key=full, incident=str(incident.id), news=news, not_before=when))
        self.book.keep(replace(incident, told_at=self.moment))


def _stated(incident: Incident, rule: Rule, finding: Finding, moment: datetime) -> Incident:
    """The incident as the finding says that it stands."""
    episode = finding.episode
    severity = "critical" if finding.contributors["grave"] else rule.severity
    return replace(
        incident,
        state=episode.state,
        severity=max(incident.severity, severity, key=_RANK.__getitem__),
        last_day=max(incident.last_day, episode.last),
        judged_day=max(incident.judged_day, episode.end or episode.last),
        end_day=episode.end,
        **(_seen(finding) if finding.contributors["top"] else {}),
        resolved_at=moment if episode.state == "resolved" else None,
    )


def _seen(finding: Finding) -> dict[str, Any]:
    """What the last day beyond the limit showed."""
    return {
        "value": finding.worst["value"],
        "limit_value": finding.worst["limit"],
        "cost": finding.cost,
        "members": len(finding.contributors["members"]),
        "contributors": finding.contributors,
    }


def _agree(one: Segment, other: Segment) -> bool:
    """Whether two segments name the same members where both name any."""
    members = dict(other)
    return all(members.get(name, kept) == kept for name, kept in one)


def _after_quiet(rule: Rule, moment: datetime) -> datetime:
    """When one may be told: now, or at the end of the quiet hours."""
    quiet = rule.quiet
    if quiet is None or not quiet.covers(moment.time()):
        return moment
    end = datetime.combine(moment.date(), quiet.end, moment.tzinfo)
    return end if end > moment else end + timedelta(days=1)
