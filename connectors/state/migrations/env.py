"""Alembic's entry: runs the migrations in the transaction that the board opened."""

from __future__ import annotations

from alembic import context

from connectors.state.base import Base

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    version_table=attributes["version_table"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
