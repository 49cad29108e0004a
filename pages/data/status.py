"""Data: what is in the warehouse, what was imported when, and what was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.engines import imports, rejects, status
from connectors.text import N_
from pages.ui import formats
from pages.ui.names import table_title
from pages.ui.text import _

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Imports and rejects")
_MOST_REJECTS = 1_000
_RUN = {
    "mapping": N_("Source"),
    "finished_at": N_("Finished"),
    "files": N_("Files"),
    "read": N_("Rows read"),
    "loaded": N_("Loaded"),
    "updated": N_("Updated"),
    "unchanged": N_("Unchanged"),
    "excluded": N_("Excluded"),
    "rejected": N_("Rejected"),
}
_REJECT = {
    "mapping": N_("Source"),
    "file": N_("File"),
    "line": N_("Line"),
    "reason": N_("Reason"),
    "row": N_("Row"),
}


def show(board: Board) -> None:
    """The page, from top to bottom."""
    st.title(_(TITLE))
    _tables(board)
    _imports(board)
    _rejects(board)


def _tables(board: Board) -> None:
    st.subheader(_("Tables"))
    rows = [each for each in status(board.settings.warehouse, board.settings) if each.rows]
    frame = pl.DataFrame(
        {
            _("Table"): [table_title(each.table) for each in rows],
            _("Rows"): [each.rows for each in rows],
            _("First day"): [each.first for each in rows],
            _("Last day"): [each.last for each in rows],
            _("Source"): [each.mapping for each in rows],
            _("Rejected"): [each.rejects for each in rows],
        }
    )
    st.dataframe(frame, hide_index=True, height="content", placeholder=formats.DASH)


def _imports(board: Board) -> None:
    st.subheader(_("Imports"))
    log = imports(board.settings.warehouse, board.settings)
    zone = board.settings.time_zone
    local = pl.col("finished_at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    log = log.with_columns(local.dt.replace_time_zone(None)).select(*_RUN)
    st.dataframe(log.rename(_titles(_RUN)), hide_index=True, placeholder=formats.DASH)


def _rejects(board: Board) -> None:
    st.subheader(_("Rejected rows"))
    found = rejects(board.settings.warehouse, board.settings)
    if not found.height:
        st.caption(_("Every row that was read is accounted for; none was rejected."))
        return
    shown = found.head(_MOST_REJECTS).select(*_REJECT).rename(_titles(_REJECT))
    st.dataframe(shown, hide_index=True, placeholder=formats.DASH)


def _titles(names: dict[str, str]) -> dict[str, str]:
    return {name: _(title) for name, title in names.items()}
