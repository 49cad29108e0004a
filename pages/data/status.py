"""Data: what is in the warehouse, what was imported when, and what was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from connectors.engines import imports, status
from connectors.schema import IMPORTED
from connectors.schema.titles import TITLES
from connectors.text import N_
from pages.data.mend import mend_rejects
from pages.ui import formats
from pages.ui.source_titles import source_titles
from pages.ui.text import _

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Imports and rejects")
_TABLE = {
    "table": N_("Table"),
    "rows": N_("Rows"),
    "first": N_("First day"),
    "last": N_("Latest day"),
    "mapping": N_("Source"),
    "rejects": N_("Rejected"),
}
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
_ALL = 30
"""Rows up to which a table is shown whole."""


def show(board: Board) -> None:
    """The page, from top to bottom."""
    st.title(_(TITLE), anchor=False)
    _tables(board)
    _imports(board)
    mend_rejects(board)


def _tables(board: Board) -> None:
    st.subheader(_("Tables"), anchor=False)
    states = status(board.settings.warehouse, board.settings)
    rows = [each._asdict() for each in states if each.rows and each.table in IMPORTED]
    frame = pl.DataFrame(rows, schema_overrides={"first": pl.Date, "last": pl.Date})
    _table(frame.with_columns(pl.col("table").replace_strict(_titles(TITLES))), _TABLE)


def _imports(board: Board) -> None:
    st.subheader(_("Imports"), anchor=False)
    log = imports(board.settings.warehouse, board.settings)
    utc = pl.col("finished_at").dt.replace_time_zone("UTC")
    local = utc.dt.convert_time_zone(board.settings.time_zone).dt.replace_time_zone(None)
    _table(log.with_columns(local), _RUN)


def _table(frame: pl.DataFrame, columns: dict[str, str]) -> None:
    """The columns under their titles; numbers with separators, dates without a time of day."""
    named = pl.col("mapping").cast(pl.String).replace(source_titles())
    shown = frame.with_columns(named).select(*columns)
    configured: dict[str, Any] = {}
    for name, dtype in shown.schema.items():
        title = _(columns[name])
        if dtype == pl.Date:
            configured[name] = st.column_config.DateColumn(title, format="YYYY-MM-DD")
        elif dtype.is_integer():
            configured[name] = st.column_config.NumberColumn(title, format="%,d")
        else:
            configured[name] = st.column_config.Column(title)
    st.dataframe(
        shown,
        hide_index=True,
        column_config=configured,
        height="content" if shown.height <= _ALL else "auto",
        placeholder=formats.DASH,
    )


def _titles(names: dict[str, str]) -> dict[str, str]:
    return {name: _(title) for name, title in names.items()}
