"""`kill -9` at any point of an import, and of a reader: what was there stays whole."""

from __future__ import annotations

import random
import re
import signal
from itertools import count
from typing import TYPE_CHECKING

from tests.unit.generation_processes import (
    die_while_publishing,
    hold_a_lease,
    import_order,
    processes,
    read_until,
    whole_orders,
)

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 50


def _files(folder: Path) -> set[str]:
    """The files in the warehouse, without the number and the random part of their names."""
    return {re.sub(r"-\d{6}-\w{6}", "", path.name) for path in folder.iterdir()}


def test_imports_killed_at_random_points(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    longest = max(import_order(str(folder), f"first{n}") for n in range(3))
    there = whole_orders(str(folder))
    killed = 0
    for number in count():
        order = f"o{number}"
        listening, started = processes.Pipe(duplex=False)
        process = processes.Process(target=import_order, args=(str(folder), order, started))
        process.start()
        started.close()
        listening.recv()
        process.join(random.uniform(0, longest))
        process.kill()
        process.join()
        found = whole_orders(str(folder))
        assert found in ([there | {order}] if process.exitcode == 0 else [there, there | {order}])
        killed += process.exitcode == -signal.SIGKILL
        there = found
        if killed == KILLS:
            break
    import_order(str(folder), "last")
    assert whole_orders(str(folder)) == there | {"last"}
    assert _files(folder) == {"current", "import.lock", "generation.duckdb", "generation.lease"}
    # One that is current, and one that this process itself was reading until now.
    assert len(list(folder.glob("generation-*"))) <= 4


def test_imports_killed_at_each_step_of_publishing(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    import_order(str(folder), "first")
    there = {"first"}
    outcomes = []
    for step in count():
        order = f"o{step}"
        process = processes.Process(target=die_while_publishing, args=(str(folder), order, step))
        process.start()
        process.join()
        found = whole_orders(str(folder))
        assert found in (there, there | {order})
        outcomes.append(found != there)
        there = found
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    # Some steps lie before the pointer is swapped, some after, and never one after that before.
    assert outcomes == sorted(outcomes)
    assert {False, True} == set(outcomes)
    assert len(outcomes) > 10


def test_a_killed_reader_lets_go(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    import_order(str(folder), "a")
    held = next(folder.glob("*.duckdb"))
    listening, started = processes.Pipe(duplex=False)
    reader = processes.Process(target=hold_a_lease, args=(str(folder), started))
    reader.start()
    assert listening.recv() == 300
    spilled = held.with_name(f"{held.stem}.1-abc.spill")
    spilled.mkdir()
    (spilled / "duckdb_temp_storage.tmp").write_bytes(b"x")
    import_order(str(folder), "b")
    assert held.exists()
    reader.kill()
    reader.join()
    import_order(str(folder), "c")
    assert not held.exists()
    assert not held.with_suffix(".lease").exists()
    assert not spilled.exists()
    assert whole_orders(str(folder)) == {"a", "b", "c"}


def test_imports_under_a_reading_process(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    import_order(str(folder), "0")
    here, there = processes.Pipe(duplex=False)
    reader = processes.Process(target=read_until, args=(str(folder), 6, there))
    reader.start()
    assert here.recv() == 1
    for number in range(1, 6):
        import_order(str(folder), str(number))
        assert here.recv() == number + 1
    reader.join()
    assert reader.exitcode == 0
    assert whole_orders(str(folder)) == set("012345")


def test_imports_of_two_processes_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    both = [processes.Process(target=import_order, args=(str(folder), name)) for name in "ab"]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert whole_orders(str(folder)) == {"a", "b"}
