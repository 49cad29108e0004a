"""Work in the background of a board: it leaves those who wait for a page time between its steps."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REST = 0.2
"""Seconds that a step is followed by at most: about what a click takes."""


@contextmanager
def giving_way(most: float = REST) -> Iterator[None]:
    """After what is done within, rests for as long as it took, or for `most` seconds if longer."""
    began = time.monotonic()
    try:
        yield
    finally:
        time.sleep(min(time.monotonic() - began, most))


def keep_looking(name: str, seconds: float, look: Callable[[str], str]) -> threading.Thread:
    """A thread that looks every so many seconds, until the process ends.

    Args:
        name: that of the thread.
        seconds: between two looks, and before the first.
        look: is given what it returned the time before, at first nothing; raises nothing.
    """
    thread = threading.Thread(target=_looking, args=(seconds, look), daemon=True, name=name)
    thread.start()
    return thread


def _looking(seconds: float, look: Callable[[str], str]) -> None:
    seen, wait = "", threading.Event()
    while not wait.wait(seconds):
        seen = look(seen)
