"""The first version: targets, baselines, benchmarks, saved views, and the audit of their edits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

_ONE_VALUE = (
    "(amount IS NOT NULL AND level IS NULL AND level_over_baseline IS NULL)"
    " OR (amount IS NULL AND level IS NOT NULL AND level_over_baseline IS NULL)"
    " OR (amount IS NULL AND level IS NULL AND level_over_baseline IS NOT NULL)"
)


def upgrade() -> None:
    """Makes the tables, and the counter of edits at none."""
    _make_plans()
    _make_views()
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("number", "table_name", "key", name="pk_audit"),
    )
    op.create_index("ix_audit_row", "audit", ["table_name", "key", "number"])
    counter = op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state_id", sa.String(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counter"),
    )
    op.bulk_insert(counter, [{"id": 1, "state_id": uuid4().hex, "edits": 0}])


def _make_plans() -> None:
    op.create_table(
        "targets",
        *_of_a_range("targets"),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("level_over_baseline", sa.Double(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(_ONE_VALUE, name="ck_targets_one_value"),
    )
    op.create_table(
        "baselines",
        *_of_a_range("baselines"),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "benchmarks",
        *_key("benchmarks"),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.UniqueConstraint("metric", "source", "as_of", name="uq_benchmarks"),
    )


def _make_views() -> None:
    op.create_table(
        "saved_views",
        *_key("saved_views"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("page", "owner", "name", name="uq_saved_views"),
    )


def _of_a_range(table: str) -> tuple[SchemaItem, ...]:
    return (
        *_key(table),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.UniqueConstraint("metric", "segment", "start", "end", name=f"uq_{table}"),
        sa.CheckConstraint('start < "end"', name=f"ck_{table}_range"),
    )


def _key(table: str) -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
