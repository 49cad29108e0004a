"""RFM: how many customers each segment has and brings, and where they came from in a month."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.models.rfm import SEGMENTS
from pages.ui import axes, formats
from pages.ui.charts import NOW
from pages.ui.definition import say_why
from pages.ui.downloads import downloads
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_COUNT, _SALES = "segment_customers", "segment_sales"
_NOW, _BEFORE = "segment", "earlier_segment"
_ROW = 34
_BAR = 26
_DEEPEST = 0.6


class _Cell(NamedTuple):
    """One cell of a chart: where it stands, how deep it is tinted, and what it says."""

    row: str
    column: str
    value: float
    text: str


def segment_map(board: Board, filters: Filters) -> None:
    """The eight segments as of the last first of a month: their size and what they brought."""
    result = board.ask(filters.query(_COUNT, _SALES, by=(_NOW,)))
    with panel("segments", _("RFM segments"), [_COUNT, _SALES], result, filters):
        rows = {row[_NOW]: row for row in result.frame.iter_rows(named=True) if row[_COUNT]}
        cells = [
            _Cell(_(title), _(METRICS[name].title), float(value), _said(value, name, result))
            for code, title in SEGMENTS.items()
            for name in (_COUNT, _SALES)
            if (value := rows.get(code, {}).get(name)) is not None
        ]
        if not cells:
            _say_why(result)
            return
        for name in (_COUNT, _SALES):
            chart = partial(_bars, pl.DataFrame(cells), _(METRICS[name].title))
            plot(chart, key=f"segments-{name}")
        with st.container(horizontal=True):
            downloads(result.frame, "segments", result, filters)


def movements(board: Board, filters: Filters) -> None:
    """Customers by their segment a month before and now; those who stayed are on the diagonal."""
    result = board.ask(filters.query(_COUNT, by=(_BEFORE, _NOW)))
    with panel("movements", _("Movement between segments"), [_COUNT], result, filters):
        frame = result.frame.drop_nulls([_BEFORE, _NOW]).filter(pl.col(_COUNT) > 0)
        cells = [
            _Cell(_(SEGMENTS[before]), _(SEGMENTS[now]), float(count), _said(count, _COUNT, result))
            for before, now, count in frame.select(_BEFORE, _NOW, _COUNT).iter_rows()
        ]
        if not cells:
            _say_why(result)
            return
        plot(partial(_grid, pl.DataFrame(cells)), key="movements-chart")
        st.caption(_("Rows: the segment a month before. Columns: the segment now."))
        with st.container(horizontal=True):
            downloads(result.frame, "movements", result, filters)


def _said(value: float, name: str, result: Result) -> str:
    return formats.short(value, METRICS[name].unit, result.currency)


def _say_why(result: Result) -> None:
    say_why(_COUNT, result, _("Segments begin four months after the first order."))


def _titles() -> list[str]:
    return [_(each) for each in SEGMENTS.values()]


def _bars(cells: pl.DataFrame, column: str) -> Any:
    """A bar a segment."""
    base = alt.Chart(cells.filter(column=column), title=_title(column)).encode(
        x=alt.X("value:Q", title=None, axis=None),
        y=_rows(),
        tooltip=[alt.Tooltip("row:N", title=_("Segment")), alt.Tooltip("text:N", title=column)],
    )
    bars = base.mark_bar(color=NOW, cornerRadius=2, height=14)
    said = base.mark_text(align="left", dx=4, color=axes.grey()).encode(text=alt.Text("text:N"))
    return (bars + said).properties(height=_BAR * len(SEGMENTS))


def _title(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", color=axes.grey(), fontSize=12)


def _rows() -> alt.Y:
    axis = alt.Axis(
        labelLimit=150, labelColor=axes.grey(), labelOverlap=False, ticks=False, domain=False
    )
    return alt.Y("row:N", sort=_titles(), title=None, axis=axis)


def _grid(cells: pl.DataFrame) -> Any:
    label = alt.Axis(labelLimit=150, labelColor=axes.grey(), labelOverlap=False)
    slanted = alt.Axis(
        labelLimit=150,
        labelColor=axes.grey(),
        labelAngle=-40,
        labelOverlap=False,
        orient="top",
    )
    base = alt.Chart(cells).encode(
        x=alt.X("column:N", sort=_titles(), title=None, axis=slanted),
        y=alt.Y("row:N", sort=_titles(), title=None, axis=label),
        tooltip=[
            alt.Tooltip("row:N", title=_("A month before")),
            alt.Tooltip("column:N", title=_("Now")),
            alt.Tooltip("text:N", title=_(METRICS[_COUNT].title)),
        ],
    )
    depth = alt.FillOpacity(
        "value:Q", scale=alt.Scale(type="sqrt", domainMin=0, range=[0, _DEEPEST]), legend=None
    )
    tint = base.mark_rect(cornerRadius=3, stroke=axes.grey(), strokeOpacity=0.25).encode(
        fill=alt.FillValue(NOW), fillOpacity=depth
    )
    text = base.mark_text(color=axes.ink(), fontSize=11).encode(text=alt.Text("text:N"))
    return (tint + text).properties(height=_ROW * len(SEGMENTS) + 80)
