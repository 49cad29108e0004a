"""Checks inside the running board: after each new generation, and every few minutes what is due."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from connectors.clock import now
from connectors.engines import connect, is_empty
from connectors.errors import UserError
from connectors.log import error_id, get_logger
from metrics.alarms.commands import check_all
from metrics.background import REST, keep_looking

if TYPE_CHECKING:
    import threading

    from connectors.settings import Settings

EVERY_SECONDS = 60.0


@st.cache_resource(show_spinner=False)
def keep_checking(settings: Settings) -> threading.Thread:
    """Starts the one thread of this server that checks; it ends with the server."""
    return keep_looking("alarms", EVERY_SECONDS, partial(look, settings))


def look(settings: Settings, seen: str) -> str:
    """Checks when there is a new generation or another hour, and gives way to the readers.

    Args:
        settings: the warehouse, the state and who is told.
        seen: what the look before returned; at first nothing.

    Returns:
        What it has seen now.
    """
    try:
        if is_empty(settings.warehouse, settings):
            return seen
        hour = now(settings.zone).strftime("%Y-%m-%dT%H")
        there = f"{connect(settings.warehouse, settings).version} {hour}"
        if there != seen:
            check_all(settings, REST)
    except UserError as error:
        get_logger("alarms").warning("alarms were not checked", problem=str(error))
        return seen
    except Exception as error:
        error_id(error)
        return seen
    return there
