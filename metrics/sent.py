"""What the warehouse answered of late: different questions often rest on the same statement.

Another comparison of the same days, or another part of a page, asks for some of the same sums.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import polars as pl
    from sqlalchemy import Select

    from connectors.engines.base import Connector

MOST_BYTES = 36 * 2**20
"""What is kept of one version of the warehouse; the oldest goes first."""
_LARGEST = MOST_BYTES // 12
_KEY_BYTES = 50_000
"""What the key of a frame takes, about: more than most frames."""
_KEPT = ("sent",)


class Recent:
    """Frames by statement, as many as fit."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._held = most, 0
        self._frames: dict[Hashable, pl.DataFrame] = {}
        self._lock = Lock()
        self._turns: dict[Hashable, Lock] = {}

    def frame(self, key: Hashable, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The frame of a statement; of those who want it at the same time, one reads it."""
        with self._lock:
            turn = self._turns.setdefault(key, Lock())
        try:
            with turn:
                return self._frame(key, read)
        finally:
            with self._lock:
                self._turns.pop(key, None)

    def _frame(self, key: Hashable, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        frame = self.get(key)
        if frame is None:
            frame = read()
            if _size(frame) <= _LARGEST:
                self.put(key, frame)
        return frame

    def get(self, key: Hashable) -> pl.DataFrame | None:
        """The frame of a statement, which is the newest from now on."""
        with self._lock:
            frame = self._frames.pop(key, None)
            if frame is not None:
                self._frames[key] = frame
            return frame

    def put(self, key: Hashable, frame: pl.DataFrame) -> None:
        """Keeps a frame, and lets go of the oldest."""
        with self._lock:
            if key not in self._frames:
                self._frames[key] = frame
                self._held += _size(frame)
            while self._held > self._most:
                self._held -= _size(self._frames.pop(next(iter(self._frames))))


def forget(connector: Connector) -> None:
    """What is asked next is sent again, as measuring needs it."""
    connector.memory.pop(_KEPT, None)


def send(connector: Connector, select: Select[Any]) -> pl.DataFrame:
    """The rows of `select`, from the warehouse or as it answered before."""
    key = _key(select)
    if key is None:
        return connector.frame(select)
    recent: Recent = connector.memory.setdefault(_KEPT, Recent())
    return recent.frame(key, lambda: connector.frame(select))


def _key(select: Select[Any]) -> Hashable | None:
    """What SQLAlchemy itself caches statements by, with the values; None where it would not."""
    made = select._generate_cache_key()  # noqa: SLF001 (as in SQLAlchemy's own example of a cache)
    if made is None:
        return None
    return made.key, repr([bind.effective_value for bind in made.bindparams])


def _size(frame: pl.DataFrame) -> int:
    """Bytes, with those of the key."""
    return int(frame.estimated_size()) + _KEY_BYTES
