"""Saved views: the present link under a name, in the sidebar, to be opened again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import streamlit as st

from connectors.state import View, open_state
from metrics.ranges import default_range
from pages.ui import failures, links
from pages.ui.filters import RANGE
from pages.ui.links import LANGUAGE
from pages.ui.names import plain, shortened
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import State
    from pages.ui.board import Board

_NAME, _SHARED = "view:name", "view:shared"


def saved_views(board: Board, page: str) -> None:
    """The views that the reader may see, as links, and the way to save the present one.

    A view is a page and a query string, read like any link when it is opened. One of a page that
    the reader may not open is left out.
    """
    state = open_state(board.settings)
    implied = default_range(board.today)  # named in a view, so that it stays what it is
    with st.sidebar, failures.shown():
        pages = list(board.pages)
        found = sorted(state.views(reader(), *pages), key=lambda each: pages.index(each.page))
        if found:
            st.caption(_("Saved views"))
        for view in found:
            _link(view, board.pages[view.page])
        with st.popover(_("Save this view"), icon=":material/bookmark_add:", width="stretch"):
            _save_form(state, page, implied)
            for view in found:
                if view.owner == reader():
                    _own(state, view)


def _link(view: View, page: st.Page) -> None:
    query = {**parse_qs(view.query), LANGUAGE: links.many(LANGUAGE)}
    st.page_link(
        page,
        label=plain(shortened(view.name)),
        icon=":material/bookmark:",
        query_params={name: list(values) for name, values in query.items() if values},
        width="stretch",
    )


def _save_form(state: State, page: str, implied: str) -> None:
    st.text_input(_("Name of the view"), key=_NAME, max_chars=60)
    st.toggle(_("For everyone"), value=True, key=_SHARED)
    st.button(
        _("Save"), type="primary", key="view:save", on_click=partial(_save, state, page, implied)
    )


def _own(state: State, view: View) -> None:
    """A view of the reader's own: another name, or none at all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"view:{view.id}"
        label = _("Rename {name}").format(name=shortened(view.name))
        rename = partial(_rename, state, view, key)
        st.text_input(plain(label), view.name, key=key, max_chars=60, on_change=rename)
        st.button(
            _("Delete"),
            icon=":material/delete:",
            key=f"{key}:delete",
            on_click=partial(_delete, state, view),
        )


def _save(state: State, page: str, implied: str) -> None:
    with failures.shown():
        held = {name: values for name, values in links.current().items() if name != LANGUAGE}
        query = urlencode({RANGE: implied} | held, doseq=True)
        name, is_shared = st.session_state[_NAME].strip(), st.session_state[_SHARED]
        made = View(name=name, page=page, query=query, owner=reader(), is_shared=is_shared)
        state.put(made, reader())
        st.session_state[_NAME] = ""


def _rename(state: State, view: View, key: str) -> None:
    with failures.shown():
        state.put(replace(view, name=st.session_state[key].strip()), reader())


def _delete(state: State, view: View) -> None:
    with failures.shown():
        state.delete(view, reader())
