"""What a session holds and every number on a page asks for: looked up once a run, not per cell.

A lookup in Streamlit's session takes three microseconds, and a page of lists needs ten thousand.
"""

from __future__ import annotations

from threading import local
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


class _Run(local):
    """Of the run of this thread."""

    def __init__(self) -> None:
        self.run: object = None
        self.values: dict[str, Any] = {}


_own = _Run()


def hold(key: str, value: object) -> None:
    """The session holds `value` under `key` from now on."""
    st.session_state[key] = value
    _values()[key] = value


def held(key: str) -> Any:
    """What the session holds under `key`, or None; only `hold` may change it."""
    values = _values()
    if key not in values:
        values[key] = st.session_state.get(key)
    return values[key]


def _values() -> dict[str, Any]:
    """Those known of this run; outside of one nothing is."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return {}
    if _own.run is not run:
        _own.run, _own.values = run, {}
    return _own.values
