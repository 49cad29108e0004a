"""What the server holds: what stays is not looked at again, what is over is let go of."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
    from streamlit.runtime.state.common import WidgetMetadata

_EVERY = "1m"


def settle() -> None:
    """At the end of a whole run: the most of it after the first, and then once a minute."""
    forget()
    _stay()
    _give_back()


def forget() -> None:
    """Of widgets that are long gone from the page nothing is known any more.

    Streamlit drops their values, and keeps what it calls when they change, with all that this
    holds: megabytes an hour of a session that is open all day.
    """
    run, known = _run(), known_widgets()
    state = run.session_state._state  # noqa: SLF001 - Streamlit has no other way
    values = state._old_state.keys() | state._new_widget_state.states.keys()  # noqa: SLF001
    for each in known.keys() - run.shared.widget_ids_this_run.snapshot() - values:
        del known[each]


def known_widgets() -> dict[str, WidgetMetadata[Any]]:
    """What this session knows of widgets, by their id."""
    return _run().session_state._state._new_widget_state.widget_metadata  # noqa: SLF001


def _run() -> ScriptRunContext:
    run = get_script_run_ctx()
    assert run, "a page is shown by a run"
    return run


@st.cache_resource(show_spinner=False)
def _stay() -> None:
    """What the first run has imported is there for good: to look for garbage leaves it out."""
    gc.collect()
    gc.freeze()


# Many threads make answers, and glibc keeps what each of them has freed: 34 MB after 36 pages.
@st.cache_resource(ttl=_EVERY, show_spinner=False)
def _give_back() -> None:
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
