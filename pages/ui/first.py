"""Cards first: what stands below them reaches the browser a moment later.

A browser has one thread. When the rest of a page comes in while the cards are made ready, all of it
is drawn before any of it is seen: the cards of ten million lines stood after 2.1 s, and stand after
1.1 s with the rest held back, while the whole page takes no longer.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LONGEST = 1.0
"""Seconds for which the rest waits at most; a question may take longer than that."""


class _Held:
    """Takes what a run sends, and keeps it until it is let go."""

    def __init__(self, send: Callable[[ForwardMsg], None]) -> None:
        self.send = send
        self._lock = Lock()
        self._waiting: list[ForwardMsg] | None = []
        self._timer = Timer(LONGEST, self.let_go)
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, message: ForwardMsg) -> None:
        with self._lock:
            if self._waiting is not None:
                self._waiting.append(message)
                return
        self.send(message)

    def let_go(self) -> None:
        """Sends what waits, in its order; from then on nothing does."""
        self._timer.cancel()
        with self._lock:
            waiting, self._waiting = self._waiting or [], None
            for message in waiting:
                self.send(message)


@contextmanager
def later(key: str, draw: Callable[[], None]) -> Iterator[None]:
    """A place for what is drawn after the block below it, and whatever happens to that.

    The style sheet gives the place its height. Streamlit draws an empty one only with a border,
    which is taken off there.
    """
    place = st.container(key=key, border=True)
    try:
        yield
    finally:
        with place:
            draw()


def hold_back() -> None:
    """What this run draws from now on waits."""
    run = get_script_run_ctx()
    if run and not isinstance(run._enqueue, _Held):  # noqa: SLF001 - Streamlit has no other way
        run._enqueue = _Held(run._enqueue)  # noqa: SLF001


def let_go() -> None:
    """The run is at its end: nothing waits any longer."""
    run = get_script_run_ctx()
    if run and isinstance(run._enqueue, _Held):  # noqa: SLF001
        held, run._enqueue = run._enqueue, run._enqueue.send  # noqa: SLF001
        held.let_go()
