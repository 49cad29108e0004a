"""Answers refresh in the background: after an import, what was asked of late is asked again.

A board that is open follows an import within half a minute. By then a thread of the server has most
of the new answers. What nobody asked for an hour, and what another day asks, waits for its reader.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from connectors.engines import connect, is_empty
from connectors.errors import UserError
from connectors.log import error_id
from metrics.background import giving_way, keep_looking

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.engines import Connector
    from connectors.settings import Settings

EVERY_SECONDS = 5.0
MOST = 300
"""Questions that are remembered: those of the last ten to fifteen views."""
LATELY = 3600.0
"""Seconds after which nobody is expected back."""


class _Asked(NamedTuple):
    """A question: when it was asked, and how to ask it of another generation."""

    at: float
    again: Callable[[Connector], object]


class Lately:
    """The questions that were asked of late."""

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}
        self._lock = threading.Lock()

    def note(self, key: str, again: Callable[[Connector], object]) -> None:
        """Remembers that somebody asked: under one key the same, which `again` asks anew."""
        with self._lock:
            self._asked.pop(key, None)
            self._asked[key] = _Asked(time.monotonic(), again)
            if len(self._asked) > MOST:
                del self._asked[next(iter(self._asked))]

    def latest(self) -> list[Callable[[Connector], object]]:
        """How to ask those of the last hour anew, the latest first."""
        since = time.monotonic() - LATELY
        with self._lock:
            return [each.again for each in reversed(self._asked.values()) if each.at > since]


LATELY_ASKED = Lately()
"""Those of this server."""


@st.cache_resource(show_spinner=False)
def keep_fresh(settings: Settings) -> threading.Thread:
    """Starts the one thread of this server that asks again; it ends with the server."""
    return keep_looking("refresh", EVERY_SECONDS, partial(look, settings, LATELY_ASKED))


def look(settings: Settings, lately: Lately, seen: str) -> str:
    """Asks again what was asked of late when there is another generation; which there is now."""
    with suppress(Exception):  # whoever opens a page is told, and the log has it
        there = _version(settings)
        if there not in {"", seen}:
            _ask_again(settings, lately, there)
        return there
    return seen


def _ask_again(settings: Settings, lately: Lately, version: str) -> None:
    for again in lately.latest():
        if _version(settings) != version:  # yet another one: that is looked at next
            return
        with giving_way():
            _ask(settings, again)


def _ask(settings: Settings, again: Callable[[Connector], object]) -> None:
    try:
        again(connect(settings.warehouse, settings))
    except UserError:  # it is told to who asks it
        return
    except Exception as error:
        error_id(error)


def _version(settings: Settings) -> str:
    if is_empty(settings.warehouse, settings):
        return ""
    return connect(settings.warehouse, settings).version
