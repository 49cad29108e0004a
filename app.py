"""The board: who is here, which pages they may see, the frame around them, and the page itself.

Run with `streamlit run app.py`. Pages are functions in modules of `pages/<section>/`, never files
that Streamlit could serve by itself, past this frame.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from connectors.engines import connect, is_empty
from connectors.settings import Settings, load_settings
from connectors.text import N_
from metrics import load_access
from pages.board import sales
from pages.data import status
from pages.ui import failures
from pages.ui.board import Board
from pages.ui.frame import Place, sidebar
from pages.ui.text import _, choose_language
from pages.ui.trust import demo_banner
from pages.ui.welcome import welcome

if TYPE_CHECKING:
    from metrics import Access

ROLE = "unrestricted"
LOGO = Path(__file__).parent / "assets" / "logo.svg"
ICON = Path(__file__).parent / "assets" / "icon.svg"
SECTIONS: dict[str, tuple[Place, ...]] = {
    N_("Board"): (
        Place("sales", sales.TITLE, ":material/monitoring:", sales.show, needs=sales.CARDS),
    ),
    N_("Data"): (Place("data", status.TITLE, ":material/database:", status.show),),
}


def main() -> None:
    """One run: every change of a filter and every click comes through here."""
    st.set_page_config(page_icon=str(ICON), layout="wide", initial_sidebar_state=220)
    st.logo(str(LOGO), icon_image=str(ICON), size="large")
    choose_language(Settings())
    with failures.shown():
        settings = load_settings()
        choose_language(settings)
        _open(settings, load_access(ROLE, settings))


def _open(settings: Settings, access: Access) -> None:
    """The frame and the page; every question that the page asks carries `access`."""
    pages = {section: _allowed(places, access, settings) for section, places in SECTIONS.items()}
    listed = {_(section): [page for _place, page in each] for section, each in pages.items()}
    page = st.navigation(listed, position="hidden")
    sidebar(pages)
    page.run()


def _allowed(
    places: tuple[Place, ...], access: Access, settings: Settings
) -> list[tuple[Place, st.Page]]:
    """The pages that may be seen: those whose metrics the role may ask for."""
    return [
        (
            place,
            st.Page(
                partial(_run, place, settings, access),
                title=f"{_(place.title)} · {_('Siwei')}",
                url_path=place.path,
            ),
        )
        for place in places
        if access.metrics is None or access.metrics >= set(place.needs)
    ]


def _run(place: Place, settings: Settings, access: Access) -> None:
    with failures.shown():
        if is_empty(settings.warehouse, settings):
            welcome(settings)
            return
        board = Board(settings, access, connect(settings.warehouse, settings))
        demo_banner(board)
        place.show(board)


main()
