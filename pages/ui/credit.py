"""Which sales ads are credited with: a setting of the page, kept in the link."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics.params import PARAMS
from pages.ui import links
from pages.ui.first import later
from pages.ui.text import _

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pages.ui.board import Board

AD_SALES, MODEL, WINDOW = "ad_sales", "attribution", "window"
ATTRIBUTED = "attributed"
_WINDOWS = ("1", "3", "7", "15", "30")
_TITLES = {
    "claimed": N_("Claimed by platforms"),
    "attributed": N_("Attributed to touches"),
    "last": N_("Last touch"),
    "first": N_("First touch"),
    "linear": N_("All touches alike"),
}


def read_credit(board: Board) -> tuple[tuple[str, str], ...]:
    """The settings of the link; what it says wrongly, or without any touches, is not said."""
    if not has_touches(board):
        return ()
    choices = {AD_SALES: PARAMS[AD_SALES].choices, MODEL: PARAMS[MODEL].choices, WINDOW: _WINDOWS}
    asked = {name: links.one(name) for name in choices}
    return tuple((n, v) for n, v in asked.items() if v is not None and v in choices[n])


def has_touches(board: Board) -> bool:
    """Whether any order can be traced to a campaign."""
    return board.coverage("attributed_sales").first is not None


def credit_bar(board: Board, given: tuple[tuple[str, str], ...]) -> AbstractContextManager[None]:
    """A place for the choices of `_bar`, which are drawn after the block below it, as filters are.

    Without touches there is nothing to choose, and it says so.
    """
    if has_touches(board):
        return later("credit-place", partial(_bar, given))
    st.caption(_("Sales as platforms claim them: no order can be traced to its campaigns yet."))
    return nullcontext()


def _bar(given: tuple[tuple[str, str], ...]) -> None:
    """The choice between claims and touches, and of touches the model and the window."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="credit"):
        _choice(AD_SALES, _("Sales of ads"), PARAMS[AD_SALES].choices, given)
        if dict(given).get(AD_SALES) == ATTRIBUTED:
            _choice(MODEL, _("Model"), PARAMS[MODEL].choices, given)
            _choice(WINDOW, _("Window"), _WINDOWS, given)


def _choice(
    name: str, label: str, choices: tuple[str, ...], given: tuple[tuple[str, str], ...]
) -> None:
    st.selectbox(
        label,
        choices,
        format_func=_said,
        key=links.show(name, dict(given).get(name, PARAMS[name].default)),
        on_change=_change,
        args=(name,),
        filter_mode=None,
        width=190,
    )


def _said(value: str) -> str:
    return _("{count} days").format(count=value) if value.isdigit() else _(_TITLES[value])


def _change(name: str) -> None:
    chosen = st.session_state[links.widget_key(name)]
    links.change({name: None if chosen == PARAMS[name].default else chosen})
