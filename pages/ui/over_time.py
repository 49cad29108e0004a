"""One of some metrics over time, chosen in the link."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import streamlit as st

from metrics import METRICS
from metrics.series import filled
from pages.ui import links
from pages.ui.cards import CHOSEN, chosen, over_time
from pages.ui.charts import Series, trend, unfinished
from pages.ui.definition import say_why
from pages.ui.filters import COMPARISONS
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.ui.board import Board
    from pages.ui.filters import Filters


def chosen_trend(board: Board, filters: Filters, *groups: Sequence[str]) -> None:
    """The metric that the link names, else the first.

    Args:
        board: who asks.
        filters: what is asked about.
        groups: the metrics to choose from; those of a group are asked for together, so that the
            cards' own answer serves their trend.
    """
    names = list(chain.from_iterable(groups))
    name = chosen(names)
    with st.container(border=True, key="over-time"):
        st.segmented_control(
            _("Over time"),
            names,
            format_func=lambda each: _(METRICS[each].title),
            key=links.show(CHOSEN, name),
            on_change=lambda: _choose(names[0]),
            required=True,
            label_visibility="collapsed",
        )
        question = over_time(filters, next(group for group in groups if name in group))
        result = board.ask(question)
        frame = filled(result, question, board.settings.week_start)
        if frame[name].null_count() == frame.height:
            say_why(name, result, _("Nothing to show"))
            return
        then = _(COMPARISONS[filters.compare].title)
        series = Series(frame, question, name, _("This range"), then, result.currency)
        plot(partial(trend, series), key=f"trend:{name}")
        if any(unfinished(frame, METRICS[name])):
            st.caption(_("Dashed: not over yet, or its orders still lose refunds."))


def _choose(first: str) -> None:
    picked = st.session_state[links.widget_key(CHOSEN)]
    links.change({CHOSEN: None if picked == first else picked})
