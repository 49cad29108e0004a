"""Daily sales against what was expected of the day; days that chance does not explain stand out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.expected_sales import HISTORY, expected_by_day
from metrics.marks import PARTIAL
from metrics.scope import PERIOD
from pages.ui import axes, formats
from pages.ui.charts import NOW, THEN
from pages.ui.definition import say_why
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_NAME = "paid_sales"
_HEIGHT, _ROOM = 280, 1.25
_OFF = "#d64545"
_by_day = st.cache_data(max_entries=100, show_spinner=False)(expected_by_day)
"""Kept by its days: to follow them takes twenty times as long as to look them up."""


def day_question(filters: Filters) -> Query:
    """What the chart asks: the days before the range are what is learnt from."""
    days = replace(filters.query(_NAME), start=filters.start - HISTORY, grain="day")
    return replace(days, compare=None)


def expected_sales(board: Board, filters: Filters) -> None:
    """Paid sales by day over the range, the band in which 95 % of ordinary days lie behind it."""
    result = board.ask(day_question(filters))
    whole = result.frame.filter(~pl.col(PARTIAL))
    days = _by_day(whole.select(PERIOD, _NAME), _NAME, filters.start)
    with panel("expected", _("Daily sales against expectation"), [_NAME], result, filters):
        if days.is_empty():
            say_why(_NAME, result, _("No day in this range is over yet."))
            return
        plot(partial(_chart, days, result), key="expected-chart")
        st.caption(
            _("Grey: where 95 % of ordinary days lie. Around festivals nothing is expected.")
        )


def _chart(days: pl.DataFrame, result: Result) -> Any:
    unit = METRICS[_NAME].unit
    told = days.with_columns(
        pl.Series("when", [formats.period(each, "day") for each in days["period"]], pl.String),
        *(
            pl.Series(f"{name}_said", [formats.whole(v, unit, result.currency) for v in days[name]])
            for name in (_NAME, "expected")
        ),
    )
    base = alt.Chart(told).encode(
        x=alt.X("period:T", title=None, axis=axes.time_axis("day")),
        tooltip=[
            alt.Tooltip("when:N", title=_("Period")),
            alt.Tooltip(f"{_NAME}_said:N", title=_(METRICS[_NAME].title)),
            alt.Tooltip("expected_said:N", title=_("Expected")),
        ],
    )
    y: dict[str, Any] = {"title": None, "axis": axes.value_axis(unit), "scale": _scale(days)}
    between = base.mark_area(color=THEN, opacity=0.25, clip=True)
    band = between.encode(y=alt.Y("low:Q", **y), y2=alt.Y2("high:Q"))
    usual = base.mark_line(color=THEN, strokeDash=[4, 4]).encode(y=alt.Y("expected:Q", **y))
    line = base.mark_line(color=NOW, strokeWidth=2).encode(y=alt.Y(f"{_NAME}:Q", **y))
    points = base.mark_point(filled=True, size=50, opacity=1).encode(
        y=alt.Y(f"{_NAME}:Q", **y),
        color=alt.ColorValue(**alt.condition("datum.off", alt.value(_OFF), alt.value(NOW))),
    )
    return alt.layer(band, usual, line, points).properties(height=_HEIGHT)


def _scale(days: pl.DataFrame) -> alt.Scale:
    """Room for what was and what was expected; a band of which little is known yet is cut off."""
    seen = [value for name in (_NAME, "expected") for value in days[name].drop_nulls().to_list()]
    return alt.Scale(domainMin=0, domainMax=_ROOM * max(seen, default=0.0) or 1.0)
