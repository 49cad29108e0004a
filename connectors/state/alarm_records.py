"""What the state keeps of alarms: rules that people put in place, incidents, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.state.checks import LONG, check_name, check_text
from connectors.state.records import Record, utc_now

if TYPE_CHECKING:
    from datetime import date, datetime

    from connectors.state.segments import Segment


@dataclass(frozen=True, kw_only=True)
class AlarmRule(Record):
    """A rule that people put in place, as TOML; it replaces the one of its name that ships."""

    name: str
    text: str

    def label(self) -> str:
        """Its name."""
        return self.name

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("name", self.name, where)
        check_text("text", self.text, where, LONG)


@dataclass(frozen=True, kw_only=True)
class Incident(Record):
    """Something that a rule found, from its first day to its end.

    Attributes:
        rule: the name of the rule.
        segment: the members that it is about; empty for the whole business.
        start: the first day on which it fired.
        state: firing, recovering (within the limit, not long enough yet) or resolved.
        severity: info, warning or critical: the gravest so far.
        last_day: the last day on which it fired.
        judged_day: the last day that was judged for it; earlier ones say nothing new.
        end_day: the first day of its recovery; None while it lasts.
        opened_at: when it was found, UTC.
        value: what was judged, on the last day that it fired.
        limit_value: the limit on that day.
        cost: what it is estimated to cost so far, in the warehouse's currency.
        members: how many members are beyond the limit.
        contributors: the largest of them: {"segment", "value", "limit", "cost"} each.
        owner: who is asked to act.
        acknowledged_at: when someone took note, UTC.
        acknowledged_by: who.
        snoozed_until: the day until which nobody is reminded.
        resolved_at: when it was closed, UTC.
        resolved_by: who closed it; empty when it ended by itself.
        verdict: useful or false, as people say; empty while they have not.
        reopened: how often it came back.
        told_at: when it was told of last, UTC.
    """

    rule: str
    segment: Segment = ()
    start: date
    state: str = "firing"
    severity: str = "warning"
    last_day: date
    judged_day: date
    end_day: date | None = None
    opened_at: datetime = field(default_factory=utc_now)
    value: float | None = None
    limit_value: float | None = None
    cost: float | None = None
    members: int = 1
    contributors: dict[str, Any] = field(default_factory=dict)
    owner: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    snoozed_until: date | None = None
    resolved_at: datetime | None = None
    resolved_by: str = ""
    verdict: str = ""
    reopened: int = 0
    told_at: datetime | None = None

    def label(self) -> str:
        """Rule, members and first day."""
        members = "".join(f" {name}={'|'.join(kept)}" for name, kept in self.segment)
        return f"{self.rule}{members} {self.start}"

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("rule", self.rule, where)
        check_text("owner", self.owner, where)


@dataclass(frozen=True, kw_only=True)
class Action(Record):
    """What someone does about an incident.

    Attributes:
        incident: the id of the incident.
        what: what is done.
        who: who does it.
        due: until when.
        done: the day on which it was done; None while it is not.
    """

    incident: str
    what: str
    who: str
    due: date | None = None
    done: date | None = None

    def label(self) -> str:
        """What is done."""
        return self.what

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("what", self.what, where)
        check_name("who", self.who, where)


@dataclass(frozen=True, kw_only=True)
class Message(Record):
    """A notification that is to be sent, or was.

    Attributes:
        key: what it says of which incident, so that nothing is said twice.
        incident: the id of the incident.
        news: opened, worse, reminder, reopened or resolved.
        not_before: the instant from which it may be sent to an address, UTC.
        sent_at: when it had gone out to all addresses, UTC.
    """

    key: str
    incident: str
    news: str
    not_before: datetime
    sent_at: datetime | None = None

    def label(self) -> str:
        """Its key."""
        return self.key

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("key", self.key, where)


@dataclass(frozen=True, kw_only=True)
class Sending(Record):
    """What became of a notification at one address.

    Attributes:
        message: the key of the notification.
        address: what tells the address apart; not the address itself, which may hold a password.
        not_before: the instant from which it may be tried, UTC: lease and back-off.
        attempts: how often it was tried.
        sent_at: when it was handed over, UTC.
        error: why the last attempt failed; empty without one.
    """

    message: str
    address: str
    not_before: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    error: str = ""

    def label(self) -> str:
        """Message and address."""
        return f"{self.message} {self.address}"

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("message", self.message, where)
        check_name("address", self.address, where)


@dataclass(frozen=True, kw_only=True)
class Watch(Record):
    """How far a rule has been checked, and how it stands.

    Attributes:
        rule: the name of the rule.
        judged_day: the last day that was judged; None before the first.
        state: normal, pending, firing, recovering, no_data or error.
        note: the message of an error, or the reason of no data.
    """

    rule: str
    judged_day: date | None = None
    state: str = "normal"
    note: str = ""

    def label(self) -> str:
        """The rule."""
        return self.rule

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("rule", self.rule, where)
