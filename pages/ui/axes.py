"""Axes and legends in the reader's language: 万 and 亿 or K and M, dates as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import streamlit as st
from altair.utils.schemapi import disable_debug_mode

from pages.ui.text import language

if TYPE_CHECKING:
    from metrics.metric import Unit
    from metrics.periods import Grain

# Charts are checked whole, by tests; checks of their parts take longer than drawing them. Of a
# channel that is given as text Altair finds the class in 2 ms, so charts name it: alt.Text("a:N").
disable_debug_mode()

_GREY = {"light": "#5b6672", "dark": "#a7b0ba"}
_INK = {"light": "#0f1720", "dark": "#e6eaef"}
_STEPS = {
    "en": ((1e3, "K"), (1e6, "M"), (1e9, "B")),
    "zh-CN": ((1e4, "万"), (1e8, "亿")),
}
_TICKS: dict[str, dict[Grain, str]] = {
    "en": {
        "hour": "%H:%M",
        "day": "%-d %b",
        "week": "%-d %b",
        "month": "%b %Y",
        "quarter": "%b %Y",
        "year": "%Y",
    },
    "zh-CN": {
        "hour": "%H:%M",
        "day": "%-m月%-d日",
        "week": "%-m月%-d日",
        "month": "%Y年%-m月",
        "quarter": "%Y年%-m月",
        "year": "%Y年",
    },
}


def value_axis(unit: Unit) -> alt.Axis:
    """The axis of numbers of a unit."""
    if unit == "ratio":
        return alt.Axis(format=".0%", tickCount=5, labelColor=grey())
    label = "format(datum.value, ',~r')"
    for size, sign in _STEPS[language()]:
        short = f"format(datum.value / {size}, ',.3~r') + '{sign}'"
        label = f"abs(datum.value) >= {size} ? {short} : {label}"
    return alt.Axis(labelExpr=label, tickCount=5, labelColor=grey())


def value_scale(unit: Unit) -> alt.Scale:
    """Amounts start at zero; a ratio is read by its changes."""
    return alt.Scale(zero=unit != "ratio", nice=True)


def time_axis(grain: Grain) -> alt.Axis:
    """The axis of periods."""
    ticks = _TICKS[language()][grain]
    return alt.Axis(format=ticks, grid=False, labelOverlap=True, tickCount=8, labelColor=grey())


def legend(columns: int = 0) -> alt.Legend:
    """The legend, above the chart: in one row, or in columns where a row would be too long."""
    return alt.Legend(title=None, orient="top", labelColor=grey(), columns=columns)


def ink() -> str:
    """The colour of texts on top of colours."""
    return _INK[st.context.theme.type or "light"]


def grey() -> str:
    """The grey of small texts: it stands out more than Streamlit's, which is too pale on white."""
    return _GREY[st.context.theme.type or "light"]
