"""From a question to SELECTs: one grouped SELECT per fact, so that facts never meet in SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from connectors.text import N_
from metrics.coverage import says_anything
from metrics.metric import Aggregate, Metric, RowSet, Stored
from metrics.rollups import rolled_up, value
from metrics.slice import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select

    from metrics.metric import RowSetBuilder
    from metrics.scope import Scope


@dataclass(frozen=True)
class Note:
    """Why a number is missing or incomplete: the metric, a message of the catalogue, its values."""

    metric: str
    message: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """One SELECT and the columns of its frame that are metrics."""

    select: Select[Any]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plan:
    """What to ask, and what cannot be asked."""

    parts: tuple[Part, ...]
    stored: tuple[Metric, ...]
    absent: frozenset[str]
    notes: tuple[Note, ...]

    def refused(self, name: str) -> bool:
        """Whether the metric could not be asked for."""
        return any(note.metric == name for note in self.notes)


def compile_plan(scope: Scope, metrics: Iterable[Metric]) -> Plan:
    """The SELECTs for the leaves among `metrics`.

    A leaf whose table was never imported, or lacks a dimension of the question, gets a note
    instead; so does one whose rows cannot be limited to those that the role may see.
    """
    shared: dict[Slice, list[Metric]] = {}
    built: dict[tuple[Slice, RowSetBuilder], list[tuple[str, str]]] = {}
    stored: list[Metric] = []
    notes: list[Note] = []
    for metric in (_as_asked(scope, each) for each in metrics):
        kind = metric.kind
        if isinstance(kind, Stored):
            stored.append(metric)
        if not isinstance(kind, Aggregate | RowSet):
            continue
        slice_ = slice_of(scope, kind)
        note = refusal(metric, slice_)
        if note:
            notes.append(note)
        elif isinstance(kind, Aggregate):
            shared.setdefault(rolled_up(slice_, metric) or slice_, []).append(metric)
        else:
            built.setdefault((slice_, kind.build), []).append((kind.column, metric.name))
    parts = [Part(build(slice_), tuple(columns)) for (slice_, build), columns in built.items()]
    parts += [_shared_part(slice_, each) for slice_, each in _read_once(shared).items()]
    absent = frozenset(note.metric for note in notes if note.message == NEVER_IMPORTED)
    return Plan(tuple(parts), tuple(stored), absent, tuple(notes))


def _as_asked(scope: Scope, metric: Metric) -> Metric:
    """A row set that the settings make an aggregate is one."""
    plain = metric.kind.plain if isinstance(metric.kind, RowSet) else None
    asked = plain is not None and scope.param(plain.param) == plain.option
    return replace(metric, kind=plain.kind) if plain and asked else metric


def _read_once(shared: dict[Slice, list[Metric]]) -> dict[Slice, list[Metric]]:
    """Aggregates of a fact alone join those that need a stored result beside each of its rows."""
    for joined in [each for each in shared if each.stored is not None]:
        alone = shared.pop(replace(joined, stored=None), [])
        shared[joined] = [*alone, *shared[joined]]
    return shared


def slice_of(scope: Scope, kind: Aggregate | RowSet) -> Slice:
    """The fact of a metric as the question restricts, groups and dates it."""
    if isinstance(kind, RowSet):
        return Slice(scope, kind.table, kind.dated)
    over = kind.over.among(scope.query.grain) if kind.over else None
    return Slice(scope, kind.table, kind.dated, kind.stored, kind.lookups, over)


NEVER_IMPORTED = N_("Nothing was imported into {table} yet.")
LACKS = N_("{table} has no {dimension}.")
DENIED = N_("The role {role} sees only some members of {dimension}, which {table} does not have.")
NO_TIME = N_("{table} has no time of day.")
WHOLE_DAYS = N_("It is reckoned by whole days.")


def refusal(metric: Metric, slice_: Slice) -> Note | None:
    """Why the fact cannot answer for the metric, or None when it can."""
    fact = slice_.fact.name
    needed = (slice_.fact, slice_.stored)
    missing = [t.name for t in needed if t is not None and t.name not in slice_.scope.present]
    if missing:
        return Note(metric.name, NEVER_IMPORTED, (("table", missing[0]),))
    access = slice_.scope.access
    denied = slice_.lacking(tuple(name for name, _ in access.rows))
    if denied:
        values = (("role", access.role), ("dimension", denied), ("table", fact))
        return Note(metric.name, DENIED, values)
    lacking = slice_.lacking(slice_.asked_dimensions())
    if lacking:
        return Note(metric.name, LACKS, (("table", fact), ("dimension", lacking)))
    if slice_.scope.query.grain == "hour" and not slice_.is_timed:
        return Note(metric.name, NO_TIME, (("table", fact),))
    if slice_.scope.query.grain == "hour" and _has_days(metric, slice_):
        return Note(metric.name, WHOLE_DAYS)
    return _silence(metric, slice_)


def _has_days(metric: Metric, slice_: Slice) -> bool:
    return slice_.over is not None or (isinstance(metric.kind, RowSet) and metric.kind.whole_days)


def _silence(metric: Metric, slice_: Slice) -> Note | None:
    """A note when no row of the whole fact says anything of what the metric counts."""
    kind = metric.kind
    if not isinstance(kind, Aggregate) or kind.known is None or metric.unknown is None:
        return None
    heard = says_anything(
        slice_.scope.connector,
        kind.table,
        kind.known,
        slice_.source() if kind.stored is not None else None,
    )
    return None if heard else Note(metric.name, metric.unknown)


def _shared_part(slice_: Slice, metrics: list[Metric]) -> Part:
    """All aggregates of one fact in one SELECT, labelled with the metrics' names."""
    values = [value(metric, slice_.fact).label(metric.name) for metric in metrics]
    return Part(slice_.select(*values), tuple((m.name, m.name) for m in metrics))
