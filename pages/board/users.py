"""Users: where they come from, how far they go, and at which step they are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics.series import with_changes
from pages.ui.ahead import ask_ahead
from pages.ui.bar import filter_bar
from pages.ui.cards import cards
from pages.ui.definition import say_why
from pages.ui.event_funnel import FUNNEL, event_funnel, funnel_by_segment, with_unit
from pages.ui.filters import covered, read_filters
from pages.ui.funnel import VISITS, visit_funnel
from pages.ui.leaks import drop_off_nodes
from pages.ui.over_time import chosen_trend
from pages.ui.panel import panel
from pages.ui.rows import Rows, member_table
from pages.ui.text import _
from pages.ui.trust import COVERAGE, trust_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TITLE = N_("Users")
CARDS = (
    "visitor_days",
    "fav_cart_rate",
    "order_conversion",
    "order_pay_rate",
    "pay_conversion",
    "visitor_value",
)
STEPS_IN_TIME = (
    "funnel_order_rate",
    "funnel_pay_rate",
    "bounce_rate",
    "funnel_order_minutes",
    "funnel_pay_minutes",
)
NEEDS = (*CARDS, *FUNNEL, *STEPS_IN_TIME)
_SOURCES = ("visitor_days", "fav_cart_rate", "order_conversion", "order_pay_rate", "pay_conversion")
_BUYERS = (
    "buyers",
    "new_customers",
    "returning_buyers",
    "returning_share",
    "returning_sales_share",
)

_BY_SOURCE = ("traffic_source", _SOURCES)
_BY_SHOP = ("shop", _BUYERS)


def show(board: Board) -> None:
    """The page, from top to bottom."""
    coverage = covered(board, "paid_sales", CARDS[0])
    filters = with_unit(read_filters(board, coverage))
    whole = filters.query(*dict.fromkeys((*CARDS, *VISITS, *FUNNEL, *COVERAGE)))
    st.title(_(TITLE), anchor=False)
    trust_line(board, whole)
    with filter_bar(board, filters, coverage):
        cards(board, filters, CARDS, whole)
    ask_ahead(board, _question(filters, *_BY_SOURCE), _question(filters, *_BY_SHOP))
    chosen_trend(board, filters, CARDS, STEPS_IN_TIME)
    with st.grid(2, min_column_width=420):
        visit_funnel(board, filters, whole)
        event_funnel(board, filters, whole)
    drop_off_nodes(board, filters, whole)
    _members(board, filters, *_BY_SOURCE, _("Traffic sources"))
    funnel_by_segment(board, filters)
    _members(board, filters, *_BY_SHOP, _("New and returning buyers"))


def _question(filters: Filters, by: str, names: Sequence[str]) -> Query:
    """What a table of members asks."""
    return filters.query(*names, by=(by,))


def _members(board: Board, filters: Filters, by: str, names: Sequence[str], title: str) -> None:
    """A table of the members of a dimension; a click keeps one."""
    if by in board.access.hidden:
        return
    question = _question(filters, by, names)
    result = board.ask(question)
    rows = with_changes(result.frame, question).filter(pl.any_horizontal(pl.col(names) > 0))
    with panel(f"by-{by}", title, names, result, filters):
        if rows.is_empty():
            say_why(names[0], result, _("Nothing to show"))
            return
        member_table(board, filters, Rows(f"by-{by}", by, names, rows, result))
