"""Targets: what was planned, how far it is reached, what it is measured against, who set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.state import open_state
from connectors.text import N_
from pages.plan.beside import baselines, benchmarks
from pages.plan.editor import editor
from pages.plan.history import history
from pages.plan.reached import reached, split_preview
from pages.plan.sheet import sheet
from pages.ui.text import _

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Targets")
NEEDS = ("paid_sales",)
"""Its members are offered by their sales."""


def show(board: Board) -> None:
    """The page, from top to bottom."""
    state = open_state(board.settings)
    st.title(_(TITLE), anchor=False)
    reached(board)
    split_preview(board)
    editor(board, state)
    sheet(board, state)
    with st.grid(2, min_column_width=380):
        with st.container():
            baselines(board, state)
        with st.container():
            benchmarks(state, board)
    history(board, state, ("targets", "baselines", "benchmarks", "saved_views"))
