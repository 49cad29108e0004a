"""Channels by what is spent on them and what of it comes back, against the break-even."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS, UNKNOWN
from pages.ui import axes, formats, links
from pages.ui.charts import NOW, THEN
from pages.ui.definition import say_why
from pages.ui.names import member, plain
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

SPEND, NET, BREAK_EVEN = "spend", "net_roas", "breakeven_roas"
_BY, _KEY, _PICK = "channel", "ad-returns-chart", "pick"
_HEIGHT = 280
_MOST = 20


def channel_question(filters: Filters) -> Query:
    """What the chart asks."""
    return filters.query(SPEND, NET, by=(_BY,))


def ad_returns(board: Board, filters: Filters, whole: Query) -> None:
    """A point a channel; the dashed line is the break-even of all. A click keeps the channel.

    Args:
        board: who asks.
        filters: what is asked about.
        whole: the question over the whole range, with the break-even among others.
    """
    if _BY in board.access.hidden:
        return
    result = board.ask(channel_question(filters))
    names = (NET, SPEND, BREAK_EVEN)
    with panel("ad-returns", _("Net return by channel"), names, result, filters):
        rows = result.frame.filter(pl.col(SPEND) > 0).drop_nulls(NET).head(_MOST)
        if rows.is_empty():
            say_why(NET, result, _("Nothing was spent on ads in this range."))
            return
        least = board.ask(whole).frame[BREAK_EVEN][0]
        plot(partial(_chart, rows, least, result), key=_KEY, on_select=_keep)
        if least is not None:
            level = formats.exact(least, METRICS[BREAK_EVEN].unit, None)
            st.caption(plain(_("Dashed: break-even at {level}").format(level=level)))


def _chart(rows: pl.DataFrame, least: float | None, result: Result) -> Any:
    frame = rows.select(
        pl.col(_BY).fill_null(UNKNOWN),
        pl.col(SPEND, NET).cast(pl.Float64),
        pl.Series("name", [member(_BY, each) for each in rows[_BY]], pl.String),
        pl.Series("spent", [formats.whole(v, "money", result.currency) for v in rows[SPEND]]),
        pl.Series("returned", [formats.exact(v, METRICS[NET].unit, None) for v in rows[NET]]),
    )
    pick = alt.selection_point(name=_PICK, fields=[_BY], on="click", empty=False)
    base = alt.Chart(frame).encode(
        x=alt.X(f"{SPEND}:Q", title=_(METRICS[SPEND].title), axis=axes.value_axis("money")),
        y=alt.Y(f"{NET}:Q", title=_(METRICS[NET].title), axis=axes.value_axis("number")),
        tooltip=[
            alt.Tooltip("name:N", title=_("Channel")),
            alt.Tooltip("spent:N", title=_(METRICS[SPEND].title)),
            alt.Tooltip("returned:N", title=_(METRICS[NET].title)),
        ],
    )
    size = alt.Size(f"{SPEND}:Q", scale=alt.Scale(range=[80, 900]), legend=None)
    points = base.mark_circle(color=NOW, opacity=0.7).encode(size=size).add_params(pick)
    labels = base.mark_text(dy=-16, color=axes.ink(), fontSize=11).encode(text=alt.Text("name:N"))
    layers = [points, labels]
    if least is not None:
        rule = alt.Chart(pl.DataFrame({"least": [least]})).mark_rule(
            strokeDash=[5, 4], color=THEN, strokeWidth=2
        )
        layers.append(rule.encode(y=alt.Y("least:Q")))
    return alt.layer(*layers).properties(height=_HEIGHT)


def _keep() -> None:
    picked = st.session_state[_KEY].selection.get(_PICK, ())
    if picked:
        links.change({_BY: picked[0][_BY]})
