"""The history: each flush writes who changed which row, from what to what, beside the change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, inspect, select, update
from sqlalchemy.orm import Session

from connectors.state.records import utc_now
from connectors.state.tables import AuditRow, CounterRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection
    from sqlalchemy.orm import UOWTransaction

    from connectors.state.base import Kept

    Columns = dict[str, Any]

_NOT_CONTENT = ("id", "version")


class EditSession(Session):
    """A session within a transaction; what it changes is audited under the name `who`."""

    def __init__(self, connection: Connection, who: str) -> None:
        super().__init__(connection, autoflush=False)
        self.who = who


@event.listens_for(EditSession, "after_flush")
def _record(session: EditSession, _: UOWTransaction) -> None:
    changes = [*_changes(session)]
    if changes:
        write(session.connection(), session.who, changes)


def write(connection: Connection, who: str, changes: list[Columns]) -> None:
    """Counts one edit more, and writes what it changed: `table_name`, `key`, `before`, `after`."""
    connection.execute(update(CounterRow).values(edits=CounterRow.edits + 1))
    number = connection.scalar(select(CounterRow.edits))
    edit = {"number": number, "at": utc_now(), "who": who}
    connection.execute(insert(AuditRow), [{**edit, **change} for change in changes])


def _changes(session: EditSession) -> Iterator[Columns]:
    for row in session.new:
        yield _change(row, None, _columns(row))
    for row in session.dirty:
        if session.is_modified(row):
            yield _change(row, _columns(row, before=True), _columns(row))
    for row in session.deleted:
        yield _change(row, _columns(row, before=True), None)


def _change(row: Kept, before: Columns | None, after: Columns | None) -> Columns:
    return {"table_name": row.__tablename__, "key": row.id, "before": before, "after": after}


def _columns(row: Kept, *, before: bool = False) -> Columns:
    """The row's content as JSON takes it; with `before`, as it was read."""
    values = {}
    for name, attribute in inspect(row).attrs.items():
        if name not in _NOT_CONTENT:
            old = attribute.history.deleted if before else ()
            values[name] = _json(old[0] if old else attribute.value)
    return values


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, tuple) else value
