"""The chart of an incident: the number day by day, what was usual, and the days that it lasted."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.alarms.outcome import daily
from pages.alarms.shared import asking
from pages.ui import axes
from pages.ui.charts import NOW, THEN
from pages.ui.names import plain
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import Incident
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

BEFORE, AFTER = timedelta(days=42), timedelta(days=14)
_HEIGHT = 260


def history_chart(board: Board, incident: Incident, rule: Rule) -> None:
    """The six weeks before it, and the two after, as far as they are known."""
    last = asking(board).last_day(rule)
    if rule.metric is None or last is None:
        return
    end = min(last, incident.last_day + AFTER) + timedelta(days=1)
    frame = daily(rule.metric, incident.segment, asking(board), incident.start - BEFORE, end)
    st.subheader(plain(_(METRICS[rule.metric].title)), anchor=False)
    if frame["value"].null_count() == frame.height:
        st.info(_("Nothing to show"))
        return
    plot(partial(_chart, frame, incident, rule.metric), key="history-chart")
    st.caption(_("Blue: what was. Grey: what was to be expected, with the range of chance."))


def _chart(frame: pl.DataFrame, incident: Incident, name: str) -> Any:
    unit = METRICS[name].unit
    base = alt.Chart(frame).encode(x=alt.X("period:T", title=None, axis=axes.time_axis("day")))
    scale = axes.value_scale(unit)
    value = alt.Y("value:Q", title=None, axis=axes.value_axis(unit), scale=scale)
    usual = alt.Y("usual:Q", title=None, axis=axes.value_axis(unit), scale=scale)
    band = base.mark_area(opacity=0.18, color=THEN).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    lines = [
        base.mark_line(color=THEN, strokeDash=[4, 3]).encode(y=usual),
        base.mark_line(color=NOW, strokeWidth=2, point=True).encode(y=value),
    ]
    return alt.layer(_days(incident), band, *lines).properties(height=_HEIGHT)


def _days(incident: Incident) -> Any:
    """The days that it lasted, behind the lines."""
    span = pl.DataFrame({"start": [incident.start], "end": [incident.last_day + timedelta(days=1)]})
    return (
        alt.Chart(span)
        .mark_rect(opacity=0.12, color=THEN)
        .encode(x=alt.X("start:T"), x2=alt.X2("end:T"))
    )
