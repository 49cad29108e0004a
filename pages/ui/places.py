"""The table of SKUs by place: what is there, comes and goes, how long it lasts, how it sells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics.cover import beside_wave
from metrics.replenish import BANDS
from pages.ui import links
from pages.ui.definition import say_why
from pages.ui.extra import Extra, Listed, listed
from pages.ui.gauges import BAND_TITLES
from pages.ui.panel import panel
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_BAND, _ALL = "band", "all"
_NAMES = (
    "available",
    "reserved",
    "inbound",
    "returning",
    "safety_stock",
    "reorder_point",
    "days_of_cover",
    "forward_sales",
)
_SOLD = "sell_through"
_EXTRAS = {
    _BAND: Extra(N_("Water level")),
    "sku_sell_through": Extra(N_("Sell-through, all places"), "ratio"),
    "wave_sell_through": Extra(N_("Sell-through of its wave"), "ratio"),
    "ahead": Extra(N_("Ahead of its wave"), "ratio"),
}


def places(board: Board, filters: Filters, banded: pl.DataFrame, result: Result) -> None:
    """The rows, what needs care first; those of a band alone, when the link names one.

    Args:
        board: who asks.
        filters: what is asked about.
        banded: the rows by SKU and place with their bands.
        result: the answer that they come from.
    """
    names = (*_NAMES, _SOLD, "stock_age")
    with panel("places", _("SKUs by place"), names, result, filters):
        if banded["available"].count() == 0:
            say_why("available", result, _("Nothing is in stock here."))
            return
        rows = _chosen(banded)
        shown = _beside_waves(board, filters, rows).select(
            "sku",
            "warehouse",
            pl.col(_BAND).replace_strict({each: _(BAND_TITLES[each]) for each in BANDS}),
            *_NAMES,
            "sku_sell_through",
            "wave_sell_through",
            "ahead",
            "stock_age",
        )
        extras = {name: each._replace(title=_(each.title)) for name, each in _EXTRAS.items()}
        listed(board, filters, Listed("places-table", shown, extras, ("sku",)), result)


def _chosen(banded: pl.DataFrame) -> pl.DataFrame:
    """The rows of the band in the link, the most urgent first, then those that sell most."""
    found = [each for each in BANDS if each in banded[_BAND]]
    asked = links.one(_BAND)
    chosen = asked if asked in found else _ALL
    titles = {_ALL: _("All"), **{each: _(BAND_TITLES[each]) for each in found}}
    st.segmented_control(
        _("Water level"),
        [_ALL, *found],
        format_func=titles.__getitem__,
        key=links.show(_BAND, chosen),
        on_change=_choose,
        required=True,
        label_visibility="collapsed",
    )
    kept = banded if chosen == _ALL else banded.filter(pl.col(_BAND) == chosen)
    order = pl.col(_BAND).replace_strict({each: n for n, each in enumerate(BANDS)})
    return kept.sort(order, -pl.col("forward_sales"), "sku", "warehouse", nulls_last=True)


def _choose() -> None:
    chosen = st.session_state[links.widget_key(_BAND)]
    links.change({_BAND: None if chosen == _ALL else chosen})


def _beside_waves(board: Board, filters: Filters, rows: pl.DataFrame) -> pl.DataFrame:
    """The sell-through of each SKU over all places, beside that of its wave."""
    alone = replace(filters, compare="none")
    by_sku = board.ask(alone.query(_SOLD, by=("sku",))).frame
    by_wave = board.ask(alone.query(_SOLD, by=("year_season", "wave"))).frame
    return beside_wave(rows, by_sku, by_wave)
