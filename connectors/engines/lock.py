"""One import at a time: who holds the lock says what it does, so that a second can tell."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from connectors.errors import UserError
from connectors.text import command_line_language, translator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from connectors.settings import Settings

_PAUSE = 0.1


class Holder(NamedTuple):
    """Who holds the lock: what it imports, its process, and since when."""

    what: str
    process: str
    since: str


def wait_for(
    take: Callable[[], bool], holder: Callable[[], Holder], settings: Settings, wait: float
) -> None:
    """Calls `take` until it succeeds; says once on stderr whom it waits for.

    Raises:
        UserError: when `wait` seconds are over.
    """
    deadline = time.monotonic() + wait
    said = wait <= 0
    while not take():
        if time.monotonic() >= deadline:
            raise UserError(
                "Another import is running: {what} (process {process}, since {since}). "
                "Run this one when it is done; a command waits longer with --wait SECONDS.",
                **holder()._asdict(),
            )
        if not said:
            said = True
            _say(settings, holder())
        time.sleep(_PAUSE)


def _say(settings: Settings, holder: Holder) -> None:
    waiting = UserError(
        "Waiting for another import: {what} (process {process}, since {since}).",
        **holder._asdict(),
    )
    translate = translator(command_line_language(settings))
    print(waiting.text(translate), file=sys.stderr, flush=True)


@contextmanager
def import_lock(path: Path, what: str, settings: Settings, wait: float) -> Iterator[None]:
    """Holds the lock file `path` with `what` written into it; the kernel frees it at our death.

    Raises:
        UserError: when another process holds it for longer than `wait` seconds.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        wait_for(lambda: _taken(descriptor), lambda: _read(path), settings, wait)
        since = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
        holder = Holder(what, str(os.getpid()), since)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder._asdict()).encode(), 0)
        yield
        os.truncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> Holder:
    try:
        return Holder(**json.loads(path.read_bytes()))
    except (ValueError, TypeError):
        return Holder("?", "?", "?")  # between the other's taking the lock and writing its name
