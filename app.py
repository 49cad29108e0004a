"""The board: who is here, which pages they may see, the frame around them, and the page itself.

`streamlit run app.py` imports this file once for the server, and runs it once for every click.
Pages are functions in modules of `pages/<section>/`, never files that Streamlit could serve by
itself, past this frame.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from connectors.settings import Settings, load_settings
from connectors.text import N_
from metrics import load_access
from pages.ui import failures
from pages.ui.start import FIRST, StartPage
from pages.ui.text import _, choose_language

if TYPE_CHECKING:
    from metrics import Access
    from pages.ui.frame import Place

ROLE = "unrestricted"
ASSETS = Path(__file__).parent / "assets"


def main() -> None:
    """One run: every change of a filter and every click comes through here."""
    icon = str(ASSETS / "icon.svg")
    st.set_page_config(page_icon=icon, layout="wide", initial_sidebar_state=220)
    st.logo(str(ASSETS / "logo.svg"), icon_image=icon, size="large")
    choose_language(Settings())
    with failures.shown():
        settings = load_settings()
        choose_language(settings)
        _open(settings, load_access(ROLE, settings))


def _sections() -> dict[str, tuple[Place, ...]]:
    """The pages by section; imported by the first run, because what they cache needs a server."""
    from pages.alarms import incident, work
    from pages.alarms import rules as alarm_rules
    from pages.board import campaigns, customers, inventory, overview, sales, users
    from pages.data import import_, status
    from pages.plan import targets
    from pages.ui.frame import Place

    return {
        N_("Board"): (
            Place(FIRST, overview.TITLE, ":material/dashboard:", overview.show, sales.CARDS),
            Place("sales", sales.TITLE, ":material/monitoring:", sales.show, needs=sales.CARDS),
            Place("users", users.TITLE, ":material/filter_alt:", users.show, needs=users.NEEDS),
            Place(
                "customers",
                customers.TITLE,
                ":material/group:",
                customers.show,
                needs=customers.CARDS,
            ),
            Place(
                "inventory",
                inventory.TITLE,
                ":material/warehouse:",
                inventory.show,
                needs=inventory.NEEDS,
            ),
            Place(
                "campaigns",
                campaigns.TITLE,
                ":material/campaign:",
                campaigns.show,
                needs=campaigns.CARDS,
            ),
        ),
        N_("Alarms"): (
            Place("alarms", work.TITLE, ":material/notifications:", work.show),
            Place("incident", incident.TITLE, ":material/troubleshoot:", incident.show),
            Place("rules", alarm_rules.TITLE, ":material/rule:", alarm_rules.show),
        ),
        N_("Plan"): (
            Place("targets", targets.TITLE, ":material/flag:", targets.show, needs=targets.NEEDS),
        ),
        N_("Data"): (
            Place("data", status.TITLE, ":material/database:", status.show),
            Place("import", import_.TITLE, ":material/upload_file:", import_.show),
        ),
    }


def _open(settings: Settings, access: Access) -> None:
    """The frame and the page; every question that the page asks carries `access`."""
    from pages.ui.frame import sidebar
    from pages.ui.memory import settle

    reachable: dict[str, st.Page] = {}
    pages = {
        section: [
            (place, _page(place, settings, access, reachable))
            for place in places
            if access.metrics is None or access.metrics >= set(place.needs)
        ]
        for section, places in _sections().items()
    }
    reachable |= {place.path: page for each in pages.values() for place, page in each}
    listed = {_(section): [page for _place, page in each] for section, each in pages.items()}
    page = st.navigation(listed, position="hidden")
    sidebar(pages)
    page.run()
    settle()


def _page(
    place: Place, settings: Settings, access: Access, reachable: dict[str, st.Page]
) -> st.Page:
    from pages.ui.frame import show_page

    title = f"{_(place.title)} · {_('Siwei')}"
    return st.Page(
        partial(show_page, place, settings, access, reachable), title=title, url_path=place.path
    )


if __name__ == "__main__":
    main()
else:
    # Or the first reader of a server who follows a link is told that its page does not exist:
    # Streamlit looks for the files of a folder that is called pages, until it knows better.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, middleware=[Middleware(StartPage)], on_script_error=failures.show)
