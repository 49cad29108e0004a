"""The funnel of shops with events of their own: steps in order, their unit and window chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS
from metrics.params import PARAMS
from metrics.series import with_changes
from pages.ui import formats, links
from pages.ui.definition import say_why
from pages.ui.names import plain
from pages.ui.panel import panel
from pages.ui.rows import Rows, member_table
from pages.ui.steps import Step, draw_steps
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

UNIT, DAYS, SPLIT = "funnel_unit", "funnel_days", "split"
FUNNEL = (
    "funnel_view",
    "funnel_cart",
    "funnel_checkout",
    "funnel_order",
    "funnel_pay",
    "funnel_conversion",
    "funnel_order_minutes",
    "funnel_pay_minutes",
)
_STEPS = (
    Step("funnel_view", N_("Product viewed")),
    Step("funnel_cart", N_("Cart (optional)")),
    Step("funnel_checkout", N_("Checkout (optional)")),
    Step("funnel_order", N_("Order")),
    Step("funnel_pay", N_("Payment")),
)
_UNITS = {"session": N_("Sessions"), "visitor": N_("Visitors")}
_WINDOWS = ("1", "3", "7", "14", "30")
_SPLITS = ("device", "category", "visitor_kind", "campaign", "channel", "shop", "region")
_RATES = (
    "funnel_view",
    "funnel_cart_rate",
    "funnel_checkout_rate",
    "funnel_order_rate",
    "funnel_pay_rate",
    "funnel_conversion",
)
_MOST = 12


def with_unit(filters: Filters) -> Filters:
    """The filters with the funnel's unit and window as the link has them."""
    asked = ((name, links.one(name)) for name in (UNIT, DAYS))
    allowed = {UNIT: tuple(_UNITS), DAYS: _WINDOWS}
    kept = tuple((name, value) for name, value in asked if value and value in allowed[name])
    return replace(filters, params=(*filters.params, *kept))


def funnel_controls(filters: Filters) -> None:
    """What passes through the funnel, and for how many days a visitor's steps count."""
    chosen = {name: dict(filters.params).get(name, PARAMS[name].default) for name in (UNIT, DAYS)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="funnel-controls"):
        st.segmented_control(
            _("Funnel of"),
            list(_UNITS),
            format_func=lambda each: _(_UNITS[each]),
            key=links.show(UNIT, chosen[UNIT]),
            on_change=lambda: _choose(UNIT),
            required=True,
        )
        if chosen[UNIT] == "visitor":
            st.selectbox(
                _("Days after the first view"),
                _WINDOWS,
                key=links.show(DAYS, chosen[DAYS]),
                on_change=lambda: _choose(DAYS),
                filter_mode=None,
                width=180,
            )


def event_funnel(board: Board, filters: Filters, whole: Query) -> None:
    """The steps of `whole`, which has those of `FUNNEL`, perhaps among others."""
    result = board.ask(whole)
    row = result.frame.row(0, named=True)
    with panel("events-panel", _("Steps in order"), FUNNEL, result, filters):
        funnel_controls(filters)
        if not row["funnel_view"]:
            say_why("funnel_view", result, _("Nothing was viewed in this range."))
            return
        draw_steps("events-chart", _STEPS, row)
        minutes = [
            formats.exact(row[name], "number", None)
            for name in ("funnel_order_minutes", "funnel_pay_minutes")
        ]
        text = _(
            "Half order within {order} minutes of the view, and pay within {pay} of the order."
        )
        st.caption(plain(text.format(order=minutes[0], pay=minutes[1])))


def funnel_by_segment(board: Board, filters: Filters) -> None:
    """The rates of the steps by a dimension that visits have; a click keeps one."""
    offered = [name for name in _SPLITS if name not in board.access.hidden]
    if not offered:
        return
    asked = links.one(SPLIT)
    by = asked if asked in offered else offered[0]
    question = filters.query(*_RATES, by=(by,), top=_MOST)
    result = board.ask(question)
    with panel("funnel-by", _("Steps by segment"), _RATES, result, filters):
        st.segmented_control(
            _("Steps by segment"),
            offered,
            format_func=lambda each: _(DIMENSIONS[each].title),
            key=links.show(SPLIT, by),
            on_change=lambda: _choose(SPLIT),
            required=True,
            label_visibility="collapsed",
        )
        rows = with_changes(result.frame, question)
        if not rows.height or not rows["funnel_view"].sum():
            say_why("funnel_view", result, _("Nothing was viewed in this range."))
            return
        member_table(board, filters, Rows("funnel-by", by, _RATES, rows, result))


def _choose(name: str) -> None:
    value = st.session_state[links.widget_key(name)]
    default = PARAMS[name].default if name in PARAMS else None
    links.change({name: None if value == default else value})
