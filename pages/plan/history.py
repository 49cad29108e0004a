"""Who changed what, when, from what to what."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import METRICS
from pages.ui import formats
from pages.ui.names import shortened
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import Change, State
    from pages.ui.board import Board

_MOST = 200
_TABLES = {
    "targets": N_("Target"),
    "baselines": N_("Baseline"),
    "benchmarks": N_("Benchmark"),
    "saved_views": N_("View"),
}
_NAMES = {
    "value": N_("Value"),
    "amount": N_("Amount"),
    "level": N_("Level"),
    "level_over_baseline": N_("Over baseline"),
    "start": N_("Begins"),
    "end": N_("Day after the last"),
    "segment": N_("Segment"),
    "note": N_("Note"),
    "source": N_("Source"),
    "as_of": N_("As of"),
    "name": N_("Name"),
    "page": N_("Page"),
    "query": N_("Filters"),
}
_OPEN = ("0001-01-01", "9999-12-31")


def history(board: Board, state: State, tables: tuple[str, ...]) -> None:
    """The latest edits of some tables of the state."""
    st.subheader(_("History"), anchor=False)
    edits = [
        edit for table in tables for edit in state.history(table, most=_MOST) if _may_see(edit)
    ]
    latest = nlargest(_MOST, edits, key=lambda edit: (edit.number, edit.key))
    if not latest:
        st.caption(_("None yet."))
        return
    rows = [_row(edit, board) for edit in latest]
    st.dataframe(pl.DataFrame(rows), hide_index=True, alt=_("History"))


def _may_see(edit: Change) -> bool:
    """Whether it is the reader's business: views that are not shared are their owner's alone."""
    sides = [side for side in (edit.before, edit.after) if side is not None]
    is_private = edit.table == "saved_views" and not any(side["is_shared"] for side in sides)
    return not is_private or edit.who == reader()


def _row(edit: Change, board: Board) -> dict[str, str]:
    content = edit.after or edit.before or {}
    what = str(content.get("metric") or content.get("name") or "")
    title = _(METRICS[what].title) if what in METRICS else shortened(what)
    local = edit.at.astimezone(board.settings.zone).replace(tzinfo=None)
    return {
        _("When"): formats.moment(local),
        _("Who"): shortened(edit.who),
        _("What"): f"{_(_TABLES[edit.table])}: {title}",
        _("Before"): _said(edit.before, edit.after),
        _("After"): _said(edit.after, edit.before),
    }


def _said(content: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """What of a row differs from the other side; all of a row that is there on one side only."""
    if content is None:
        return formats.DASH
    differs = {
        name: value
        for name, value in content.items()
        if name in _NAMES and (other is None or other.get(name) != value)
    }
    known = {name: value for name, value in differs.items() if value not in (None, "", {})}
    parts = (f"{_(_NAMES[name])} {_text(value)}" for name, value in known.items())
    return ", ".join(parts) or formats.DASH


def _text(value: object) -> str:
    if value in _OPEN:
        return formats.DASH
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, dict):
        return shortened("; ".join(f"{name} {', '.join(kept)}" for name, kept in value.items()))
    return shortened(str(value))
