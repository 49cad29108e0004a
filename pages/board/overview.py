"""Overview: the four dimensions in one look, and where to look closer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from pages.board.sales import CARDS, SHELF
from pages.ui.ad_returns import BREAK_EVEN, ad_returns, channel_question
from pages.ui.ahead import ask_ahead
from pages.ui.bar import filter_bar
from pages.ui.cards import cards, needed
from pages.ui.exceptions import worst_exceptions
from pages.ui.expected import day_question, expected_sales
from pages.ui.filters import read_filters
from pages.ui.funnel import VISITS, visit_funnel
from pages.ui.scorecard import scorecard
from pages.ui.shelf import rank_question, shelf
from pages.ui.shops import on_the_year, shop_matrix, shop_question
from pages.ui.slow import slow_question, slow_stock
from pages.ui.sources import dimmed, sources
from pages.ui.stock_ages import season_question, stock_ages
from pages.ui.text import _
from pages.ui.trust import COVERAGE, trust_line

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Overview")
TOP_SKCS = (*SHELF[:2], "days_of_cover", *SHELF[2:])


def show(board: Board) -> None:
    """The page, from top to bottom."""
    coverage = board.coverage(CARDS[0])
    filters = read_filters(board, coverage)
    whole = filters.query(*dict.fromkeys((*needed(CARDS), *VISITS, BREAK_EVEN, *COVERAGE)))
    st.title(_(TITLE), anchor=False)
    trust_line(board, whole)
    stale = sources(board)
    with filter_bar(board, filters, coverage):
        cards(board, filters, CARDS, whole)
    ask_ahead(
        board,
        shop_question(filters),
        on_the_year(shop_question(filters)),
        day_question(filters),
        season_question(filters),
        rank_question(filters, TOP_SKCS),
        slow_question(filters),
        channel_question(filters),
    )
    worst_exceptions(board, filters)
    shop_matrix(board, filters)
    with st.grid(2, min_column_width=420):
        with dimmed("sales", stale, "order_lines"):
            expected_sales(board, filters)
        with dimmed("visits", stale, "traffic_daily"):
            visit_funnel(board, filters, whole)
        with dimmed("stock", stale, "stock_daily"):
            stock_ages(board, filters)
        with dimmed("ads", stale, "ad_spend"):
            ad_returns(board, filters, whole)
    with dimmed("shelf-place", stale, "order_lines"):
        shelf(board, filters, TOP_SKCS)
    with dimmed("slow-place", stale, "stock_daily"):
        slow_stock(board, filters)
    scorecard(board, filters)
