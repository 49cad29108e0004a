"""What customers are worth by the channel that brought them, against what bringing one costs.

The mean alone deceives: a few who buy again and again carry it, while what a channel costs is paid
for every one of them. So the chart shows how the values of its customers spread.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import METRICS
from pages.ui import axes, formats
from pages.ui.charts import NOW, THEN
from pages.ui.columns import configured, written
from pages.ui.definition import say_why, unknown
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _
from pages.ui.written import show_written

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

NAMES = ("new_customers", "ltv", "ltv_p50", "cac", "ltv_to_cac", "ltv_to_date", "ltv_sales")
SPREAD = ("ltv_p10", "ltv_p25", "ltv_p75", "ltv_p90")
_BY, _MEAN, _MEDIAN, _COST = "channel", "ltv", "ltv_p50", "cac"
_SHOWN = (*SPREAD[:2], _MEDIAN, *SPREAD[2:], _MEAN, _COST)
_READ = N_("The line spans eight of ten customers, the box the middle half of them.")
_ORANGE = "#d97a1f"
_MOST = 10
_ROW = 30


def worth_question(filters: Filters) -> Query:
    """What the part asks."""
    return filters.query(*NAMES, *SPREAD, by=(_BY,))


def worth(board: Board, filters: Filters) -> None:
    """Of the customers acquired in the range: how their values spread, beside what one cost."""
    if _BY in board.access.hidden:
        return
    result = board.ask(worth_question(filters))
    about = (*NAMES, *SPREAD)
    with panel("worth", _("Customer lifetime value by channel"), about, result, filters):
        rows = result.frame.filter(pl.col("new_customers") > 0).head(_MOST)
        if rows.is_empty():
            say_why("new_customers", result, _("No new customers in this range."))
            return
        with st.grid(2, min_column_width=420):
            if rows[_MEDIAN].count():
                with st.container():
                    plot(partial(_chart, rows, result), key="worth-chart")
                    st.caption(_(_READ))
            with st.container():
                _table(board, filters, rows, result)


def _table(board: Board, filters: Filters, rows: pl.DataFrame, result: Result) -> None:
    known = [name for name in NAMES if rows[name].count()]
    channels = [member(_BY, each) for each in rows[_BY]]
    shown = rows.select(_BY, *known).with_columns(pl.Series(_BY, channels, pl.String))
    show_written(
        written(shown, result, board.settings.good_colour),
        hide_index=True,
        column_config=configured(shown.columns),
        key="worth-table",
        height="content",
        placeholder=formats.DASH,
        alt=_("Customer lifetime value by channel"),
    )
    unknown([name for name in NAMES if name not in known], result)
    with st.container(horizontal=True):
        downloads(result.frame, "ltv", result, filters)


def _chart(rows: pl.DataFrame, result: Result) -> Any:
    """A box a channel on the line from P10 to P90; upon it median, mean and what one cost."""
    said = _said(rows, result)
    names = said["channel"].to_list()
    base = alt.Chart(said).encode(
        y=alt.Y("channel:N", sort=names, title=None, axis=alt.Axis(labelColor=axes.grey())),
        tooltip=[
            alt.Tooltip("channel:N", title=_("Channel")),
            *(alt.Tooltip(f"{n}_said:N", title=_(METRICS[n].title)) for n in _SHOWN),
        ],
    )
    low, begin, end, high = SPREAD
    axis = alt.X(f"{low}:Q", title=None, axis=axes.value_axis("money"))
    line = base.mark_rule(color=THEN, strokeWidth=2).encode(x=axis, x2=alt.X2(high))
    box = base.mark_bar(color=THEN, height=14, opacity=0.35).encode(
        x=alt.X(f"{begin}:Q"), x2=alt.X2(end)
    )
    marks = {
        _MEDIAN: base.mark_tick(thickness=4, height=14, opacity=1),
        _MEAN: base.mark_point(filled=True, size=70, opacity=1),
        _COST: base.mark_tick(thickness=3, height=24, opacity=1),
    }
    colours = alt.Scale(
        domain=[_(METRICS[name].title) for name in marks], range=[NOW, _ORANGE, axes.ink()]
    )
    upon = [
        mark.encode(
            x=alt.X(f"{name}:Q"),
            color=alt.ColorDatum(_(METRICS[name].title), scale=colours, legend=axes.legend(1)),
        )
        for name, mark in marks.items()
    ]
    return alt.layer(line, box, *upon).properties(height=_ROW * len(names) + 110)


def _said(rows: pl.DataFrame, result: Result) -> pl.DataFrame:
    """The rows with `channel` and each number as people read it; a cost of nothing is no mark."""
    paid = pl.when(pl.col(_COST) > 0).then(pl.col(_COST))
    return rows.with_columns(
        pl.Series(_BY, [member(_BY, each) for each in rows[_BY]], pl.String),
        paid.alias(_COST),
        *(pl.Series(f"{name}_said", _texts(rows[name], name, result)) for name in _SHOWN),
    )


def _texts(values: pl.Series, name: str, result: Result) -> list[str]:
    unit = METRICS[name].unit
    return [
        formats.DASH if each is None else formats.short(each, unit, result.currency)
        for each in values
    ]
