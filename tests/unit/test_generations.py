"""The folder of generations within one process: leases, the pointer, damage, odd paths."""

from __future__ import annotations

import fcntl
import gc
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from connectors.engines import connect, generations, is_empty, open_for_import
from connectors.errors import UserError
from connectors.schema import order_lines
from tests.unit.generation_processes import SETTINGS, import_order, whole_orders

if TYPE_CHECKING:
    from pathlib import Path

ROWS = select(func.count()).select_from(order_lines)


def _databases(folder: Path) -> set[Path]:
    return set(folder.glob("*.duckdb"))


def test_a_generation_goes_with_its_last_connector(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    import_order(str(folder), "a")
    first = _databases(folder)
    readers = [connect(str(folder), SETTINGS) for _ in range(3)]
    import_order(str(folder), "b")
    connect(str(folder), SETTINGS)  # the process moves on; the three stay
    readers[0].close()
    readers[0].close()
    del readers[1]
    gc.collect()
    import_order(str(folder), "c")
    assert first < _databases(folder)
    assert readers[-1].frame(ROWS).item() == 300
    connect(str(folder), SETTINGS)
    readers[-1].close()
    import_order(str(folder), "d")
    assert not first & _databases(folder)
    assert whole_orders(str(folder)) == set("abcd")


def test_a_closed_connector_answers_nothing(tmp_path: Path) -> None:
    import_order(str(tmp_path), "a")
    reader = connect(str(tmp_path), SETTINGS)
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        reader.frame(ROWS)


def test_a_generation_removed_before_it_is_leased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import comes between reading the pointer and locking, and removes what it named."""
    import_order(str(tmp_path), "a")
    first = _databases(tmp_path)
    stale = generations.current(tmp_path)
    import_order(str(tmp_path), "b")
    assert not first & _databases(tmp_path)
    answers = iter([stale])
    current = generations.current
    monkeypatch.setattr(
        generations, "current", lambda folder: next(answers, None) or current(folder)
    )
    held = generations.lease(tmp_path)
    assert held is not None
    assert {held.file} == _databases(tmp_path)
    held.release()


def test_a_lease_on_a_file_that_was_just_removed_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As before, but the lock file was opened in time and unlinked before it was locked."""
    import_order(str(tmp_path), "a")
    first = _databases(tmp_path)
    flock = fcntl.flock
    calls = iter([lambda: import_order(str(tmp_path), "b")])

    def late(descriptor: int, how: int) -> None:
        if how == fcntl.LOCK_SH:
            next(calls, lambda: None)()
        flock(descriptor, how)

    monkeypatch.setattr("fcntl.flock", late)
    held = generations.lease(tmp_path)
    assert held is not None
    assert {held.file} == _databases(tmp_path)
    assert not first & _databases(tmp_path)
    held.release()


@pytest.mark.parametrize("name", ["it's", "四维 数据", "50%41#;&", "a'b''c", "-x"])
def test_odd_folder_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "warehouse"
    assert is_empty(str(folder), SETTINGS)
    import_order(str(folder), "a")
    import_order(str(folder), "b")
    assert whole_orders(str(folder)) == {"a", "b"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "warehouse"
    file.write_text("")
    for attempt in (is_empty, connect):
        with pytest.raises(UserError, match="warehouse is a file: the warehouse is a folder"):
            attempt(str(file), SETTINGS)
    with pytest.raises(UserError, match="warehouse is a file: the warehouse is a folder"):
        import_order(str(file), "a")
    with pytest.raises(
        UserError, match=r"warehouse/below is a file|below cannot be made: Not a dir"
    ):
        import_order(str(file / "below"), "a")


def test_a_folder_that_the_engine_cannot_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"why\?: name it without '\?'"):
        import_order(str(tmp_path / "why?"), "a")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"generation": "x"}', "\x00"])
def test_a_damaged_pointer_says_what_to_run(tmp_path: Path, content: str) -> None:
    import_order(str(tmp_path), "a")
    (tmp_path / "current").write_text(content)
    with pytest.raises(UserError, match=r"current is damaged.*python -m connectors rebuild"):
        connect(str(tmp_path), SETTINGS)
    with pytest.raises(UserError, match="current is damaged"):
        import_order(str(tmp_path), "b")
    assert len(_databases(tmp_path)) == 1
    with open_for_import(str(tmp_path), SETTINGS, wait=0, anew=True):
        pass
    import_order(str(tmp_path), "c")
    assert whole_orders(str(tmp_path)) == {"c"}
    assert len(_databases(tmp_path)) == 1


@pytest.mark.parametrize("suffix", [".duckdb", ".lease"])
def test_a_missing_file_says_what_to_run(tmp_path: Path, suffix: str) -> None:
    import_order(str(tmp_path), "a")
    next(tmp_path.glob(f"generation-*{suffix}")).unlink()
    with pytest.raises(UserError, match=r"generation-.*python -m connectors rebuild"):
        connect(str(tmp_path), SETTINGS)


def test_what_is_no_database_says_what_to_run(tmp_path: Path) -> None:
    import_order(str(tmp_path), "a")
    next(tmp_path.glob("generation-*.duckdb")).write_bytes(b"no database" * 10_000)
    with pytest.raises(UserError, match=r"generation-.*cannot be read.*connectors rebuild"):
        connect(str(tmp_path), SETTINGS)


def test_the_pointer_names_the_one_generation_there_is(tmp_path: Path) -> None:
    for order in "abc":
        import_order(str(tmp_path), order)
    pointer = json.loads((tmp_path / "current").read_text())
    assert _databases(tmp_path) == {tmp_path / f"generation-{pointer['generation']}.duckdb"}
    assert pointer["generation"].startswith("000003-")
    assert pointer["time_zone"] == "Asia/Shanghai"


def test_a_url_of_no_engine_is_refused() -> None:
    with pytest.raises(UserError, match="'mysql://x': give a folder, or postgresql://"):
        connect("mysql://x", SETTINGS)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    url = "postgresql://user:secret@127.0.0.1:1/board"
    for attempt in (is_empty, connect):
        with pytest.raises(UserError, match=r"user:\*\*\*@127\.0\.0\.1:1/board does not answer"):
            attempt(url, SETTINGS)
    with pytest.raises(UserError, match="does not answer"):
        import_order(url, "a")
    with pytest.raises(UserError, match="is no URL"):
        connect("postgresql://host:port/x", SETTINGS)
