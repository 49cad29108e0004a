"""New against returning buyers by channel, and what a new one costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.series import with_changes
from pages.ui import axes, formats
from pages.ui.charts import NOW, THEN
from pages.ui.definition import say_why
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.rows import Rows, member_table
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

NAMES = (
    "new_customers",
    "returning_buyers",
    "returning_share",
    "returning_sales_share",
    "spend",
    "cac",
)
_BY, _MOST, _ROW = "channel", 15, 32
_BARS = NAMES[:2]


def acquired_question(filters: Filters) -> Query:
    """What the part asks."""
    return filters.query(*NAMES, by=(_BY,))


def acquired(board: Board, filters: Filters) -> None:
    """A bar a channel, new and returning buyers side by side; a click on a row keeps it."""
    if _BY in board.access.hidden:
        return
    question = acquired_question(filters)
    result = board.ask(question)
    with panel("acquired", _("New and returning buyers by channel"), NAMES, result, filters):
        some = pl.any_horizontal(pl.col(*_BARS, "spend").fill_null(0) > 0)
        rows = with_changes(result.frame, question).filter(some).head(_MOST)
        if rows.is_empty():
            say_why(_BARS[0], result, _("Nobody bought in this range."))
            return
        with st.grid(2, min_column_width=420):
            if any(rows[name].count() for name in _BARS):
                plot(partial(_chart, rows), key="acquired-chart")
            with st.container():
                member_table(board, filters, Rows("acquired-table", _BY, NAMES, rows, result))


def _chart(rows: pl.DataFrame) -> Any:
    titles = [_(METRICS[name].title) for name in _BARS]
    channels = [member(_BY, each) for each in rows[_BY]]
    parts = pl.concat(
        pl.DataFrame(
            {
                "channel": channels,
                "part": [title] * rows.height,
                "value": rows[name].cast(pl.Float64),
                "said": [formats.exact(each, "count", None) for each in rows[name]],
            }
        )
        for name, title in zip(_BARS, titles, strict=True)
    )
    return (
        alt.Chart(parts)
        .mark_bar()
        .encode(
            y=alt.Y("channel:N", sort=channels, title=None, axis=alt.Axis(labelColor=axes.ink())),
            x=alt.X("value:Q", title=None, axis=axes.value_axis("count")),
            color=alt.Color(
                "part:N", scale=alt.Scale(domain=titles, range=[NOW, THEN]), legend=axes.legend()
            ),
            tooltip=[
                alt.Tooltip("channel:N", title=_("Channel")),
                alt.Tooltip("part:N", title=_("Metric")),
                alt.Tooltip("said:N", title=_("Amount")),
            ],
        )
        .properties(height=_ROW * rows.height + 90)
    )
