"""What the server holds: things that stay are not looked at again, what is freed goes back."""

from __future__ import annotations

import ctypes
import gc
import sys

import streamlit as st

_EVERY = "1m"


def settle() -> None:
    """At the end of a run; does something after the first, and then once a minute."""
    _stay()
    _give_back()


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
