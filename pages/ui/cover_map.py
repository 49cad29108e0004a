"""The large map of cover: SKC × size, sold-out core sizes marked, to zoom into."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import streamlit as st

from metrics.cover import cover_by_size
from metrics.sizes import size_order
from pages.ui import axes, formats, links
from pages.ui.definition import say_why
from pages.ui.downloads import downloads
from pages.ui.inks import ink_on
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import zoomed
from pages.ui.text import _

if TYPE_CHECKING:
    import polars as pl

    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_NAMES = ("days_of_cover", "forward_sales", "available")
_MOST = 40
_ROW, _SURPLUS = 20, 90
_LONGEST = 120
_BAR = {"thickness": 10, "len": 0.6, "y": 1, "yanchor": "top"}
_KEY = "cover-map-chart"
_SCALE = (
    (0.0, "#b3261e"),
    (7 / _LONGEST, "#d9702b"),
    (21 / _LONGEST, "#e0b13c"),
    (45 / _LONGEST, "#5fae7c"),
    (90 / _LONGEST, "#7fb0de"),
    (1.0, "#7a6bb5"),
)
"""Days of cover, from none to four months and more."""


def cover_map(board: Board, filters: Filters, state: pl.DataFrame, result: Result) -> None:
    """Days that the stock of each size lasts, of the SKCs that sell most; a click keeps one.

    Args:
        board: who asks.
        filters: what is asked about.
        state: the rows by SKU and place.
        result: the answer that they come from.
    """
    if not board.access.hidden.isdisjoint({"skc", "size", "core_size"}):
        return
    with panel("cover-map", _("Days of cover by SKC and size"), _NAMES, result, filters):
        cells = cover_by_size(state, _MOST)
        if cells["days_of_cover"].count() == 0:
            say_why("days_of_cover", result, _("No stock in view names its SKC."))
            return
        zoomed(partial(_figure, cells), _KEY, _keep)
        text = _(
            "✕: a core size is sold out; up to half of the {count} SKCs are such, the rest sell "
            "most."
        )
        st.caption(text.format(count=cells["skc"].n_unique()))
        with st.container(horizontal=True):
            shown = cells.select("skc", "size", "available", "days_of_cover", "missing")
            titles = {"missing": _("Core size sold out")}
            downloads(shown, "cover", result, filters, titles)


def _figure(cells: pl.DataFrame) -> Any:
    sizes = sorted(cells["size"].unique().to_list(), key=size_order)
    skcs = cells["skc"].unique(maintain_order=True).to_list()
    columns = [member("size", each) for each in sizes]
    found = {(row["skc"], row["size"]): row for row in cells.iter_rows(named=True)}
    grid = [[found.get((skc, size)) for size in sizes] for skc in skcs]
    heat = go.Heatmap(
        x=columns,
        y=skcs,
        z=[[_depth(cell) for cell in row] for row in grid],
        colorscale=[list(each) for each in _SCALE],
        zmin=0,
        zmax=_LONGEST,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
        colorbar={
            "title": {"text": _("days"), "font": {"color": axes.grey()}},
            "tickfont": {"color": axes.grey()},
            **_BAR,
        },
    )
    rows = list(cells.iter_rows(named=True))
    targets = go.Scatter(
        x=[member("size", row["size"]) for row in rows],
        y=[row["skc"] for row in rows],
        mode="markers+text",
        marker={"size": 18, "opacity": 0, "symbol": "square"},
        text=[_said(row) for row in rows],
        textfont={"size": 11, "color": [_ink(row) for row in rows]},
        customdata=[[row["skc"]] for row in rows],
        hovertext=[_hover(row) for row in rows],
        hoverinfo="text",
        showlegend=False,
    )
    figure = go.Figure([heat, targets])
    figure.update_layout(
        height=_ROW * len(skcs) + _SURPLUS,
        margin={"l": 0, "r": 0, "t": 24, "b": 0},
        xaxis={
            "side": "top",
            "type": "category",
            "range": [-0.5, len(columns) - 0.5],
            "tickfont": {"color": axes.grey()},
        },
        yaxis={
            "range": [len(skcs) - 0.5, -0.5],
            "type": "category",
            "automargin": True,
            "tickfont": {"color": axes.grey()},
        },
        dragmode="zoom",
    )
    return figure


def _depth(cell: dict[str, Any] | None) -> float | None:
    return None if cell is None or cell["days_of_cover"] is None else cell["days_of_cover"]


def _ink(cell: dict[str, Any]) -> str:
    depth = _depth(cell)
    return axes.ink() if depth is None else ink_on(_SCALE, depth / _LONGEST)


def _said(cell: dict[str, Any]) -> str:
    if cell["missing"]:
        return "✕"
    days = cell["days_of_cover"]
    return "·" if days is None else formats.exact(round(days), "count", None)


def _hover(row: dict[str, Any]) -> str:
    cover = formats.exact(row["days_of_cover"], "number", None)
    left = formats.exact(row["available"], "count", None)
    text = _("{skc} {size}: {days} days of cover, {units} available")
    return text.format(skc=row["skc"], size=member("size", row["size"]), days=cover, units=left)


def _keep() -> None:
    points = st.session_state[_KEY].selection.get("points", ())
    if points and (kept := points[0].get("customdata")):
        links.change({"skc": kept[0]})
