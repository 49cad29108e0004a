"""Campaigns: what ads cost, what is credited to them, and what of it stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from pages.ui.acquired import acquired, acquired_question
from pages.ui.ad_calendar import ad_calendar
from pages.ui.ad_days import ad_days
from pages.ui.ahead import ask_ahead
from pages.ui.bar import filter_bar
from pages.ui.bubbles import bubbles
from pages.ui.cards import cards, needed
from pages.ui.credit import credit_bar, read_credit
from pages.ui.filters import covered, read_filters
from pages.ui.leagues import ADVERTISED, CREATORS, league, league_question
from pages.ui.table import drill_table
from pages.ui.text import _
from pages.ui.trust import COVERAGE, trust_line

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Campaigns")
CARDS = ("spend", "net_roas", "mer", "spend_share", "cac", "contribution")
TABLE = (
    "spend",
    "ad_sales",
    "roas",
    "net_roas",
    "breakeven_roas",
    "roi",
    "contribution",
    "new_customers",
    "cac",
    "mer",
    "spend_share",
    "ctr",
    "cpc",
)
WAYS = (("channel", "campaign"), ("platform", "shop"))


def show(board: Board) -> None:
    """The page, from top to bottom."""
    coverage = covered(board, "paid_sales", CARDS[0])
    credit = read_credit(board)
    filters = replace(read_filters(board, coverage), params=credit)
    whole = filters.query(*dict.fromkeys((*needed(CARDS), *TABLE, *COVERAGE)))
    st.title(_(TITLE), anchor=False)
    trust_line(board, whole)
    with filter_bar(board, filters, coverage), credit_bar(board, credit):
        cards(board, filters, CARDS, whole)
    leagues = (league_question(filters, each) for each in (CREATORS, ADVERTISED))
    ask_ahead(board, acquired_question(filters), *leagues)
    with st.grid(2, min_column_width=420):
        ad_days(board, filters, whole)
        bubbles(board, filters, whole)
    drill_table(board, filters, TABLE, whole, WAYS)
    ad_calendar(board, filters)
    acquired(board, filters)
    league(board, filters, CREATORS)
    league(board, filters, ADVERTISED)
