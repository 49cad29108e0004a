"""Spend over time, and what comes back of it net of refunds, channel by channel."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.claims import with_open
from pages.ui import axes, formats
from pages.ui.ad_returns import BREAK_EVEN, NET, SPEND
from pages.ui.definition import say_why, why_unknown
from pages.ui.downloads import downloads
from pages.ui.names import member, plain
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

GROSS, _WINDOW, _BY = "roas", "claim_window", "channel"
_NAMES = (SPEND, GROSS, NET, _WINDOW)
_SHOWN = (SPEND, GROSS, NET)
_DASHES = alt.Scale(domain=[False, True], range=[[1, 0], [4, 4]])
_LOW, _HIGH = 240, 200
_LEAST = "#b3261e"


def ad_days(board: Board, filters: Filters, whole: Query) -> None:
    """Bars of spend above lines of net return; dashed where platforms may still claim sales.

    Args:
        board: who asks.
        filters: what is asked about.
        whole: the question over the whole range, with the break-even among others.
    """
    if _BY in board.access.hidden:
        return
    question = replace(filters, compare="none").query(*_NAMES, by=(_BY,), in_time=True)
    result = board.ask(question)
    with panel("ad-days", _("Spend and return over time"), (*_NAMES, BREAK_EVEN), result, filters):
        rows = _opened(result, question).filter(pl.col(SPEND) > 0)
        if rows.is_empty():
            say_why(SPEND, result, _("Nothing was spent on ads in this range."))
            return
        least = board.ask(whole).frame[BREAK_EVEN][0]
        frame = _told(rows, question, result.currency)
        plot(partial(_spent, frame, question), key="ad-days-spend")
        if frame[NET].count():
            plot(partial(_returned, frame, question, least), key="ad-days-chart")
        _remarks(rows, result, least)
        with st.container(horizontal=True):
            downloads(rows, "ad-days", result, filters, {"open": _("Claims still open")})


def _opened(result: Result, question: Query) -> pl.DataFrame:
    """The answer with what is open; own orders are credited at once, their touches lie before."""
    frame = result.frame
    if dict(question.params).get("ad_sales") == "attributed":
        frame = frame.with_columns(pl.lit(None, pl.Int64).alias(_WINDOW))
    return with_open(frame, question.grain or "day", result.as_of)


def _remarks(rows: pl.DataFrame, result: Result, least: float | None) -> None:
    if rows[NET].count() == 0:
        why = why_unknown(NET, result) or _("Nothing to show")
        text = _("{title} is not known").format(title=_(METRICS[NET].title))
        st.caption(plain(f"{text}: {why}"))
        return
    if least is not None:
        level = formats.exact(least, METRICS[BREAK_EVEN].unit, None)
        st.caption(plain(_("Dashed: break-even at {level}").format(level=level)))
    if rows["open"].any():
        st.caption(_("Dashed at the end: platforms may still claim sales for these days."))


def _told(rows: pl.DataFrame, question: Query, currency: str | None) -> pl.DataFrame:
    """The rows with what hovering says of them."""
    grain = question.grain or "day"
    texts = {
        f"{name}_said": [formats.whole(v, METRICS[name].unit, currency) for v in rows[name]]
        for name in _SHOWN
    }
    return rows.select(
        "period",
        "open",
        pl.col(SPEND, NET).cast(pl.Float64),
        pl.Series("name", [member(_BY, each) for each in rows[_BY]], pl.String),
        pl.Series("when", [formats.period(each, grain) for each in rows["period"]], pl.String),
        *(pl.Series(name, said, pl.String) for name, said in texts.items()),
    ).sort("name", "period")


def _spent(frame: pl.DataFrame, question: Query) -> Any:
    bars = _base(frame, question, _colour(frame, axes.legend(3))).mark_bar()
    return bars.encode(y=_y(SPEND)).properties(height=_LOW)


def _returned(frame: pl.DataFrame, question: Query, least: float | None) -> Any:
    lines = (
        _base(_strokes(frame), question, _colour(frame, None))
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=18))
        .encode(y=_y(NET), strokeDash=alt.StrokeDash("open:N", scale=_DASHES, legend=None))
    )
    if least is None:
        return lines.properties(height=_HIGH)
    rule = alt.Chart(pl.DataFrame({"least": [least]})).mark_rule(strokeDash=[6, 4], color=_LEAST)
    return (lines + rule.encode(y=alt.Y("least:Q"))).properties(height=_HIGH)


def _colour(frame: pl.DataFrame, legend: alt.Legend | None) -> alt.Color:
    """A colour a channel, alike in both charts."""
    names = frame["name"].unique().sort().to_list()
    return alt.Color("name:N", scale=alt.Scale(domain=names), legend=legend)


def _base(frame: pl.DataFrame, question: Query, colour: alt.Color) -> alt.Chart:
    return alt.Chart(frame).encode(
        x=alt.X("period:T", title=None, axis=axes.time_axis(question.grain or "day")),
        color=colour,
        tooltip=[
            alt.Tooltip("name:N", title=_("Channel")),
            alt.Tooltip("when:N", title=_("Period")),
            *(alt.Tooltip(f"{name}_said:N", title=_(METRICS[name].title)) for name in _SHOWN),
        ],
    )


def _y(name: str) -> alt.Y:
    metric = METRICS[name]
    axis = axes.value_axis(metric.unit)
    return alt.Y(f"{name}:Q", title=_(metric.title), axis=axis)


def _strokes(frame: pl.DataFrame) -> pl.DataFrame:
    """Closed periods, and open ones with the last closed one, so that a line has no gap."""
    known = frame.drop_nulls(NET)
    before = pl.col("open").shift(-1, fill_value=False).over("name")
    joint = known.filter(~pl.col("open") & before).with_columns(pl.lit(value=True).alias("open"))
    return pl.concat([known, joint]).sort("name", "open", "period")
