"""What was made of late is kept: as much as fits, and one makes what several want at once.

Streamlit's caches keep a lock for every key that they ever saw. On a server that runs for months,
with ranges that nobody asks for twice, these would be most of what it holds.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_T = TypeVar("_T")


def _one(_value: object) -> int:
    return 1


class Recent(Generic[_T]):
    """Values by key; the one that nobody asked for longest goes first.

    Args:
        most: how much is kept, in what `size` tells.
        size: of a value; without it values are counted.
        largest: what is larger is handed out and not kept.
    """

    def __init__(
        self, most: int, size: Callable[[_T], int] = _one, largest: int | None = None
    ) -> None:
        self._most, self._size, self._largest = most, size, largest or most
        self._held = 0
        self._values: dict[Hashable, _T] = {}
        self._lock = Lock()
        self._turns: dict[Hashable, Lock] = {}

    def of(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """The value of `key`, made when it is not kept; what fails is made anew next time."""
        with self._lock:
            if key in self._values:
                return self._again(key)
            turn = self._turns.setdefault(key, Lock())
        try:
            with turn:
                return self._of(key, make)
        finally:
            with self._lock:
                self._turns.pop(key, None)

    def clear(self) -> None:
        """Keeps nothing."""
        with self._lock:
            self._values.clear()
            self._held = 0

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def _of(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._lock:
            if key in self._values:
                return self._again(key)
        value = make()
        size = self._size(value)
        if size <= self._largest:
            self._keep(key, value, size)
        return value

    def _again(self, key: Hashable) -> _T:
        """What is kept is the newest from now on."""
        value = self._values[key] = self._values.pop(key)
        return value

    def _keep(self, key: Hashable, value: _T, size: int) -> None:
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._held += size
            while self._held > self._most:
                self._held -= self._size(self._values.pop(next(iter(self._values))))
