"""Sales: how much, compared with when, and where it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from pages.ui.accounts import accounts
from pages.ui.ahead import ask_ahead
from pages.ui.bands import band_question, bands
from pages.ui.bar import filter_bar
from pages.ui.cards import cards, needed
from pages.ui.cells import Sides
from pages.ui.filters import read_filters
from pages.ui.heat import returns_heat
from pages.ui.matrix import matrix
from pages.ui.over_time import chosen_trend
from pages.ui.shelf import rank_question, shelf
from pages.ui.table import drill_table
from pages.ui.text import _
from pages.ui.trust import COVERAGE, trust_line
from pages.ui.waterfall import Product, factors
from pages.ui.waves import waves

if TYPE_CHECKING:
    from pages.ui.board import Board

TITLE = N_("Sales")
CARDS = (
    "paid_sales",
    "expected_net_sales",
    "target_attainment",
    "refund_rate",
    "spend_share",
    "contribution",
)
PRODUCTS = (
    Product("visited_sales", ("visitor_days", "pay_conversion", "visited_spend")),
    Product("expected_net_sales", ("orders", "order_value", "expected_net_share")),
)
FACTORS = tuple(name for each in PRODUCTS for name in (each.name, *each.factors))
BANDS = ("paid_sales", "units", "gross_margin")
_BY_BAND = ("price_band", "discount_band")
SHELF = ("paid_sales", "units", "sell_through", "gross_margin", "refund_rate")
TABLE = (
    "paid_sales",
    "expected_net_sales",
    "orders",
    "order_value",
    "units",
    "refund_rate",
    "discount_rate",
)


def show(board: Board) -> None:
    """The page, from top to bottom."""
    coverage = board.coverage(CARDS[0])
    filters = read_filters(board, coverage)
    whole = filters.query(*dict.fromkeys((*needed(CARDS), *TABLE, *FACTORS, *COVERAGE)))
    st.title(_(TITLE), anchor=False)
    trust_line(board, whole)
    with filter_bar(board, filters, coverage):
        cards(board, filters, CARDS, whole)
    ask_ahead(
        board,
        rank_question(filters, SHELF),
        *(band_question(filters, BANDS, by) for by in _BY_BAND),
    )
    chosen_trend(board, filters, CARDS)
    with st.grid(2, min_column_width=420):
        factors(board, filters, PRODUCTS, whole)
        matrix(board, filters, "paid_sales", Sides("shop", "category"))
    drill_table(board, filters, TABLE, whole)
    accounts(board, filters, "category")
    shelf(board, filters, SHELF)
    with st.grid(2, min_column_width=420):
        for by in _BY_BAND:
            bands(board, filters, BANDS, by)
        returns_heat(board, filters)
        waves(board, filters)
