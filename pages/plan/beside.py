"""What targets are measured against: recorded baselines, and what others reach."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.state import Benchmark
from metrics import METRICS, Query
from metrics.baselines import measured_baseline
from metrics.ranges import last_complete_day
from pages.plan.editor import plannable
from pages.ui import failures, formats
from pages.ui.names import shortened
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.state import State
    from pages.ui.board import Board

_DAY = timedelta(days=1)
_USUAL = "paid_sales"


def baselines(board: Board, state: State) -> None:
    """What was recorded, and a way to record what a metric was over a range."""
    st.subheader(_("Baselines"), anchor=False)
    currency = board.connector.meta().currency
    _list(
        [
            {
                _("Metric"): _(METRICS[each.metric].title),
                _("Period"): formats.days(each.start, each.end),
                _("Value"): formats.whole(each.value, METRICS[each.metric].unit, currency),
            }
            for each in state.baselines()
            if each.metric in METRICS
        ],
        _("Baselines"),
    )
    last = last_complete_day(board.coverage("paid_sales").as_of)
    with st.form("baseline"):
        metric = _metric(board, "baseline:metric")
        days = st.date_input(_("First and last day"), (last - 27 * _DAY, last), format="YYYY-MM-DD")
        asked = st.form_submit_button(_("Record baseline"))
    if asked and isinstance(days, tuple) and len(days) == 2:  # noqa: PLR2004
        with failures.shown():
            query = Query((metric,), days[0], days[1] + _DAY)
            made = measured_baseline(query, board.access, board.connector, board.settings, _)
            state.put_all([made], reader())
            st.rerun()


def benchmarks(state: State, board: Board) -> None:
    """What others reach, who says so, and of when."""
    st.subheader(_("Benchmarks"), anchor=False)
    currency = board.connector.meta().currency
    _list(
        [
            {
                _("Metric"): _(METRICS[each.metric].title),
                _("Value"): formats.whole(each.value, METRICS[each.metric].unit, currency),
                _("Source"): shortened(each.source),
                _("As of"): each.as_of.isoformat(),
            }
            for each in state.benchmarks()
            if each.metric in METRICS
        ],
        _("Benchmarks"),
    )
    with st.form("benchmark"):
        metric = _metric(board, "benchmark:metric")
        value = st.number_input(_("Value"), value=None, format="%g")
        source = st.text_input(_("Source"), max_chars=200)
        as_of = st.date_input(_("As of"), board.today, format="YYYY-MM-DD")
        asked = st.form_submit_button(_("Add benchmark"))
    if asked:
        with failures.shown():
            number = float("nan") if value is None else value
            made = Benchmark(metric=metric, value=number, source=source.strip(), as_of=as_of)
            state.put_all([made], reader())
            st.rerun()


def _metric(board: Board, key: str) -> str:
    offered = plannable(board)
    return st.selectbox(
        _("Metric"),
        offered,
        index=offered.index(_USUAL) if _USUAL in offered else 0,
        format_func=lambda name: _(METRICS[name].title),
        key=key,
    )


def _list(rows: Sequence[dict[str, str]], title: str) -> None:
    if rows:
        st.dataframe(pl.DataFrame(rows), hide_index=True, alt=title)
    else:
        st.caption(_("None yet."))
