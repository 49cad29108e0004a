"""Visitors on their way to payment, as shops and marketplaces count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics import METRICS
from pages.ui import formats
from pages.ui.definition import say_why
from pages.ui.names import plain
from pages.ui.panel import panel
from pages.ui.steps import Step, draw_steps
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

VISITS = ("visitor_days", "favourite_days", "ordering_days", "paying_days", "pay_conversion")
_STEPS = (
    Step("visitor_days", N_("Visited")),
    Step("favourite_days", N_("Favoured or carted")),
    Step("ordering_days", N_("Ordered")),
    Step("paying_days", N_("Paid")),
)


def visit_funnel(board: Board, filters: Filters, whole: Query) -> None:
    """Visitors of each day, added up, and how many went how far.

    Args:
        board: who asks.
        filters: what is asked about.
        whole: the question over the whole range that has `VISITS`, perhaps among others.
    """
    result = board.ask(whole)
    row = result.frame.row(0, named=True)
    with panel("visits-panel", _("From visit to payment"), VISITS, result, filters):
        if not row[_STEPS[0].name]:
            say_why(_STEPS[0].name, result, _("Nobody visited in this range."))
            return
        draw_steps("visits-chart", _STEPS, row)
        rate = formats.exact(row["pay_conversion"], "ratio", None)
        title = _(METRICS["pay_conversion"].title)
        st.caption(
            plain(f"{title} {rate}. " + _("Visitors of each day: who comes twice counts twice."))
        )
