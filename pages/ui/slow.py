"""The largest slow stocks: what has lain for more than 90 days, by SKC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from pages.ui.definition import say_why
from pages.ui.panel import panel
from pages.ui.rows import Rows, member_table
from pages.ui.shelf import alone
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TOP = 10
_BY = "skc"
_NAMES = (
    "stock_value_over_90",
    "stock_value",
    "available",
    "days_of_cover",
    "sell_through",
    "aged_share_180",
)


def slow_question(filters: Filters) -> Query:
    """What the table asks first: who is in it."""
    return replace(filters, compare="none").query(_NAMES[0], by=(_BY,))


def slow_stock(board: Board, filters: Filters) -> None:
    """The SKCs with the most money in old stock; a click on one keeps it."""
    if _BY in board.access.hidden:
        return
    ranked = slow_question(filters)
    every = board.ask(ranked).frame.filter(pl.col(_BY).is_not_null(), pl.col(_NAMES[0]) > 0)
    question = replace(alone(ranked, every[_BY].head(TOP).to_list()), metrics=_NAMES)
    result = board.ask(question)
    rows = result.frame.filter(pl.col(_NAMES[0]) > 0)
    title = _("Slow stock: the first {count} SKCs").format(count=TOP)
    with panel("slow", title, _NAMES, result, filters):
        if rows.is_empty():
            say_why(_NAMES[0], result, _("No stock in view is older than 90 days."))
            return
        member_table(board, filters, Rows("slow", _BY, _NAMES, rows, result))
