"""How far each wave is sold through, week by week, against its plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.shelf import last_weeks
from pages.ui import axes, formats
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

_NAME, _PLAN = "sell_through", "sell_through_target"
_BY = ("year_season", "wave")
_WEEKS = 26
_MOST = 6
_HEIGHT = 280
_LEGEND_COLUMNS = 2
_DASHES = alt.Scale(domain=[False, True], range=[[1, 0], [4, 4]])


def waves(board: Board, filters: Filters) -> None:
    """The newest waves of the half year before the range's end; dashes are their targets."""
    if not board.access.hidden.isdisjoint(_BY):
        return
    question = _question(board, filters)
    result = board.ask(question)
    shown = _newest(result.frame)
    with panel("waves", _("Sell-through by wave"), [_NAME], result, filters):
        if shown[_NAME].count() == 0:
            say_why(_NAME, result, _("No product in view tells its wave."))
            return
        plot(partial(_chart, _lines(shown)), key="waves-chart")
        if shown[_PLAN].count() == 0:
            st.caption(_("No plan: a target of sell-through for a season and wave is drawn here."))
        with st.container(horizontal=True):
            downloads(shown, "wave", result, filters)


def _question(board: Board, filters: Filters) -> Query:
    as_of = board.coverage("paid_sales").as_of
    start, end = last_weeks(filters.end, as_of, board.settings.week_start, _WEEKS)
    question = filters.query(_NAME, by=_BY)
    return replace(question, start=start, end=end, grain="week", compare="target")


def _newest(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the waves that began last; of those before the first week, the least sold.

    The earliest comes first. Names tell no order: 春 sorts behind 夏.
    """
    began = (
        frame.drop_nulls([_BY[1], _NAME])
        .sort("period")
        .group_by(_BY, maintain_order=True)
        .agg(pl.col("period").first().alias("began"), pl.col(_NAME).first().alias("sold"))
        .sort("began", "sold", *_BY, descending=[False, True, False, False])
        .tail(_MOST)
        .with_row_index("place")
    )
    rows = frame.join(began, on=_BY, how="inner", nulls_equal=True)
    return rows.sort("place", "period").drop("place", "began", "sold")


def _lines(shown: pl.DataFrame) -> pl.DataFrame:
    """One row a wave, week and kind of line: `period`, `line`, `planned`, `value`, `said`."""
    labels = [
        " ".join(member(dimension, each) for dimension, each in zip(_BY, row, strict=True) if each)
        for row in shown.select(_BY).iter_rows()
    ]
    named = shown.with_columns(pl.Series("line", labels, pl.String))
    kinds = [
        named.select(
            "period",
            "line",
            pl.lit(column == _PLAN).alias("planned"),
            pl.col(column).cast(pl.Float64).alias("value"),
        )
        for column in (_NAME, _PLAN)
    ]
    lines = pl.concat(kinds).drop_nulls("value")
    said = [formats.exact(each, "ratio", None) for each in lines["value"]]
    return lines.with_columns(pl.Series("said", said, pl.String))


def _chart(lines: pl.DataFrame) -> Any:
    return (
        alt.Chart(lines)
        .mark_line(strokeWidth=2, point=True)
        .encode(
            x=alt.X("period:T", title=None, axis=axes.time_axis("week")),
            y=alt.Y("value:Q", title=None, axis=axes.value_axis("ratio")),
            color=alt.Color("line:N", legend=axes.legend(_LEGEND_COLUMNS), sort=None),
            strokeDash=alt.StrokeDash("planned:N", scale=_DASHES, legend=None),
            detail=alt.Detail("planned:N"),
            tooltip=[
                alt.Tooltip("line:N", title=_("Wave")),
                alt.Tooltip("said:N", title=_(METRICS[_NAME].title)),
            ],
        )
        .properties(height=_HEIGHT)
    )
