"""A board of its own for a test or a picture: a fresh server on a free port, ended by its id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
_READY = b"URL:"


class Running(NamedTuple):
    """A server that runs."""

    address: str
    pid: int


@contextmanager
def serving(warehouse: Path, **settings: str) -> Iterator[str]:
    """The address of a board on `warehouse`, with settings by their `BOARD_` names."""
    with running(warehouse, **settings) as server:
        yield server.address


@contextmanager
def running(warehouse: Path, **settings: str) -> Iterator[Running]:
    """A board on `warehouse`, with settings by their `BOARD_` names."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    command += [f"--{name}={value}" for name, value in options.items()]
    env = {**os.environ, "BOARD_WAREHOUSE": str(warehouse), **settings}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout
            _wait(server.stdout)
            yield Running(f"http://127.0.0.1:{port}", server.pid)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(output: IO[bytes]) -> None:
    """Reads until the server says its address, and then on, so that it never blocks."""
    if not any(_READY in line for line in output):
        raise AssertionError("the server ended before it was ready")
    Thread(target=output.read, daemon=True).start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
