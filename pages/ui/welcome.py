"""The first page: what to do while nothing has been imported yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.engines import is_empty
from connectors.importing.presets import mapping_text, preset_names, read_mapping
from pages.data.import_ import importer
from pages.ui.names import plain, table_title
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.settings import Settings

COMMAND = "python -m connectors import {path} --as {table} --mapping {mapping}"
_LOOK_AGAIN = "3s"


def welcome(settings: Settings) -> None:
    """How to bring data in: here, or by a command to copy; the sources that are known already."""
    st.title(_("Bring in your first data"), anchor=False)
    reported = importer(settings)
    with st.expander(_("On the command line")):
        _commands()
    if reported:
        # What became of the rows is read first; the next click opens the board.
        st.button(_("Open the board"), type="primary", icon=":material/monitoring:")
    else:
        _watch(settings)


def _commands() -> None:
    st.text(
        _(
            "Run one of these commands with the path of your files (a file, a folder or a "
            "pattern); the report accounts for every row."
        )
    )
    for name in preset_names():
        mapping = read_mapping(mapping_text(name), f"{name}.toml")
        table = mapping.feeds[0].table
        st.markdown(f"**{plain(_(mapping.title))}** · {table_title(table)}")
        st.code(
            COMMAND.format(path="PATH", table=table, mapping=name), language="bash", wrap_lines=True
        )
    st.text(
        _(
            "Another source? Copy the nearest file of assets/mappings, name its columns, give its "
            "path."
        )
    )


@st.fragment(run_every=_LOOK_AGAIN)
def _watch(settings: Settings) -> None:
    """Opens the board as soon as there is something to show."""
    if is_empty(settings.warehouse, settings):
        st.caption(_("The board opens by itself as soon as an import is done."))
    else:
        st.rerun()
