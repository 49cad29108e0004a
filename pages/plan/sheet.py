"""Targets from a sheet, and as one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from metrics.target_edit import table_of
from metrics.target_list import targets_in_force
from metrics.target_sheet import COLUMNS, sheet_of, targets_of_source
from pages.plan.editor import configured
from pages.ui import failures
from pages.ui.export import Sheet, to_xlsx
from pages.ui.reader import reader
from pages.ui.text import _
from pages.ui.upload import stored, upload_box

if TYPE_CHECKING:
    from connectors.state import State, Target
    from pages.ui.board import Board

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(board: Board, state: State) -> None:
    """A box to drop a sheet into, with what it says before it is taken; and the targets as one."""
    with st.expander(_("Import and export"), icon=":material/table:"):
        columns = ", ".join(COLUMNS)
        text = _("A CSV or XLSX sheet with the columns {columns}, and any dimensions.")
        st.caption(text.format(columns=columns))
        with failures.shown():
            files = upload_box(board.settings, _("A sheet of targets"), "targets:sheet")
            if files:
                with stored(files) as sources:
                    read = [t for each in sources for t in targets_of_source(each, board.settings)]
                _take(board, state, read)
        with failures.shown():
            frame = sheet_of(targets_in_force(board.settings))
            made = Sheet(frame, frame.columns, (), [""] * frame.width)
            st.download_button(
                _("Download XLSX"),
                partial(to_xlsx, made),
                "targets.xlsx",
                _XLSX,
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )


def _take(board: Board, state: State, read: list[Target]) -> None:
    table = table_of(read)
    config = configured(board, table)
    st.dataframe(table, hide_index=True, column_config=config, alt=_("A sheet of targets"))
    text = _("Import {count} targets").format(count=len(read))
    if st.button(text, type="primary", disabled=not read):
        edits = state.put_all(read, reader())
        done = _("Targets: {added} added, {changed} changed, {unchanged} unchanged.")
        st.success(done.format(**edits._asdict()))
