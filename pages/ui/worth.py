"""What customers are worth by the channel that brought them, against what bringing one costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from pages.ui import axes, formats
from pages.ui.charts import NOW, THEN
from pages.ui.columns import configured, styled
from pages.ui.definition import say_why, unknown
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

NAMES = ("new_customers", "ltv_to_date", "ltv", "ltv_sales", "cac", "ltv_to_cac")
_BY, _VALUE, _TO_DATE, _COST = "channel", "ltv", "ltv_to_date", "cac"
_MOST = 10
_ROW = 30


def worth(board: Board, filters: Filters) -> None:
    """Of the customers acquired in the range: value to date and expected, beside their cost."""
    if _BY in board.access.hidden:
        return
    result = board.ask(filters.query(*NAMES, by=(_BY,)))
    with panel("worth", _("Customer lifetime value by channel"), NAMES, result, filters):
        rows = result.frame.filter(pl.col("new_customers") > 0).head(_MOST)
        if rows.is_empty():
            say_why("new_customers", result, _("No new customers in this range."))
            return
        if rows[_VALUE].count():
            plot(_chart(rows, result), key="worth-chart")
        _table(board, filters, rows, result)


def _table(board: Board, filters: Filters, rows: pl.DataFrame, result: Result) -> None:
    known = [name for name in NAMES if rows[name].count()]
    channels = [member(_BY, each) for each in rows[_BY]]
    shown = rows.select(_BY, *known).with_columns(pl.Series(_BY, channels, pl.String))
    st.dataframe(
        styled(shown, result, board.settings.good_colour),
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
    """A bar a channel, its darker part what it left to date; a tick is what one cost."""
    names = [member(_BY, each) for each in rows[_BY]]
    bars = [
        {"channel": name, "part": _(METRICS[each].title), "value": row[each], "said": said}
        for name, row in zip(names, rows.iter_rows(named=True), strict=True)
        for each in (_VALUE, _TO_DATE, _COST)
        if row[each] is not None
        and (said := formats.short(row[each], METRICS[each].unit, result.currency))
    ]
    parts = [_(METRICS[each].title) for each in (_VALUE, _TO_DATE, _COST)]
    base = alt.Chart(pl.DataFrame(bars)).encode(
        y=alt.Y("channel:N", sort=names, title=None, axis=alt.Axis(labelColor=axes.grey())),
        x=alt.X("value:Q", title=None, stack=None, axis=axes.value_axis("money")),
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=parts, range=[THEN, NOW, axes.ink()]),
            legend=axes.legend(),
        ),
        tooltip=[
            alt.Tooltip("channel:N", title=_("Channel")),
            alt.Tooltip("part:N", title=_("Metric")),
            alt.Tooltip("said:N", title=_("Amount")),
        ],
    )
    value = base.transform_filter(alt.datum.part == parts[0]).mark_bar(height=18, opacity=0.5)
    to_date = base.transform_filter(alt.datum.part == parts[1]).mark_bar(height=10)
    cost = base.transform_filter(alt.datum.part == parts[2]).mark_tick(thickness=3, height=22)
    return (value + to_date + cost).properties(height=_ROW * len(names) + 40)
