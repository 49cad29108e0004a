"""Who is reading: the name that edits are kept under."""

from __future__ import annotations

import streamlit as st

from connectors.cli import user_name
from pages.ui.text import _

_NAME = "reader"


def ask_reader() -> None:
    """A field for the reader's name, unless the server knows who it is."""
    if not _signed_in():
        st.text_input(
            _("Your name"),
            key=_NAME,
            placeholder=user_name(),
            max_chars=60,
            help=_("Stands in the history beside what you change."),
        )


def reader() -> str:
    """Who is signed in, else the name that the reader gave, else the account of the server."""
    return _signed_in() or str(st.session_state.get(_NAME, "")).strip() or user_name()


def _signed_in() -> str:
    return str(st.user.get("email") or "")
