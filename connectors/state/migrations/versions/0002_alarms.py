"""Alarms: rules that people put in place, incidents, actions, the outbox, how far was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
    _make_rules()
    _make_incidents()
    _make_work()


def _make_rules() -> None:
    op.create_table("alarm_rules", *_kept("alarm_rules", "name"), _text("text"))
    op.create_table(
        "alarm_watches",
        *_kept("alarm_watches", "rule"),
        sa.Column("judged_day", sa.Date(), nullable=True),
        _text("state"),
        _text("note"),
    )


def _make_incidents() -> None:
    op.create_table(
        "incidents",
        *_kept("incidents", "rule", "segment", dates=("start",)),
        *(_text(name) for name in ("state", "severity")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("last_day", "judged_day")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("end_day", "snoozed_until")),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        *(_moment(name) for name in ("acknowledged_at", "resolved_at", "told_at")),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("value", "limit_value", "cost")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("members", "reopened")),
        sa.Column("contributors", sa.JSON(), nullable=False),
        *(_text(name) for name in ("owner", "acknowledged_by", "resolved_by", "verdict")),
    )
    op.create_index("ix_incidents_state", "incidents", ["state", "last_day", "id"])
    op.create_index("ix_incidents_rule", "incidents", ["rule", "last_day"])


def _make_work() -> None:
    op.create_table(
        "actions",
        *_kept("actions", "incident", "what", "who"),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
    )
    op.create_table(
        "outbox",
        *_kept("outbox", "key"),
        _text("incident"),
        _text("news"),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("sent_at"),
        _text("error"),
    )
    op.create_index("ix_outbox_due", "outbox", ["sent_at", "not_before"])
    op.create_index("ix_outbox_incident", "outbox", ["incident"])


def _kept(table: str, *natural: str, dates: tuple[str, ...] = ()) -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_text(name) for name in natural),
        *(sa.Column(name, sa.Date(), nullable=False) for name in dates),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(*natural, *dates, name=f"uq_{table}"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=True)
