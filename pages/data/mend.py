"""Rejected rows: look at them, mend them in the table or in a spreadsheet, import them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from connectors.engines import rejects
from connectors.errors import UserError
from connectors.importing.mend import mend
from connectors.importing.reject_sheet import changes_in, raw_name, reject_sheet, rows_of
from connectors.importing.report import in_words
from connectors.text import N_
from pages.ui import failures, formats
from pages.ui.names import plain, shortened
from pages.ui.source_titles import source_titles
from pages.ui.text import _
from pages.ui.upload import stored, upload_box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.importing.reject_sheet import Changes
    from pages.ui.board import Board

TITLE = N_("Rejected rows")
_MOST = 1_000
_SAID = "mend:said"


def mend_rejects(board: Board) -> None:
    """The rejects of one file at a time, as rows that can be edited."""
    st.subheader(_(TITLE), anchor=False)
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    found = rejects(board.settings.warehouse, board.settings)
    if found.is_empty():
        st.caption(_("Every row that was read is accounted for; none was rejected."))
        return
    with failures.shown():
        mapping, file = _asked(found)
        mine = found.filter((pl.col("mapping") == mapping) & (pl.col("file") == file))
        rows = rows_of(mine.head(_MOST))
        if mine.height > _MOST:
            text = _("The first {count} are shown; the download holds them all.")
            st.caption(plain(text.format(count=formats.exact(_MOST, "count", None))))
        changes = _edited(rows, f"{board.connector.version}:{mapping}:{file}")
        _mend(board, mapping, file, changes)
        _elsewhere(board, mapping, file, rows_of(mine))


def _asked(found: pl.DataFrame) -> tuple[str, str]:
    counted = found.group_by("mapping", "file").len().sort("mapping", "file").rows()
    counts = {(mapping, file): count for mapping, file, count in counted}

    titles = source_titles()

    def title(pair: tuple[str, str]) -> str:
        text = _("{file} ({mapping}): {count} rows")
        source = titles.get(pair[0], pair[0])
        values = {"file": shortened(pair[1]), "mapping": shortened(source)}
        return text.format(**values, count=formats.exact(counts[pair], "count", None))

    chosen: tuple[str, str] = st.selectbox(_("File"), list(counts), format_func=title)
    return chosen


def _edited(rows: pl.DataFrame, key: str) -> Changes:
    """The table; returns the cells that were changed, by line and column."""
    names = {f"{number}": name for number, name in enumerate(rows.columns)}
    shown = rows.rename({name: number for number, name in names.items()})
    words = pl.Series([in_words(reason, _) for reason in rows["reason"]], dtype=pl.String)
    configured: dict[str, Any] = {n: st.column_config.TextColumn(t) for n, t in names.items()}
    configured["0"] = st.column_config.NumberColumn(_("Line"), pinned=True)
    configured["1"] = st.column_config.TextColumn(_("Reason"), width="medium")
    st.data_editor(
        shown.with_columns(words.alias("1")),
        hide_index=True,
        disabled=["0", "1"],
        column_config=configured,
        key=f"mend:{key}",
    )
    edits: Mapping[int, Mapping[str, Any]] = st.session_state[f"mend:{key}"]["edited_rows"]
    lines = rows["line"]
    return {
        lines[int(at)]: {
            raw_name(names[number]): None if cell is None else str(cell)
            for number, cell in row.items()
        }
        for at, row in edits.items()
    }


def _mend(board: Board, mapping: str, file: str, changes: Changes) -> None:
    label = _("Import the mended rows ({count})").format(count=len(changes))
    st.caption(_("Click a cell twice to change it. Rows that you leave alone stay rejected."))
    if st.button(label, type="primary", icon=":material/healing:", disabled=not changes):
        _again(board, mapping, file, changes)


def _again(board: Board, mapping: str, file: str, changes: Changes) -> None:
    with st.spinner(_("Importing …")):
        report = mend(board.settings, mapping, file, changes, wait=0)
    text = _("{loaded} rows loaded, {updated} updated, {rejected} still rejected.")
    counts = {"loaded": report.loaded, "updated": report.updated}
    st.session_state[_SAID] = text.format(**counts, rejected=sum(report.rejected.values()))
    st.rerun()


def _elsewhere(board: Board, mapping: str, file: str, rows: pl.DataFrame) -> None:
    """The rows to take to a spreadsheet, and back."""
    with st.expander(_("Mend them in a spreadsheet")):
        st.download_button(
            _("Download the rejected rows"),
            lambda: reject_sheet(rows),
            "rejects.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        label = _("The downloaded file, with its cells mended")
        files = upload_box(board.settings, label, f"mend:files:{board.connector.version}")
        if not files:
            return
        with stored(files) as sources:
            changes: Changes = {}
            for source in sources:
                changes |= changes_in(source, rows, board.settings)
        if not changes:
            message = (
                "{file}: no cell differs from the rejected rows. Mend some and save it as CSV."
            )
            raise UserError(message, file=sources[0].name)
        if st.button(
            _("Import the mended rows ({count})").format(count=len(changes)), key="mend:file"
        ):
            _again(board, mapping, file, changes)
