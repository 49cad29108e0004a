"""Reading and editing the state: what pages, metrics and commands call."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from connectors.errors import unknown
from connectors.state import rows
from connectors.state.audit import EditSession
from connectors.state.base import Kept
from connectors.state.checks import check_name
from connectors.state.places import Place, place_of
from connectors.state.records import Baseline, Benchmark, Change, Record, Target, View
from connectors.state.tables import (
    ROWS,
    AuditRow,
    BaselineRow,
    CounterRow,
    TargetRow,
    ViewRow,
)
from connectors.state.upgrade import is_present, is_ready, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select

    from connectors.settings import Settings

R = TypeVar("R", bound=Record)
Row = TypeVar("Row")

_PLANNED = (TargetRow.__tablename__, BaselineRow.__tablename__)
"""The tables that answers read."""
_LAST_PLANNED = (
    select(func.max(AuditRow.number)).where(AuditRow.table_name.in_(_PLANNED)).scalar_subquery()
)


class Edits(NamedTuple):
    """What `put_all` did to the records that it was given."""

    added: int
    changed: int
    unchanged: int


def open_state(settings: Settings) -> State:
    """The state that the setting `state` names; nothing is opened before it is asked or edited.

    Raises:
        UserError: when the setting names neither a file nor a URL of SQLite or PostgreSQL.
    """
    return State(place_of(settings.state))


class State:
    """The state. Every call is one short transaction; safe to use from many threads.

    The first call upgrades a state of an older version. An SQLite file is made by the first edit;
    before it there is nothing to read. Every call raises a UserError for a state of a newer
    version, for a place that cannot be reached or used, and for one that another process writes
    for too long.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    @property
    def version(self) -> str:
        """Moves with each edit that can change an answer; empty before the first.

        What caches key on: a check of the alarms or a saved view leaves them whole, also where it
        makes the state. It differs between states.
        """
        found = self._read(select(CounterRow.state_id + ":" + cast(_LAST_PLANNED, String)))
        return (found[0] or "") if found else ""

    def targets(self) -> tuple[Target, ...]:
        """All targets, by metric, segment and range."""
        return self._records(Target)

    def baselines(self) -> tuple[Baseline, ...]:
        """All baselines, by metric, segment and range."""
        return self._records(Baseline)

    def benchmarks(self) -> tuple[Benchmark, ...]:
        """All benchmarks, by metric, source and date."""
        return self._records(Benchmark)

    def views(self, who: str, *pages: str) -> tuple[View, ...]:
        """The views of pages that `who` may see: their own and the shared, by page, owner, name."""
        seen = ViewRow.is_shared.is_(True) | (ViewRow.owner == who)
        return self._records(View, ViewRow.page.in_(pages), seen)

    def put(self, record: R, who: str) -> R:
        """Keeps a record: a new one, or, with the id that it was read with, an edit.

        Returns:
            The record as it is kept, ready to be edited again.

        Raises:
            UserError: for what a record cannot be, for a new one that is there already, and for
                an edit of what someone else changed or deleted meanwhile.
        """
        record.check(record.label())
        with self._editing(who) as session:
            return rows.record_of(type(record), _put(session, record))

    def edit(self, changed: Sequence[Record], deleted: Sequence[Record], who: str) -> None:
        """Deletes and keeps records as they were read, or new ones: all of them or none.

        Raises:
            UserError: as `put` and `delete` do, for the first that cannot be.
        """
        for record in changed:
            record.check(record.label())
        with self._editing(who) as session:
            for record in deleted:
                session.delete(rows.claimed(session, record))
                session.flush()
            for record in changed:
                _put(session, record)

    def put_all(self, records: Sequence[R], who: str) -> Edits:
        """Keeps all of the records or none, in place of those for the same metric, range, ….

        Args:
            records: of one kind; of two for the same the later counts.
            who: who does it.

        Raises:
            UserError: for what a record cannot be.
        """
        for record in records:
            record.check(record.label())
        with self._editing(who) as session:
            known: dict[object, Kept] = {}
            done = Counter(rows.replaced(session, record, known) for record in records)
        return Edits(done["added"], done["changed"], done["unchanged"])

    def delete(self, record: Record, who: str) -> None:
        """Deletes a record as it was read.

        Raises:
            UserError: when someone else changed or deleted it meanwhile.
        """
        with self._editing(who) as session:
            session.delete(rows.claimed(session, record))

    def history(
        self, table: str, key: str | None = None, *, most: int = 1_000
    ) -> tuple[Change, ...]:
        """The edits of a table, the latest first.

        Args:
            table: its name.
            key: the id of the one row to follow; None for all.
            most: how many edits at most.

        Raises:
            UserError: for an unknown table.
        """
        if table not in Kept.metadata.tables:
            raise unknown("table", table, Kept.metadata.tables)
        wanted = select(AuditRow).where(AuditRow.table_name == table)
        if key is not None:
            wanted = wanted.where(AuditRow.key == key)
        latest = wanted.order_by(AuditRow.number.desc(), AuditRow.key).limit(most)
        return tuple(rows.change_of(row) for row in self._read(latest))

    def _records(self, kind: type[R], *wanted: ColumnElement[bool]) -> tuple[R, ...]:
        row = ROWS[kind]
        order = [getattr(row, name) for name in row.natural]
        found = self._read(select(row).where(*wanted).order_by(*order))
        return tuple(rows.record_of(kind, each) for each in found)

    def _read(self, statement: Select[Row]) -> Sequence[Row]:
        if self._place.is_absent():
            return []
        with self._place.reading() as connection:
            if is_present(connection):
                with Session(connection) as session:
                    return session.scalars(statement).all()
        upgrade(self._place)
        return self._read(statement)

    @contextmanager
    def _editing(self, who: str) -> Iterator[EditSession]:
        check_name("who", who, self._place.name)
        if not is_ready(self._place):
            upgrade(self._place)
        with self._place.writing() as connection, EditSession(connection, who) as session:
            session.execute(select(CounterRow).with_for_update())  # whoever comes second waits
            yield session
            session.flush()


def _put(session: EditSession, record: Record) -> Kept:
    """The row of a record after the edit, or the new row."""
    row = rows.claimed(session, record) if record.id else rows.added(session, record)
    rows.check_owner(record, session.who)
    rows.check_single(session, record)
    rows.fill(row, record)
    session.flush()
    return row
