"""The state of alarms: what pages and the checks of `metrics` call."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import and_, case, func, or_, select

from connectors.state import rows
from connectors.state.alarm_records import (
    Action,
    AlarmRule,
    Incident,
    Message,
    Sending,
    Watch,
)
from connectors.state.alarm_tables import (
    ActionRow,
    IncidentRow,
    MessageRow,
    SendingRow,
    WatchRow,
)
from connectors.state.places import place_of
from connectors.state.state import State
from connectors.state.tables import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from connectors.settings import Settings
    from connectors.state.audit import EditSession
    from connectors.state.records import Record

R = TypeVar("R", bound="Record")

OPEN = ("firing", "recovering")
"""The states of an incident that is not over."""
_GRAVEST = case({"critical": 0, "warning": 1}, value=IncidentRow.severity, else_=2)


def open_alarms(settings: Settings) -> AlarmState:
    """The alarms of the state that the setting `state` names; raises as `open_state`."""
    return AlarmState(place_of(settings.state))


class AlarmState(State):
    """The state with what alarms add to it; raises as `State` does."""

    def rules(self) -> tuple[AlarmRule, ...]:
        """The rules that people put in place, by name."""
        return self._records(AlarmRule)

    def watches(self) -> tuple[Watch, ...]:
        """How far each rule was checked, by rule."""
        return self._records(Watch)

    def incidents(
        self, *, over: bool = False, rule: str | None = None, most: int = 200
    ) -> tuple[Incident, ...]:
        """Incidents that are open, the gravest and latest first; with `over`, those that ended."""
        found = select(IncidentRow)
        if over:
            found = found.where(IncidentRow.state == "resolved")
        else:
            found = found.where(IncidentRow.state.in_(OPEN)).order_by(_GRAVEST)
        if rule is not None:
            found = found.where(IncidentRow.rule == rule)
        found = found.order_by(IncidentRow.last_day.desc(), IncidentRow.id.desc()).limit(most)
        return tuple(rows.record_of(Incident, row) for row in self._read(found))

    def incident(self, key: str) -> Incident | None:
        """The incident with an id, or None."""
        found = self._records(Incident, IncidentRow.id == key)
        return found[0] if found else None

    def since(self, rule: str, day: date, most: int = 10_000) -> tuple[Incident, ...]:
        """The incidents of a rule that fired on `day` or later, the latest first."""
        found = select(IncidentRow).where(IncidentRow.rule == rule, IncidentRow.last_day >= day)
        latest = found.order_by(IncidentRow.last_day.desc(), IncidentRow.id).limit(most)
        return tuple(rows.record_of(Incident, row) for row in self._read(latest))

    def actions(self, incident: str) -> tuple[Action, ...]:
        """The actions of an incident, the earliest due first."""
        found = self._records(Action, ActionRow.incident == incident)
        return tuple(sorted(found, key=lambda each: (each.due is None, each.due, each.what)))

    def messages(self, incident: str) -> tuple[Message, ...]:
        """What was, or is to be, told of an incident."""
        return self._records(Message, MessageRow.incident == incident)

    def sendings(self, message: str) -> tuple[Sending, ...]:
        """What became of a notification at each address that it was tried at."""
        return self._records(Sending, SendingRow.message == message)

    def unsent(self) -> int:
        """How many notifications did not reach every address so far."""
        missed = select(SendingRow.message).where(SendingRow.sent_at.is_(None))
        failed = select(func.count()).where(
            MessageRow.sent_at.is_(None), MessageRow.key.in_(missed)
        )
        return int(self._read(failed)[0]) if not self._place.is_absent() else 0

    def has_due(self, moment: datetime) -> bool:
        """Whether a message may be sent now; asked without waiting for whoever writes."""
        due = select(MessageRow.id).where(
            MessageRow.sent_at.is_(None), MessageRow.not_before <= moment
        )
        return bool(self._read(due.limit(1)))

    @contextmanager
    def checking(self, who: str) -> Iterator[Book]:
        """One transaction, the only one to write: what is read in it holds until it is kept."""
        with self._editing(who) as session:
            yield Book(session)


class Book:
    """The incidents and the outbox within one transaction."""

    def __init__(self, session: EditSession) -> None:
        self._session = session

    def watch(self, rule: str) -> Watch:
        """How far a rule was checked."""
        found = self._found(Watch, WatchRow.rule == rule)
        return found[0] if found else Watch(rule=rule)

    def incidents(self, rule: str, since: date) -> tuple[Incident, ...]:
        """The incidents of a rule that are open, or fired on `since` or later."""
        # The rule in both: or no index serves, and old incidents are read one by one.
        of_rule = IncidentRow.rule == rule
        is_open = IncidentRow.state.in_(OPEN)
        recent = and_(of_rule, IncidentRow.last_day >= since)
        return self._found(Incident, or_(recent, and_(of_rule, is_open)))

    def due(self, moment: datetime) -> tuple[Message, ...]:
        """The messages that may be sent now."""
        unsent = MessageRow.sent_at.is_(None)
        return self._found(Message, unsent, MessageRow.not_before <= moment)

    def sendings(self) -> tuple[Sending, ...]:
        """What became of the messages that have not gone out to all addresses."""
        unsent = select(MessageRow.key).where(MessageRow.sent_at.is_(None))
        return self._found(Sending, SendingRow.message.in_(unsent))

    def message(self, key: str) -> Message | None:
        """The message with a key, or None."""
        found = self._found(Message, MessageRow.key == key)
        return found[0] if found else None

    def incident(self, key: str) -> Incident | None:
        """The incident with an id, or None."""
        found = self._found(Incident, IncidentRow.id == key)
        return found[0] if found else None

    def is_queued(self, key: str) -> bool:
        """Whether a message was put in the outbox before."""
        return bool(self._found(Message, MessageRow.key == key))

    def keep(self, record: R) -> R:
        """Keeps a record, new or as it was read in this transaction."""
        record.check(record.label())
        session = self._session
        row = rows.claimed(session, record) if record.id else rows.added(session, record)
        rows.fill(row, record)
        session.flush()
        return rows.record_of(type(record), row)

    def _found(self, kind: type[R], *wanted: ColumnElement[bool]) -> tuple[R, ...]:
        found = self._session.scalars(select(ROWS[kind]).where(*wanted))
        return tuple(rows.record_of(kind, row) for row in found)
