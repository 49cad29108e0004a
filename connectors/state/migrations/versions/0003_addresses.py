"""Notifications: what became of each at each address, so that one that fails is tried alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the table; what had failed before is tried once more at every address."""
    op.create_table(
        "outbox_addresses",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_addresses"),
        sa.UniqueConstraint("message", "address", name="uq_outbox_addresses"),
    )
    op.create_index("ix_outbox_addresses_sent", "outbox_addresses", ["sent_at"])
    op.drop_column("outbox", "attempts")
    op.drop_column("outbox", "error")
