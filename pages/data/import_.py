"""First import in the browser: files, what they are, what would become of them, and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.importing.preview import preview
from connectors.importing.run import run_import
from connectors.text import N_
from pages.data.choose import choose
from pages.data.outcome import show_preview, show_report
from pages.ui import failures
from pages.ui.text import _
from pages.ui.upload import files_key, remembered, stored, upload_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from connectors.importing.preview import Preview
    from connectors.importing.report import Report
    from connectors.settings import Settings
    from pages.data.choose import Plan
    from pages.ui.board import Board

TITLE = N_("Import files")
_DONE = "import:done"


def show(board: Board) -> None:
    """The page, from top to bottom."""
    st.title(_(TITLE), anchor=False)
    importer(board.settings)


def importer(settings: Settings) -> bool:
    """From files to a report; returns whether a report is in sight."""
    with failures.shown():
        st.caption(
            _(
                "CSV, TSV, XLSX, Parquet or JSON lines, as .gz or .zst too; several files at once. "
                "Nothing is stored before you say so."
            )
        )
        files = upload_box(settings, _("Files to import"), "import:files")
        plan = choose(files, settings) if files else None
        if plan:
            return _import(files, plan, settings)
    return False


def _import(files: Sequence[UploadedFile], plan: Plan, settings: Settings) -> bool:
    key = (files_key(files), plan.key)
    done = st.session_state.get(_DONE)
    if not (done and done[0] == key):
        st.subheader(_("Preview"), anchor=False)
        tried = _preview(files, plan, settings)
        show_preview(tried, plan, settings)
        label, icon = _("Import now"), ":material/upload:"
        if not st.button(label, type="primary", icon=icon, disabled=not tried.accepted):
            return False
        done = st.session_state[_DONE] = (key, _load(files, plan, settings))
    show_report(done[1], plan)
    return True


def _preview(files: Sequence[UploadedFile], plan: Plan, settings: Settings) -> Preview:
    def tried() -> Preview:
        with st.spinner(_("Trying the first rows …")), stored(files) as sources:
            return preview(plan.job(sources), settings)

    return remembered("import:preview", (files_key(files), plan.key), tried)


def _load(files: Sequence[UploadedFile], plan: Plan, settings: Settings) -> Report:
    with st.status(_("Importing …"), expanded=True) as status:
        bar = st.progress(0.0)

        def tell(done: int, total: int) -> None:
            text = _("{done} of {total} files read").format(done=done, total=total)
            bar.progress(done / (total + 1), text)

        try:
            with stored(files) as sources:
                report = run_import(plan.job(sources), plan.text, settings, wait=0, progress=tell)
        except BaseException:
            status.update(label=_("Nothing was imported"), state="error", expanded=False)
            raise
        bar.progress(1.0)
        status.update(label=_("Imported"), state="complete", expanded=False)
    return report
