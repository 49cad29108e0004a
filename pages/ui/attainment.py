"""The card of the plan: how far the month's target is reached, and whether the pace suffices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.ranges import last_complete_day, named_range
from metrics.series import filled
from pages.ui import formats, links
from pages.ui.definition import About, definition, why_unknown
from pages.ui.names import plain
from pages.ui.spark import shade, spark
from pages.ui.text import _
from pages.ui.verdict import colour

if TYPE_CHECKING:
    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

ATTAINMENT = "target_attainment"
PLAN_PAGE = "targets"
_LEAD, _GAP, _TARGET = "target_lead", "target_gap", "sales_target"
_ASKED = (ATTAINMENT, _LEAD, _GAP, _TARGET)


def attainment(board: Board, filters: Filters) -> None:
    """The attainment of the month of the last complete day, whatever the range."""
    complete = last_complete_day(board.coverage("paid_sales").as_of)
    start, end = named_range("this_month", complete, board.settings.week_start)
    month = replace(filters, range="this_month", start=start, end=end, compare="none", grain="day")
    result = board.ask(month.query(*_ASKED))
    daily = month.query(ATTAINMENT, in_time=True)
    every = filled(board.ask(daily), daily, board.settings.week_start)
    passed = every.filter(pl.col("period") <= complete)
    definition(_("Month's target"), About("attainment", _ASKED, result, month))
    row = result.frame.row(0, named=True)
    _number(row, passed[ATTAINMENT], result, board.settings.good_colour)
    name = formats.period(start, "month")
    if row[ATTAINMENT] is None:
        _no_target(board, name, result)
        return
    gap = formats.signed(row[_GAP], "money", result.currency)
    target = formats.short(row[_TARGET], "money", result.currency)
    text = _("{month}: {gap} against {target}").format(month=name, gap=gap, target=target)
    st.caption(plain(text))


def _number(row: dict[str, float | None], daily: pl.Series, result: Result, good: str) -> None:
    lead = row[_LEAD]
    amount = formats.signed(lead, "money", result.currency)
    verdict = colour(METRICS[_LEAD], good)
    st.metric(
        _(METRICS[ATTAINMENT].title),
        plain(formats.short(row[ATTAINMENT], "ratio", None)),
        None if lead is None else _("{amount} vs pace").format(amount=amount),
        delta_color=verdict,
        label_visibility="collapsed",
    )
    spark(daily, shade(verdict, lead), METRICS[ATTAINMENT].unit, None)


def _no_target(board: Board, month: str, result: Result) -> None:
    """Why there is no attainment, and the way to where a target is set."""
    why = why_unknown(_TARGET, result) or why_unknown(ATTAINMENT, result)
    st.caption(plain(" · ".join(filter(None, (month, why)))))
    if page := board.pages.get(PLAN_PAGE):
        st.page_link(page, label=_("Set targets"), query_params=links.current())
