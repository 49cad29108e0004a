"""The frame around every page: the logo, the sections, the language; links keep the filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from pages.ui import links
from pages.ui.text import LANGUAGE, NAMES, _, language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pages.ui.board import Board


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


def _change_language() -> None:
    links.change({LANGUAGE: st.session_state[links.widget_key(LANGUAGE)]})
