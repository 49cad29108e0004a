"""The frame around every page: the logo, the sections, the language; links keep the filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from connectors.engines import connect, is_empty
from pages.alarms.scheduler import keep_checking
from pages.ui import failures, links
from pages.ui.board import Board
from pages.ui.first import let_go
from pages.ui.links import LANGUAGE
from pages.ui.names import name_by
from pages.ui.reader import ask_reader
from pages.ui.refresh import keep_fresh
from pages.ui.start import STYLE, is_based
from pages.ui.text import NAMES, _, language
from pages.ui.trust import demo_banner
from pages.ui.views import saved_views
from pages.ui.welcome import welcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from connectors.settings import Settings
    from metrics import Access


class Place(NamedTuple):
    """A page of the board.

    Attributes:
        path: its address.
        title: its English title, the id of its translation.
        icon: a Material symbol.
        show: draws it.
        needs: the metrics without which it says nothing.
    """

    path: str
    title: str
    icon: str
    show: Callable[[Board], None]
    needs: tuple[str, ...] = ()


def sidebar(sections: Mapping[str, Sequence[tuple[Place, st.Page]]]) -> None:
    """The way to every page, each as a link that takes the filters along, and the language."""
    if is_based():
        st.html(STYLE)
    with st.sidebar:
        for section, pages in sections.items():
            st.caption(_(section))
            for place, page in pages:
                st.page_link(
                    page,
                    label=_(place.title),
                    icon=place.icon,
                    query_params=links.current(),
                    width="stretch",
                )
        st.segmented_control(
            _("Language"),
            list(NAMES),
            format_func=NAMES.__getitem__,
            key=links.show(LANGUAGE, language()),
            on_change=_change_language,
            required=True,
            label_visibility="collapsed",
        )
        ask_reader()


def show_page(
    place: Place, settings: Settings, access: Access, pages: Mapping[str, st.Page]
) -> None:
    """A page on the current generation, or the first page while there is none."""
    with failures.shown():
        if is_empty(settings.warehouse, settings):
            welcome(settings)
            return
        keep_checking(settings)
        keep_fresh(settings)
        board = Board(settings, access, connect(settings.warehouse, settings), pages)
        name_by(board.connector)
        saved_views(board, place.path)
        demo_banner(board)
        try:
            place.show(board)
        finally:
            let_go()


def _change_language() -> None:
    links.change({LANGUAGE: st.session_state[links.widget_key(LANGUAGE)]})
