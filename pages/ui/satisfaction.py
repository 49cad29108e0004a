"""The net promoter score with its margin: by quarter, by category, by delivery time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import DIMENSIONS
from metrics.models.nps import FEW, with_intervals
from metrics.ranges import months_before
from pages.ui import axes, formats
from pages.ui.charts import NOW, THEN
from pages.ui.definition import say_why
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_NAMES = ("nps", "nps_margin", "promoters", "detractors", "survey_answers")
_ORDERED = frozenset({"delivery_time"})
"""Dimensions with an order of their own."""
_QUARTERS = 8
_MOST = 10
_HEIGHT = 240
_ROW = 34


def satisfaction(board: Board, filters: Filters, by: str | None) -> None:
    """The score of the last two years by quarter, or of the range by a dimension.

    Args:
        board: who asks.
        filters: what is asked about.
        by: the dimension; None for quarters.
    """
    if by in board.access.hidden:
        return
    question = _question(filters, by)
    result = board.ask(question)
    title = _("Net promoter score by {dimension}").format(
        dimension=_(DIMENSIONS[by].title) if by else _("Quarter")
    )
    with panel(f"nps-{by or 'quarter'}", title, _NAMES[:2], result, filters):
        rows = result.frame.filter(pl.col("survey_answers") > 0).head(_MOST)
        if by in _ORDERED:
            rows = rows.sort(by, nulls_last=True)
        if rows.is_empty():
            say_why("nps", result, _("No survey was answered in this range."))
            return
        shown = _said(with_intervals(rows), by)
        plot(partial(_chart, shown, upright=by is None), key=f"nps-chart-{by}")
        if shown["is_few"].any():
            text = _("Grey: fewer than {few} answers, too few to read anything into the score.")
            st.caption(text.format(few=FEW))
        with st.container(horizontal=True):
            downloads(result.frame, f"nps-{by or 'quarter'}", result, filters)


def _question(filters: Filters, by: str | None) -> Query:
    if by:
        return replace(filters.query(*reversed(_NAMES), by=(by,)), compare=None)
    start = months_before(filters.end, 3 * _QUARTERS)
    return replace(filters.query(*_NAMES), start=start, grain="quarter", compare=None)


def _said(rows: pl.DataFrame, by: str | None) -> pl.DataFrame:
    """The rows with `name`, `said` and `answers` as people read them."""
    names = (
        [member(by, each) for each in rows[by]]
        if by
        else [formats.period(each, "quarter") for each in rows["period"]]
    )
    pairs = rows.select("nps", "nps_margin").iter_rows()
    return rows.with_columns(
        pl.Series("name", names, pl.String),
        pl.Series("said", [f"{score:.0f} ± {margin:.0f}" for score, margin in pairs], pl.String),
    )


def _chart(shown: pl.DataFrame, *, upright: bool) -> Any:
    """A point a row with its interval; upright in time, lying for names."""
    names = shown["name"].to_list()
    label = alt.Axis(labelColor=axes.grey(), labelAngle=0, labelLimit=140, grid=False)
    named: dict[str, Any] = {"shorthand": "name:N", "sort": names, "title": None, "axis": label}
    scaled: dict[str, Any] = {
        "axis": alt.Axis(labelColor=axes.grey()),
        "scale": alt.Scale(zero=False),
    }
    base = alt.Chart(shown).encode(
        color=alt.ColorValue(**alt.condition("datum.is_few", alt.value(THEN), alt.value(NOW))),
        tooltip=[
            alt.Tooltip("name:N", title=_("Group")),
            alt.Tooltip("said:N", title=_("Net promoter score")),
            alt.Tooltip("survey_answers:Q", title=_("Survey answers")),
        ],
    )
    low: dict[str, Any] = {"shorthand": "nps_low:Q", "title": None, **scaled}
    score: dict[str, Any] = {"shorthand": "nps:Q", "title": None, **scaled}
    said = alt.ColorValue(axes.ink())
    band, point = base.mark_rule(strokeWidth=2), base.mark_point(filled=True, size=70)
    if upright:
        text = base.mark_text(dx=26).encode(
            color=said, x=alt.X(**named), y=alt.Y(**score), text=alt.Text("said:N")
        )
        band = band.encode(x=alt.X(**named), y=alt.Y(**low), y2=alt.Y2("nps_high:Q"))
        point = point.encode(x=alt.X(**named), y=alt.Y(**score))
        return (band + point + text).properties(height=_HEIGHT)
    text = base.mark_text(dy=-10).encode(
        color=said, y=alt.Y(**named), x=alt.X(**score), text=alt.Text("said:N")
    )
    band = band.encode(y=alt.Y(**named), x=alt.X(**low), x2=alt.X2("nps_high:Q"))
    point = point.encode(y=alt.Y(**named), x=alt.X(**score))
    return (band + point + text).properties(height=_ROW * len(names) + 40)
