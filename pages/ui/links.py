"""The state of a page is its link: filters live in the query string and nowhere else.

Streamlit can bind widgets to query parameters itself, but it writes the *shown* text of an option,
so that a link would break in another language, and it replaces the browser's history entry, so
that Back would leave the page instead of the last filter. Here a parameter holds a stable code,
every change is a step of the history, and a widget shows what the link says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGE = "lang"
"""The parameter that names the language, and where a run keeps it."""


def one(name: str) -> str | None:
    """The value of a parameter; None when the link lacks it."""
    return st.query_params.get(name)


def many(name: str) -> tuple[str, ...]:
    """All values of a parameter that may repeat, each once."""
    return tuple(dict.fromkeys(filter(None, st.query_params.get_all(name))))


def current() -> dict[str, list[str]]:
    """The whole query string: what a link to another page carries along."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def change(values: Mapping[str, str | Iterable[str] | None]) -> None:
    """Sets parameters, or with None or nothing removes them, as one step of the history."""
    wanted = current()
    for name, value in values.items():
        given = [value] if isinstance(value, str) else [str(each) for each in value or ()]
        wanted[name] = given
    st.query_params.from_dict({name: given for name, given in wanted.items() if given})


def widget_key(name: str) -> str:
    """The key of the widget that edits a parameter.

    Another one in each language, because a browser keeps the text of an option, not its code.
    """
    return f"link:{st.session_state.get(LANGUAGE)}:{name}"


def show(name: str, value: Any) -> str:
    """Makes the widget of a parameter show `value`; returns the widget's key."""
    key = widget_key(name)
    if st.session_state.get(key, ...) != value:
        st.session_state[key] = value
    return key
