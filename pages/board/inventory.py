"""Inventory: how high the water stands where, what breaks, and what to order, move and clear."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics.replenish import PLACES, STATE, with_bands
from pages.ui.ahead import ask_ahead
from pages.ui.bar import filter_bar
from pages.ui.cards import cards
from pages.ui.cover_map import cover_map
from pages.ui.filters import covered, read_filters
from pages.ui.gauges import band_bars, gauge_question, gauges
from pages.ui.late_orders import late_orders
from pages.ui.over_time import chosen_trend
from pages.ui.places import places
from pages.ui.replenish import replenishment
from pages.ui.stock_ages import season_question, stock_ages
from pages.ui.text import _
from pages.ui.trust import COVERAGE, trust_line

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TITLE = N_("Inventory")
CARDS = (
    "stock_value",
    "water_level",
    "turnover_days",
    "full_size_rate",
    "stockout_rate",
    "lost_sales",
)
TRENDS = ("stock_to_sales", "active_rate", "gmroi", "aged_share", "sell_through")
NEEDS = (*CARDS, *TRENDS, *STATE)


def show(board: Board) -> None:
    """The page, from top to bottom."""
    coverage = covered(board, "paid_sales", CARDS[0])
    filters = read_filters(board, coverage)
    whole = filters.query(*CARDS, *COVERAGE)
    st.title(_(TITLE), anchor=False)
    trust_line(board, whole)
    with filter_bar(board, filters, coverage):
        cards(board, filters, CARDS, whole)
    ask_ahead(board, gauge_question(filters), season_question(filters), _places_question(filters))
    chosen_trend(board, filters, CARDS, TRENDS)
    gauges(board, filters)
    _by_place(board, filters)
    late_orders(board, filters)


def _places_question(filters: Filters) -> Query:
    return replace(filters, compare="none").query(*STATE, by=PLACES)


def _by_place(board: Board, filters: Filters) -> None:
    """The parts that one answer by SKU and place serves."""
    with st.grid(2, min_column_width=420):
        stock_ages(board, filters)
        if not board.access.hidden.isdisjoint(PLACES):
            return
        result = board.ask(_places_question(filters))
        banded = with_bands(result.frame)
        band_bars(filters, banded, result)
    replenishment(board, filters, banded, result)
    cover_map(board, filters, banded, result)
    places(board, filters, banded, result)
