"""The tables of the state. A change here goes with a migration in `migrations/versions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connectors.state.alarm_tables import ALARM_ROWS
from connectors.state.base import Base, Kept
from connectors.state.records import Baseline, Benchmark, Record, Target, View
from connectors.state.segments import Segment


class TargetRow(Kept):
    """A target."""

    __tablename__ = "targets"
    natural = ("metric", "segment", "start", "end")
    __table_args__ = (
        UniqueConstraint(*natural),
        CheckConstraint('start < "end"', name="range"),
        CheckConstraint(
            "(amount IS NOT NULL AND level IS NULL AND level_over_baseline IS NULL)"
            " OR (amount IS NULL AND level IS NOT NULL AND level_over_baseline IS NULL)"
            " OR (amount IS NULL AND level IS NULL AND level_over_baseline IS NOT NULL)",
            name="one_value",
        ),
    )

    metric: Mapped[str]
    segment: Mapped[Segment]
    start: Mapped[date]
    end: Mapped[date]
    amount: Mapped[float | None]
    level: Mapped[float | None]
    level_over_baseline: Mapped[float | None]
    note: Mapped[str]


class BaselineRow(Kept):
    """A baseline."""

    __tablename__ = "baselines"
    natural = ("metric", "segment", "start", "end")
    __table_args__ = (UniqueConstraint(*natural), CheckConstraint('start < "end"', name="range"))

    metric: Mapped[str]
    segment: Mapped[Segment]
    start: Mapped[date]
    end: Mapped[date]
    value: Mapped[float]
    recorded_at: Mapped[datetime]


class BenchmarkRow(Kept):
    """A benchmark."""

    __tablename__ = "benchmarks"
    natural = ("metric", "source", "as_of")

    metric: Mapped[str]
    value: Mapped[float]
    source: Mapped[str]
    as_of: Mapped[date]


class ViewRow(Kept):
    """A saved view."""

    __tablename__ = "saved_views"
    natural = ("page", "owner", "name")

    name: Mapped[str]
    page: Mapped[str]
    query: Mapped[str]
    owner: Mapped[str]
    is_shared: Mapped[bool]
    created_at: Mapped[datetime]


class AuditRow(Base):
    """An edit of one row."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_row", "table_name", "key", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class CounterRow(Base):
    """The one row that says which state this is, and how many edits it has seen."""

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state_id: Mapped[str]
    edits: Mapped[int]


ROWS: dict[type[Record], type[Kept]] = {
    Target: TargetRow,
    Baseline: BaselineRow,
    Benchmark: BenchmarkRow,
    View: ViewRow,
    **ALARM_ROWS,
}
"""Where each record is kept."""
