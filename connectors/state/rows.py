"""Between records and rows, and who was faster when two edit the same."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from connectors.errors import UserError
from connectors.state.records import Change, Record, View
from connectors.state.tables import ROWS, AuditRow, ViewRow

if TYPE_CHECKING:
    from connectors.state.audit import EditSession
    from connectors.state.base import Kept

R = TypeVar("R", bound=Record)


def record_of(kind: type[R], row: Kept) -> R:
    """The record that a row keeps."""
    return kind(**{each.name: getattr(row, each.name) for each in fields(kind)})


def change_of(row: AuditRow) -> Change:
    """An edit as a record."""
    return Change(row.number, row.at, row.who, row.table_name, row.key, row.before, row.after)


def fill(row: Kept, record: Record) -> None:
    """Gives a row the content of a record; its id and version are its own."""
    for each in fields(record):
        if each.name not in {"id", "version"}:
            setattr(row, each.name, getattr(record, each.name))


def natural(kind: type[Kept], record: Record | Kept) -> tuple[object, ...]:
    """What tells a record apart to people."""
    return tuple(getattr(record, name) for name in kind.natural)


def added(session: EditSession, record: Record) -> Kept:
    """A new row for a record."""
    row = ROWS[type(record)]()
    session.add(row)
    return row


def claimed(session: EditSession, record: Record) -> Kept:
    """The row that a record was read from.

    Raises:
        UserError: when it was changed or deleted since, or belongs to someone else.
    """
    kind = ROWS[type(record)]
    row = session.get(kind, record.id)
    if row is None or row.version != record.version:
        raise _overtaken(record, _last(session, kind, str(record.id)))
    check_owner(row, session.who)
    return row


def check_owner(kept: Record | Kept, who: str) -> None:
    """Raises a UserError for a view that is not of `who`."""
    if isinstance(kept, View | ViewRow) and kept.owner != who:
        raise UserError(
            "The view {name!r} belongs to {owner}: save it under a name of your own.",
            name=kept.name,
            owner=kept.owner,
        )


def check_single(session: EditSession, record: Record) -> None:
    """Raises a UserError when another row is for the same."""
    kind = ROWS[type(record)]
    same = dict(zip(kind.natural, natural(kind, record), strict=True))
    twin = session.scalar(select(kind).filter_by(**same))
    if twin is None or twin.id == record.id:
        return
    change = _last(session, kind, twin.id)
    raise UserError(
        "There is already {what}, set by {who} at {at}: open and edit that one.",
        what=record.label(),
        who=change.who if change else "?",
        at=_minute(change),
    )


def replaced(session: EditSession, record: Record, known: dict[object, Kept]) -> str:
    """Keeps a record in place of the one for the same: "added", "changed" or "unchanged".

    Args:
        session: within an edit.
        record: what to keep.
        known: the rows by what they are for; filled by the first call.
    """
    kind = ROWS[type(record)]
    if not known:
        known |= {natural(kind, row): row for row in session.scalars(select(kind))}
    key = natural(kind, record)
    row = known.get(key)
    if row is None:
        known[key] = row = added(session, record)
        fill(row, record)
        return "added"
    check_owner(row, session.who)
    fill(row, record)
    return "changed" if row not in session.new and session.is_modified(row) else "unchanged"


def _last(session: EditSession, kind: type[Kept], key: str) -> AuditRow | None:
    wanted = select(AuditRow).where(AuditRow.table_name == kind.__tablename__, AuditRow.key == key)
    return session.scalar(wanted.order_by(AuditRow.number.desc()).limit(1))


def _overtaken(record: Record, last: AuditRow | None) -> UserError:
    if last is None:
        return UserError(
            "{what} is not there any more: the state was replaced since. Read it again.",
            what=record.label(),
        )
    values = {"what": record.label(), "who": last.who, "at": _minute(last)}
    if last.after is None:
        return UserError("{what} was deleted by {who} at {at}, after you had read it.", **values)
    return UserError(
        "{what} was changed by {who} at {at}, after you had read it: read it again and repeat your "
        "edit.",
        **values,
    )


def _minute(last: AuditRow | None) -> str:
    return f"{last.at:%Y-%m-%d %H:%M} UTC" if last else "?"
