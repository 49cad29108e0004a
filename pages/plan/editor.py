"""The targets in force as a table that is edited and saved as a whole, or not at all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS, METRICS
from metrics.metric import Stored
from metrics.target_edit import (
    FIRST,
    LAST,
    METRIC,
    NOTE,
    OVER_BASELINE,
    SEGMENT,
    VALUE,
    editable,
    edited,
    table_of,
)
from metrics.target_list import targets_in_force
from pages.ui import failures, formats
from pages.ui.members import members
from pages.ui.names import member
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from connectors.state import State, Target
    from pages.ui.board import Board

_READ, _ROUND, _SAVED = "targets:read", "targets:round", "targets:saved"
"""Where a session keeps the targets as they were read, how often it has read them anew, and that
the last run has saved them."""
TITLES = {
    METRIC: N_("Metric"),
    FIRST: N_("Begins"),
    LAST: N_("Ends"),
    VALUE: N_("Value"),
    OVER_BASELINE: N_("Over baseline"),
    NOTE: N_("Note"),
}


def editor(board: Board, state: State) -> None:
    """The table and its buttons.

    What is saved carries the versions that were read, so what someone else changed meanwhile is
    never overwritten: the one who comes later is told.
    """
    st.subheader(_("Set targets"), anchor=False)
    if st.session_state.pop(_SAVED, False):  # what a run says that ends in another may be lost
        st.toast(_("Saved."), icon=":material/check:")
    read = _read(board)
    table = table_of(read)
    st.data_editor(
        table,
        key=_key(),
        num_rows="dynamic",
        hide_index=True,
        column_order=[METRIC, VALUE, OVER_BASELINE, FIRST, LAST, *_segment(board, table), NOTE],
        column_config=configured(board, table),
        height="auto",
        placeholder=formats.DASH,
        alt=_("Targets"),
    )
    st.caption(
        _(
            "What adds up over days has an amount for its days; all else has a level: 0.42 is "
            "42 %. Over baseline: 0.2 is 20 % above what was recorded. An empty day is open."
        )
    )
    untouched = not any(_changes())
    with st.container(horizontal=True):
        saves = st.button(
            _("Save"), type="primary", icon=":material/save:", disabled=untouched, key="save"
        )
        title = _("Discard my changes")
        st.button(title, type="tertiary", on_click=_forget, disabled=untouched, key="discard")
    if saves:
        with failures.shown():
            _save(read, state)


def configured(board: Board, table: pl.DataFrame) -> dict[str, Any]:
    """The columns of a table of targets."""
    metric = st.column_config.SelectboxColumn(
        _(TITLES[METRIC]),
        options=plannable(board),
        format_func=lambda name: _(METRICS[str(name)].title),
        required=True,
        pinned=True,
    )
    columns: dict[str, Any] = {METRIC: metric}
    for name in _segment(board, table):
        columns[name] = st.column_config.SelectboxColumn(
            _(DIMENSIONS[name].title),
            options=_options(board, table, name),
            format_func=partial(member, name),
        )
    for name in (FIRST, LAST):
        columns[name] = st.column_config.DateColumn(_(TITLES[name]), format="YYYY-MM-DD")
    columns[VALUE] = st.column_config.NumberColumn(_(TITLES[VALUE]), required=True)
    columns[OVER_BASELINE] = st.column_config.CheckboxColumn(
        _(TITLES[OVER_BASELINE]), default=False
    )
    columns[NOTE] = st.column_config.TextColumn(_(TITLES[NOTE]), max_chars=500)
    return columns


def plannable(board: Board) -> list[str]:
    """The metrics that can have a target, by their titles."""
    allowed: Iterable[str] = METRICS if board.access.metrics is None else board.access.metrics
    measured = (name for name in allowed if not isinstance(METRICS[name].kind, Stored))
    return sorted(measured, key=lambda name: _(METRICS[name].title))


def _segment(board: Board, table: pl.DataFrame) -> list[str]:
    """The dimensions with something to choose between, or a member in use."""
    return [name for name in SEGMENT if len(members(board, name)) > 1 or table[name].count()]


def _options(board: Board, table: pl.DataFrame, name: str) -> list[str]:
    return list(dict.fromkeys((*members(board, name), *table[name].drop_nulls())))


def _read(board: Board) -> tuple[Target, ...]:
    """The targets as the session has read them: anew unless it is editing them."""
    now = editable(targets_in_force(board.settings))
    held: tuple[Target, ...] | None = st.session_state.get(_READ)
    if held is None or (not any(_changes()) and _versions(held) != _versions(now)):
        _forget()
        st.session_state[_READ] = held = now
    return held


def _versions(targets: Iterable[Target]) -> list[tuple[Target, str | None, int]]:
    return [(each, each.id, each.version) for each in targets]


def _changes() -> tuple[dict[int, dict[str, Any]], list[dict[str, Any]], list[int]]:
    """Rows changed, added and deleted."""
    held = st.session_state.get(_key()) or {}
    changed = {int(row): cells for row, cells in held.get("edited_rows", {}).items()}
    return changed, held.get("added_rows", []), held.get("deleted_rows", [])


def _save(read: tuple[Target, ...], state: State) -> None:
    kept, gone = edited(read, *_changes())
    state.edit(kept, gone, reader())
    _forget()
    st.session_state[_SAVED] = True
    st.rerun()


def _forget() -> None:
    """The next run reads the targets anew, into an empty editor."""
    st.session_state.pop(_READ, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _key() -> str:
    return f"targets:table:{st.session_state.get(_ROUND, 0)}"
