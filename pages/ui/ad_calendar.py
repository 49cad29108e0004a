"""The calendar of campaigns: which ran when, what they were to cost and what they did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from pages.ui import axes, formats, links
from pages.ui.definition import say_why
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_BUDGET, _SPEND = "campaign_budget", "spend"
_FIRST, _END = "campaign_start", "campaign_end"
_BY = ("campaign", _FIRST, _END, "channel")
_KEY, _PICK = "ad-calendar-chart", "pick"
_MOST, _ROW = 30, 26


def ad_calendar(board: Board, filters: Filters) -> None:
    """A bar a campaign that ran in the range, from its first day to its last; a click keeps it."""
    if not board.access.hidden.isdisjoint(_BY):
        return
    question = replace(filters, compare="none").query(_BUDGET, _SPEND, by=_BY)
    result = board.ask(question)
    names = (_BUDGET, _SPEND)
    with panel("ad-calendar", _("Campaign calendar"), names, result, filters):
        rows = result.frame.drop_nulls(["campaign", _FIRST]).head(_MOST)
        if rows.is_empty():
            say_why(_BUDGET, result, _("No campaign in this range tells its dates."))
            return
        chart = partial(_chart, rows.sort(_FIRST, "campaign"), filters, result)
        plot(chart, key=_KEY, on_select=_keep)


def _chart(rows: pl.DataFrame, filters: Filters, result: Result) -> Any:
    days = [
        (date.fromisoformat(first), date.fromisoformat(end) if end else filters.end)
        for first, end in rows.select(_FIRST, _END).iter_rows()
    ]
    frame = pl.DataFrame(
        {
            "campaign": rows["campaign"],
            "name": [member("campaign", each) for each in rows["campaign"]],
            "channel": [member("channel", each) for each in rows["channel"]],
            "first": [first for first, _last in days],
            "end": [end for _first, end in days],
            "when": [
                formats.days(first, max(end, first + timedelta(days=1))) for first, end in days
            ],
            **{
                f"{name}_said": [formats.whole(v, "money", result.currency) for v in rows[name]]
                for name in (_BUDGET, _SPEND)
            },
        }
    )
    window = pl.DataFrame({"from": [filters.start], "to": [filters.end]})
    shade = (
        alt.Chart(window)
        .mark_rect(opacity=0.08, color=axes.grey())
        .encode(x=alt.X("from:T", title=None, axis=axes.time_axis("day")), x2=alt.X2("to:T"))
    )
    pick = alt.selection_point(name=_PICK, fields=["campaign"], on="click", empty=False)
    order = frame["name"].to_list()
    bars = (
        alt.Chart(frame)
        .mark_bar(height=14, cornerRadius=3)
        .encode(
            x=alt.X("first:T", title=None, axis=axes.time_axis("day")),
            x2=alt.X2("end:T"),
            y=alt.Y("name:N", sort=order, title=None, axis=_names()),
            color=alt.Color("channel:N", legend=axes.legend(3)),
            tooltip=[
                alt.Tooltip("name:N", title=_("Campaign")),
                alt.Tooltip("when:N", title=_("Days")),
                *(
                    alt.Tooltip(f"{name}_said:N", title=_(METRICS[name].title))
                    for name in (_BUDGET, _SPEND)
                ),
            ],
        )
        .add_params(pick)
    )
    return (shade + bars).properties(height=_ROW * rows.height + 100)


def _names() -> alt.Axis:
    return alt.Axis(labelColor=axes.ink(), labelOverlap=False, labelLimit=160)


def _keep() -> None:
    picked = st.session_state[_KEY].selection.get(_PICK, ())
    if picked:
        links.change({"campaign": picked[0]["campaign"]})
