"""The tables of alarms. A change here goes with a migration in `migrations/versions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from connectors.state.alarm_records import (
    Action,
    AlarmRule,
    Incident,
    Message,
    Sending,
    Watch,
)
from connectors.state.base import Kept
from connectors.state.segments import Segment

if TYPE_CHECKING:
    from connectors.state.records import Record


class AlarmRuleRow(Kept):
    """A rule that people put in place."""

    __tablename__ = "alarm_rules"
    natural = ("name",)

    name: Mapped[str]
    text: Mapped[str]


class IncidentRow(Kept):
    """An incident."""

    __tablename__ = "incidents"
    natural = ("rule", "segment", "start")
    __table_args__ = (
        UniqueConstraint(*natural),
        Index("ix_incidents_state", "state", "last_day", "id"),
        Index("ix_incidents_rule", "rule", "last_day"),
    )

    rule: Mapped[str]
    segment: Mapped[Segment]
    start: Mapped[date]
    state: Mapped[str]
    severity: Mapped[str]
    last_day: Mapped[date]
    judged_day: Mapped[date]
    end_day: Mapped[date | None]
    opened_at: Mapped[datetime]
    value: Mapped[float | None]
    limit_value: Mapped[float | None]
    cost: Mapped[float | None]
    members: Mapped[int]
    contributors: Mapped[dict[str, Any]]
    owner: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str]
    snoozed_until: Mapped[date | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str]
    verdict: Mapped[str]
    reopened: Mapped[int]
    told_at: Mapped[datetime | None]


class ActionRow(Kept):
    """An action."""

    __tablename__ = "actions"
    natural = ("incident", "what", "who")

    incident: Mapped[str]
    what: Mapped[str]
    who: Mapped[str]
    due: Mapped[date | None]
    done: Mapped[date | None]


class MessageRow(Kept):
    """A notification in the outbox."""

    __tablename__ = "outbox"
    natural = ("key",)
    __table_args__ = (
        UniqueConstraint(*natural),
        Index("ix_outbox_due", "sent_at", "not_before"),
        Index("ix_outbox_incident", "incident"),
    )

    key: Mapped[str]
    incident: Mapped[str]
    news: Mapped[str]
    not_before: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class SendingRow(Kept):
    """A notification at an address."""

    __tablename__ = "outbox_addresses"
    natural = ("message", "address")
    __table_args__ = (UniqueConstraint(*natural), Index("ix_outbox_addresses_sent", "sent_at"))

    message: Mapped[str]
    address: Mapped[str]
    not_before: Mapped[datetime]
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
    error: Mapped[str]


class WatchRow(Kept):
    """How far a rule has been checked."""

    __tablename__ = "alarm_watches"
    natural = ("rule",)

    rule: Mapped[str]
    judged_day: Mapped[date | None]
    state: Mapped[str]
    note: Mapped[str]


ALARM_ROWS: dict[type[Record], type[Kept]] = {
    AlarmRule: AlarmRuleRow,
    Incident: IncidentRow,
    Action: ActionRow,
    Message: MessageRow,
    Sending: SendingRow,
    Watch: WatchRow,
}
"""Where each record is kept."""
