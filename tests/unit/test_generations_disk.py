"""A full disk: the import is refused with what it needed, and nothing is lost."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.full_disk import refused
from tests.unit.generation_processes import import_order, processes, whole_orders

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ROOT = Path(__file__).parents[2]
_OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")


def _can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    attempt = [*_OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return subprocess.run(attempt, check=False, capture_output=True).returncode == 0


def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    """With ever more space left on a real file system, so that it ends at ever later points."""
    if not _can_mount(tmp_path):
        pytest.skip("this system does not let a user mount a small file system of their own")
    script = 'mount -t tmpfs -o size=24m tmpfs "$1" && exec "$2" -m tests.unit.full_disk "$1"'
    done = subprocess.run(
        [*_OWN_MOUNTS, "sh", "-c", script, "sh", tmp_path, sys.executable],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, "")
    outcomes = done.stdout.split()
    assert outcomes[-1] == "imported"
    assert outcomes.count("refused") == len(outcomes) - 1 > 5


def _import_with_small_files(folder: str, limit: int, told: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    told.send(refused(folder))


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    import_order(str(folder), "first")
    files = {path.name for path in folder.iterdir()}
    size = next(folder.glob("*.duckdb")).stat().st_size
    for limit in (size // 2, size + 1, size + 2**19):
        here, there = processes.Pipe(duplex=False)
        given = (str(folder), limit, there)
        process = processes.Process(target=_import_with_small_files, args=given)
        process.start()
        assert here.recv() is True
        process.join()
        assert whole_orders(str(folder)) == {"first"}
        assert {path.name for path in folder.iterdir()} == files
