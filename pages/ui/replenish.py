"""Lists to act on: what to order again, to move, to clear, and what a season will leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics.outages import season_end
from metrics.replenish import (
    MAX_COVER,
    PLACES,
    STATE,
    TO_KEEP,
    TO_LAST,
    clear,
    moves_of,
    reorder,
    transfer,
)
from pages.ui import formats
from pages.ui.definition import say_why
from pages.ui.extra import Extra, Listed, listed
from pages.ui.names import plain
from pages.ui.panel import panel
from pages.ui.text import _

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from metrics import Result
    from metrics.metric import Unit
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_NAMES = ("reorder_point", "target_stock", "forward_demand", "forward_sales", "days_of_cover")
_EXTRAS: dict[str, tuple[str, Unit | None]] = {
    "order_units": (N_("Order, units"), "count"),
    "order_cost": (N_("Order, at cost"), "money"),
    "stockout_date": (N_("Out of stock on"), None),
    "stockout_late": (N_("At the latest"), None),
    "origin": (N_("From"), None),
    "move_units": (N_("Move, units"), "count"),
    "saved_sales": (N_("Sales it would save"), "money"),
    "clear_units": (N_("Clear, units"), "count"),
    "clear_value": (N_("Clear, at cost"), "money"),
    "left_units": (N_("Left over, units"), "count"),
    "left_value": (N_("Left over, at cost"), "money"),
    "season_demand": (N_("Demand of the season's rest"), "number"),
    "sells_out": (N_("Chance to sell out"), "ratio"),
}
_LISTS: dict[str, tuple[str, str, str]] = {
    "reorder": (
        N_("Reorder"),
        N_(
            "Goods that can be ordered again and, with what is on order, stand below their reorder "
            "point: the units up to the target, and what they cost. If nothing arrives, they are "
            "out by the first date as likely as not, and by the latest in nine cases of ten."
        ),
        "order_cost",
    ),
    "transfer": (
        N_("Transfer"),
        N_(
            "From a place that has more than {keep} days of its demand to one that cannot cover "
            "{last} days, and the sales that it would save there."
        ),
        "saved_sales",
    ),
    "clear": (
        N_("Clear"),
        N_(
            "More than {most} times the target, and in part older than 90 days: the units beyond "
            "the target, and the money in them."
        ),
        "clear_value",
    ),
    "season": (
        N_("Season's end"),
        N_(
            "Goods bought once: what is expected to be left when their season ends, of what is "
            "there and on order, after the demand that is expected to stay sold until then."
        ),
        "left_value",
    ),
}


def replenishment(board: Board, filters: Filters, state: pl.DataFrame, result: Result) -> None:
    """The lists as tabs, how much money each is about in its title."""
    with panel("replenish", _("What to do"), _NAMES, result, filters):
        if state["target_stock"].count() == 0 and state["forward_demand"].count() == 0:
            say_why("target_stock", result, _("Nothing is in stock here."))
            return
        frames = {
            "reorder": reorder(state, _today(filters, result)),
            "transfer": _transfers(board, filters),
            "clear": clear(state),
            "season": season_end(state),
        }
        titles = [_title(name, frames[name], result) for name in _LISTS]
        for tab, (name, frame) in zip(st.tabs(titles), frames.items(), strict=True):
            with tab:
                _list(board, filters, name, frame, result)


def _today(filters: Filters, result: Result) -> date:
    """The day on whose evening stock stands so."""
    known = (result.as_of - timedelta(microseconds=1)).date()
    return min(filters.end - timedelta(days=1), known)


def _transfers(board: Board, filters: Filters) -> pl.DataFrame:
    """Moves from and to the places that are kept: what the others have is asked for too."""
    others = tuple(each for each in filters.where if each[0] != "warehouse")
    wide = replace(filters, compare="none", where=others)
    state = board.ask(wide.query(*STATE, by=PLACES)).frame
    return moves_of(transfer(state), filters.members("warehouse"))


def _title(name: str, frame: pl.DataFrame, result: Result) -> str:
    amount = formats.short(float(frame[_LISTS[name][2]].sum()), "money", result.currency)
    return plain(f"{_(_LISTS[name][0])} · {frame.height} · {amount}")


def _list(board: Board, filters: Filters, name: str, frame: pl.DataFrame, result: Result) -> None:
    text = _(_LISTS[name][1]).format(keep=TO_KEEP, last=TO_LAST, most=MAX_COVER)
    st.caption(plain(text))
    if frame.is_empty():
        st.info(_("Nothing to do here."), icon=":material/check:")
        return
    extras = {
        column: Extra(_(title), unit)
        for column, (title, unit) in _EXTRAS.items()
        if column in frame.columns
    }
    shown = frame.drop("skc")
    listed(board, filters, Listed(f"{name}-list", shown, extras, ("sku",)), result)
