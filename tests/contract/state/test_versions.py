"""The tables' version: what migrations make is what the code means; a newer one is refused."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connectors.errors import UserError
from connectors.state import Target, open_alarms, open_state, upgrade
from connectors.state.base import Base
from connectors.state.places import VERSION_TABLE, place_of

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.settings import Settings
    from tests.contract.state.conftest import Sql

LAST_ONE = upgrade.VERSIONS[-1]
AFTER = f"{int(LAST_ONE) + 1:04}"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{next}", "{last_one}"


def upgrade():
    op.add_column("targets", sa.Column("colour", sa.String(), server_default="red"))
    op.execute("UPDATE targets SET level = 2")
    {last}
"""


@pytest.fixture
def old(settings: Settings) -> Target:
    """What a state of the present version holds."""
    return open_state(settings).put(Target(metric="m", level=1), "anna")


def newer(folder: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    """Makes this a board that knows one migration more."""
    migrations = folder / "migrations"
    shutil.copytree(upgrade.MIGRATIONS, migrations)
    text = NEXT.format(last=last, next=AFTER, last_one=LAST_ONE)
    (migrations / "versions" / f"{AFTER}_next.py").write_text(text)
    monkeypatch.setattr(upgrade, "MIGRATIONS", migrations)
    monkeypatch.setattr(upgrade, "VERSIONS", (*upgrade.VERSIONS, AFTER))


@pytest.mark.usefixtures("old")
def test_the_migrations_make_what_the_code_means(settings: Settings) -> None:
    with place_of(settings.state).reading() as connection:
        options = {"version_table": VERSION_TABLE, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_files_are_named_as_their_revisions_follow() -> None:
    script = ScriptDirectory(str(upgrade.MIGRATIONS))
    followed = [each.revision for each in script.walk_revisions()]
    assert followed[::-1] == list(upgrade.VERSIONS)


def test_an_older_state_is_upgraded_when_opened(
    settings: Settings, old: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: Sql
) -> None:
    newer(tmp_path, monkeypatch, "pass")
    assert open_state(settings).targets()[0].metric == old.metric
    assert sql(settings, "SELECT metric, level, colour FROM targets") == [("m", 2.0, "red")]
    assert sql(settings, f"SELECT version_num FROM {VERSION_TABLE}") == [(AFTER,)]


def test_what_waited_in_the_outbox_before_addresses_were_told_apart_still_waits(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: Sql
) -> None:
    with monkeypatch.context() as patch:
        migrations = tmp_path / "migrations"
        shutil.copytree(upgrade.MIGRATIONS, migrations)
        for file in (migrations / "versions").glob("000[3-9]*.py"):
            file.unlink()
        patch.setattr(upgrade, "MIGRATIONS", migrations)
        patch.setattr(upgrade, "VERSIONS", ("0001", "0002"))
        upgrade.upgrade(place_of(settings.state))
    sql(
        settings,
        "INSERT INTO outbox (id, version, key, incident, news, not_before, attempts, error)"
        " VALUES ('1', 1, 'a', 'i', 'opened', '2024-03-05 01:00:00', 3, 'no route')",
    )
    state = open_alarms(settings)
    moment = datetime(2024, 3, 5, 1, tzinfo=UTC)
    assert state.has_due(moment)
    (message,) = state.messages("i")
    assert (message.key, message.not_before, message.sent_at) == ("a", moment, None)
    assert state.sendings("a") == ()


def test_an_upgrade_that_fails_changes_nothing(
    settings: Settings, old: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: Sql
) -> None:
    with monkeypatch.context() as patch:
        newer(tmp_path, patch, "raise RuntimeError('half-way')")
        with pytest.raises(RuntimeError, match="half-way"):
            open_state(settings).targets()
    assert open_state(settings).targets() == (old,)
    with pytest.raises(Exception, match="colour"):
        sql(settings, "SELECT colour FROM targets")


def test_a_newer_state_is_refused(settings: Settings, old: Target, sql: Sql) -> None:
    state = open_state(settings)
    sql(settings, f"UPDATE {VERSION_TABLE} SET version_num = '0009'")
    message = (
        r"is of version 0009, which a newer board made; this one knows " + LAST_ONE + r"\. Update"
    )
    for attempt in (
        open_state(settings).targets,
        lambda: state.version,
        lambda: state.put(old, "anna"),
        lambda: state.delete(old, "anna"),
    ):
        with pytest.raises(UserError, match=message):
            attempt()
    sql(settings, f"UPDATE {VERSION_TABLE} SET version_num = '{LAST_ONE}'")
    assert state.targets() == (old,)


def test_tables_of_something_else_are_left_alone(settings: Settings, sql: Sql) -> None:
    open_state(settings).put(Target(metric="m", level=1), "anna")
    sql(settings, f"DROP TABLE {VERSION_TABLE}")
    with pytest.raises(UserError, match="holds tables of something else: name a file or a data"):
        open_state(settings).targets()
    assert sql(settings, "SELECT metric FROM targets") == [("m",)]
