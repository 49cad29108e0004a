"""Where a change lies: which segments brought it, and whether by volume, by mix or by price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS, METRICS
from metrics.factors import accounted
from pages.ui.definition import say_why
from pages.ui.extra import Extra, Listed, listed
from pages.ui.names import member, plain
from pages.ui.panel import panel
from pages.ui.reasons import of_parts
from pages.ui.text import _

if TYPE_CHECKING:
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_AMOUNT, _UNITS = "paid_sales", "units"
_COLUMNS = {
    "amount": N_("Change"),
    "volume": N_("by volume"),
    "mix": N_("by mix"),
    "price": N_("by price"),
    "beyond": N_("Beyond the usual change"),
}


def accounts(board: Board, filters: Filters, by: str) -> None:
    """The change of paid sales by segment; nothing without an earlier range to compare with.

    Args:
        board: who asks.
        filters: what is asked about.
        by: the dimension whose members are the segments.
    """
    question = replace(filters.query(_AMOUNT, _UNITS, by=(by,)), compared=(_AMOUNT, _UNITS))
    if by in board.access.hidden or question.compare not in {"previous", "year"}:
        return
    result = board.ask(question)
    title = _("{title}: where it changed, by {dimension}").format(
        title=_(METRICS[_AMOUNT].title), dimension=_(DIMENSIONS[by].title)
    )
    earlier = f"{_AMOUNT}_{question.compare}"
    with panel("accounts", title, [_AMOUNT, _UNITS], result, filters):
        if result.frame.is_empty() or result.frame[earlier].count() == 0:
            say_why(_AMOUNT, result, _("Nothing is known of the earlier range."))
            return
        rows = accounted(result.frame, by, _UNITS, _AMOUNT, question.compare)
        parts = [(member(by, each), brought) for each, brought in rows.select(by, "amount").rows()]
        sides = (float(rows["then"].sum()), float(rows["now"].sum()))
        st.caption(plain(of_parts(_AMOUNT, sides, parts, result.currency)))
        extras = {name: Extra(_(text), "money") for name, text in _COLUMNS.items()}
        shown = rows.select(by, *_COLUMNS)
        listed(board, filters, Listed(f"accounts-{by}", shown, extras, (by,)), result)
        st.caption(
            _(
                "Volume: all segments sold more alike. Mix: more of what costs more than the mean. "
                "Price: other prices per unit. Beyond the usual: more than the middle of all."
            )
        )
