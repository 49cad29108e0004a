"""Two rows of the drill-down table side by side: their metrics, how far apart, and over time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS, UNKNOWN
from metrics.pairs import side_by_side
from metrics.series import filled
from pages.ui import axes, formats, links
from pages.ui.charts import NOW
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Query, Result
    from metrics.pairs import Beside
    from metrics.periods import Grain
    from pages.ui.board import Board
    from pages.ui.filters import Filters

PAIR = "pair"
"""The parameter that names the two members; it goes with the level that the page groups by."""
TWO = 2
_SECOND = "#d97a1f"
_HEIGHT = 220


def read_pair(found: Sequence[str | None]) -> tuple[str, ...]:
    """The members that the link names, of those that there are; two or none."""
    known = {UNKNOWN if each is None else each for each in found}
    asked = tuple(each for each in links.many(PAIR) if each in known)
    return asked if len(asked) == TWO else ()


def choose(members: Sequence[str | None]) -> None:
    """Puts two members into the link, or with less than two lets go of them."""
    named = [UNKNOWN if each is None else each for each in members]
    links.change({PAIR: named if len(named) == TWO else None})


def pair(
    board: Board, filters: Filters, names: Sequence[str], by: str, two: tuple[str, ...]
) -> None:
    """Both members beside each other.

    Args:
        board: who asks.
        filters: what is asked about.
        names: the metrics; the first is drawn over time.
        by: the dimension.
        two: its members.
    """
    question = replace(_kept(filters.query(*names), by, two), by=(by,))
    result = board.ask(question)
    titles = [member(by, each) for each in two]
    title = _("{one} beside {other}").format(one=titles[0], other=titles[1])
    with panel(PAIR, title, names, result, filters):
        rows = {row[by] or UNKNOWN: row for row in result.frame.iter_rows(named=True)}
        if len(rows) < TWO:
            st.info(_("One of the two has no sales in this range."), icon=":material/info:")
        else:
            found = side_by_side(names, *(rows[each] for each in two))
            with st.grid(2, min_column_width=420):
                _table(found, titles, result)
                _trend(board, filters, names[0], by, two)
        with st.container(horizontal=True):
            downloads(result.frame.select(by, *names), PAIR, result, filters)
            st.button(
                _("Close"), icon=":material/close:", type="tertiary", on_click=choose, args=((),)
            )


def _kept(question: Query, by: str, members: tuple[str, ...]) -> Query:
    others = tuple(each for each in question.where if each[0] != by)
    return replace(question, where=(*others, (by, members)), compare=None)


def _table(found: Sequence[Beside], titles: Sequence[str], result: Result) -> None:
    shown = pl.DataFrame(
        {
            "metric": [_(each.metric.title) for each in found],
            "first": [formats.whole(e.first, e.metric.unit, result.currency) for e in found],
            "second": [formats.whole(e.second, e.metric.unit, result.currency) for e in found],
            "apart": [formats.change(each.apart, each.metric.unit) for each in found],
        }
    )
    heads = {"first": titles[0], "second": titles[1], "apart": _("Difference")}
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(head, alignment="right") for name, head in heads.items()
    }
    columns["metric"] = st.column_config.TextColumn(_("Metric"), pinned=True)
    st.dataframe(shown, hide_index=True, column_config=columns, height="content", key="pair-table")


def _trend(board: Board, filters: Filters, name: str, by: str, two: tuple[str, ...]) -> None:
    """The metric of both over time, on one axis."""
    lines = []
    for each in two:
        question = _kept(filters.query(name, in_time=True), by, (each,))
        frame = filled(board.ask(question), question, board.settings.week_start)
        title = pl.lit(member(by, each)).alias("line")
        lines.append(frame.select("period", title, pl.col(name).cast(pl.Float64).alias("value")))
    shown = pl.concat(lines).drop_nulls("value")
    titles = [member(by, each) for each in two]
    plot(partial(_chart, shown, name, titles, filters.grain), key="pair-trend")


def _chart(shown: pl.DataFrame, name: str, titles: Sequence[str], grain: Grain) -> Any:
    metric = METRICS[name]
    colours = alt.Scale(domain=titles, range=[NOW, _SECOND])
    lines = alt.Chart(shown).mark_line(strokeWidth=2, point=True)
    return lines.encode(
        x=alt.X("period:T", title=None, axis=axes.time_axis(grain)),
        y=alt.Y("value:Q", title=_(metric.title), axis=axes.value_axis(metric.unit)),
        color=alt.Color("line:N", scale=colours, legend=axes.legend()),
    ).properties(height=_HEIGHT)
