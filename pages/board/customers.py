"""Customers: who comes, who comes back, what they are worth and what they say of us."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from pages.ui.ahead import ask_ahead
from pages.ui.bar import filter_bar
from pages.ui.cards import cards, needed
from pages.ui.cohorts import cohort_map
from pages.ui.filters import read_filters
from pages.ui.satisfaction import satisfaction
from pages.ui.segments import movements, segment_map
from pages.ui.table import drill_table
from pages.ui.text import _
from pages.ui.trust import COVERAGE, trust_line
from pages.ui.worth import worth, worth_question

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Customers")
CARDS = (
    "new_customers",
    "member_growth",
    "repurchase_rate",
    "high_value_retention",
    "ltv",
    "nps",
)
TABLE = ("buyers", "new_customers", "repurchase_rate", "spend_per_buyer", "retention", "nps")


def show(board: Board) -> None:
    """The page, from top to bottom."""
    coverage = board.coverage("paid_sales")
    filters = read_filters(board, coverage)
    whole = filters.query(*needed(CARDS), *COVERAGE)
    st.title(_(TITLE), anchor=False)
    trust_line(board, whole)
    with filter_bar(board, filters, coverage):
        cards(board, filters, CARDS, whole)
    ask_ahead(board, worth_question(filters))
    with st.grid(2, min_column_width=420):
        cohort_map(board, filters)
        segment_map(board, filters)
        movements(board, filters)
        satisfaction(board, filters, None)
    worth(board, filters)
    with st.grid(2, min_column_width=420):
        satisfaction(board, filters, "category")
        satisfaction(board, filters, "delivery_time")
    drill_table(board, filters, TABLE, replace(filters.query(*TABLE), compared=TABLE[:1]))
