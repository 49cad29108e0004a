"""Campaigns as bubbles: what is spent on them, and what of it comes back, to zoom into."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from metrics import METRICS, UNKNOWN
from pages.ui import axes, formats, links
from pages.ui.ad_returns import BREAK_EVEN, NET, SPEND
from pages.ui.charts import THEN
from pages.ui.definition import say_why
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import zoomed
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_BY = ("channel", "campaign")
_KEY = "bubbles-chart"
_HEIGHT, _LEAST, _MOST = 340, 8, 46


def bubbles(board: Board, filters: Filters, whole: Query) -> None:
    """A bubble a campaign, a colour a channel; the dashed line is the break-even of all.

    Args:
        board: who asks.
        filters: what is asked about.
        whole: the question over the whole range, with the break-even among others.
    """
    if not board.access.hidden.isdisjoint(_BY):
        return
    result = board.ask(replace(filters, compare="none").query(SPEND, NET, by=_BY))
    names = (NET, SPEND, BREAK_EVEN)
    with panel("bubbles", _("Net return × spend by campaign"), names, result, filters):
        rows = result.frame.filter(pl.col(SPEND) > 0).drop_nulls(NET)
        if rows.is_empty():
            say_why(NET, result, _("Nothing was spent on ads in this range."))
            return
        least = board.ask(whole).frame[BREAK_EVEN][0]
        zoomed(partial(_figure, rows, least, result), _KEY, _keep)
        st.caption(_("Size: spend. Below the dashed line an ad does not pay for itself."))


def _figure(rows: pl.DataFrame, least: float | None, result: Result) -> Any:
    largest = max(float(each) for each in rows[SPEND])
    figure = go.Figure(
        [
            _trace(channel, part, largest, result)
            for (channel,), part in rows.group_by("channel", maintain_order=True)
        ]
    )
    if least is not None:
        figure.add_hline(y=least, line_dash="dash", line_color=THEN)
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": _grey()},
        xaxis={"title": _named(SPEND), "tickfont": _grey()},
        yaxis={"title": _named(NET), "tickfont": _grey(), "rangemode": "tozero"},
        clickmode="event+select",
    )
    return figure


def _named(name: str) -> dict[str, Any]:
    return {"text": _(METRICS[name].title), "font": _grey()}


def _grey() -> dict[str, str]:
    return {"color": axes.grey()}


def _trace(channel: Any, part: pl.DataFrame, largest: float, result: Result) -> Any:
    spent = [float(each) for each in part[SPEND]]
    sizes = [_LEAST + (_MOST - _LEAST) * (each / largest) ** 0.5 for each in spent]
    return go.Scatter(
        x=spent,
        y=part[NET].to_list(),
        name=member("channel", channel),
        mode="markers",
        marker={"size": sizes, "opacity": 0.75, "line": {"width": 1, "color": axes.grey()}},
        customdata=[[channel or UNKNOWN, each or UNKNOWN] for each in part["campaign"]],
        hovertext=[_hover(row, result) for row in part.iter_rows(named=True)],
        hoverinfo="text",
    )


def _hover(row: dict[str, Any], result: Result) -> str:
    spent = formats.whole(row[SPEND], "money", result.currency)
    back = formats.exact(row[NET], METRICS[NET].unit, None)
    parts = f"{_(METRICS[SPEND].title)} {spent}<br>{_(METRICS[NET].title)} {back}"
    return f"{_escaped(member('campaign', row['campaign']))}<br>{parts}"


def _escaped(text: str) -> str:
    """Plotly reads tags in labels."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _keep() -> None:
    points = st.session_state[_KEY].selection.get("points", ())
    if points and (kept := points[0].get("customdata")):
        links.change({"channel": kept[0], "campaign": kept[1]})
