"""What is asked once per version of the warehouse, however many want to know it at once."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.engines.base import Connector

_T = TypeVar("_T")
_asking = RLock()
"""One for all: what is asked once is short, and some of it asks for other things of its kind."""


def once(connector: Connector, key: tuple[str, ...], ask: Callable[[], _T]) -> _T:
    """What `ask` told first of this version of the warehouse under this key."""
    if key not in connector.memory:
        with _asking:
            if key not in connector.memory:
                connector.memory[key] = ask()
    answer: _T = connector.memory[key]
    return answer
