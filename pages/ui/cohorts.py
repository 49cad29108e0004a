"""The cohort heat map: who first bought in a month, and what share bought in each month after."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.ranges import months_before
from pages.ui import axes, formats
from pages.ui.charts import NOW
from pages.ui.definition import say_why
from pages.ui.downloads import downloads
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_RATE, _SIZE, _BY = "cohort_retention", "cohort_customers", "months_since"
_MONTHS = 12
_ROW = 30
_DEEPEST = 0.6


def cohort_map(board: Board, filters: Filters) -> None:
    """The cohorts of the twelve months before the end of the range; only months that are over."""
    if _BY in board.access.hidden:
        return
    question = _question(filters)
    result = board.ask(question)
    with panel("cohorts", _(METRICS[_RATE].title), [_RATE, _SIZE], result, filters):
        cells = _cells(result.frame)
        if cells.is_empty():
            say_why(_RATE, result, _("No month after a first order is over yet."))
            return
        plot(partial(_chart, cells), key="cohorts-chart")
        text = _("In per cent. Months that are not over are left out: they would show too little.")
        st.caption(text)
        with st.container(horizontal=True):
            downloads(result.frame, "cohorts", result, filters)


def _question(filters: Filters) -> Query:
    asked = filters.query(_RATE, _SIZE, by=(_BY,))
    start = months_before(filters.end, _MONTHS)
    return replace(asked, start=start, grain="month", compare=None)


def _cells(frame: pl.DataFrame) -> pl.DataFrame:
    """`cohort`, `since`, `rate`; `text` in the cell (narrow: per cent without the sign), `said`."""
    known = frame.drop_nulls([_RATE, _BY]).with_columns(since=pl.col(_BY).cast(pl.Int64))
    kept = known.filter(pl.col("since") <= _MONTHS).sort("period", "since")
    rates = [formats.short(each, "ratio", None) for each in kept[_RATE]]
    texts = [f"{100 * each:.1f}" for each in kept[_RATE]]
    sizes = [formats.exact(each, "count", None) for each in kept[_SIZE]]
    names = [formats.period(each, "month") for each in kept["period"]]
    return kept.select(
        pl.Series("cohort", names, pl.String),
        "since",
        pl.col(_RATE).alias("rate"),
        pl.Series("said", rates, pl.String),
        pl.Series("text", texts, pl.String),
        pl.Series("size", sizes, pl.String),
    )


def _chart(cells: pl.DataFrame) -> Any:
    cohorts = cells["cohort"].unique(maintain_order=True).to_list()
    axis: dict[str, Any] = {"labelColor": axes.grey(), "titleColor": axes.grey()}
    base = alt.Chart(cells).encode(
        x=alt.X("since:O", title=_("Months since"), axis=alt.Axis(labelAngle=0, **axis)),
        y=alt.Y("cohort:N", sort=cohorts, title=None, axis=alt.Axis(**axis)),
        tooltip=[
            alt.Tooltip("cohort:N", title=_("First order")),
            alt.Tooltip("since:O", title=_("Months since")),
            alt.Tooltip("said:N", title=_(METRICS[_RATE].title)),
            alt.Tooltip("size:N", title=_(METRICS[_SIZE].title)),
        ],
    )
    depth = alt.FillOpacity(
        "rate:Q", scale=alt.Scale(domainMin=0, range=[0, _DEEPEST]), legend=None
    )
    tint = base.mark_rect(cornerRadius=3, stroke=axes.grey(), strokeOpacity=0.25).encode(
        fill=alt.FillValue(NOW), fillOpacity=depth
    )
    text = base.mark_text(color=axes.ink(), fontSize=10).encode(text=alt.Text("text:N"))
    return (tint + text).properties(height=_ROW * len(cohorts) + 40)
