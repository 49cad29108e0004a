"""Purchase orders that should have arrived."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from pages.ui.definition import say_why
from pages.ui.extra import Listed, listed
from pages.ui.panel import panel
from pages.ui.text import _

if TYPE_CHECKING:
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_NAMES = ("late_value", "late_units", "late_days")
_BY = ("purchase", "supplier", "warehouse")


def late_orders(board: Board, filters: Filters) -> None:
    """Those late at the end of the range, the most money first; a click keeps the warehouse."""
    if not board.access.hidden.isdisjoint(_BY):
        return
    result = board.ask(replace(filters, compare="none").query(*_NAMES, by=_BY))
    with panel("late-orders", _("Late purchase orders"), _NAMES, result, filters):
        rows = result.frame.filter(pl.col("late_units") > 0)
        if rows.is_empty():
            say_why("late_value", result, _("No purchase order in view is late."))
            return
        shown = rows.select(*_BY, "late_days", "late_units", "late_value")
        listed(board, filters, Listed("late-table", shown, {}, ("warehouse",)), result)
