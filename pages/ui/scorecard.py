"""The evaluation scorecard: business, efficiency, user value and brand against what is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.state import open_state
from metrics import METRICS
from metrics.scope import local_midnight
from metrics.scorecard import JUDGED, SECTIONS, scores
from pages.ui import formats
from pages.ui.columns import verdict_style
from pages.ui.definition import unknown
from pages.ui.downloads import downloads
from pages.ui.names import shortened
from pages.ui.panel import panel
from pages.ui.text import _
from pages.ui.written import Written, show_written

if TYPE_CHECKING:
    from metrics import Result
    from metrics.scorecard import Score
    from pages.ui.board import Board
    from pages.ui.filters import Filters


def scorecard(board: Board, filters: Filters) -> None:
    """A row a metric over the range: what it is, what it shall be, what others reach."""
    allowed = board.access.metrics
    names = tuple(name for name in JUDGED if allowed is None or name in allowed)
    if not names:
        return
    result = board.ask(replace(filters, compare="target").query(*names))
    row = result.frame.row(0, named=True)
    is_over = result.as_of >= local_midnight(filters.end)
    kept = open_state(board.settings).benchmarks()
    found = {each.metric: each for each in scores(names, row, kept, is_over=is_over)}
    with panel("scorecard", _("Evaluation"), names, result, filters):
        _show(board, filters, found, result)


def _show(board: Board, filters: Filters, found: dict[str, Score], result: Result) -> None:
    rows = [
        _row(section, found[name], result.currency)
        for section, names in SECTIONS.items()
        for name in names
        if name in found and found[name].actual is not None
    ]
    if rows:
        shown = pl.DataFrame(rows, infer_schema_length=None)
        style = verdict_style(board.settings.good_colour)
        met = {_("met"): style(1), _("missed"): style(-1)}
        cells = Written(shown)
        cells.mark(_("Level"), lambda level: met.get(level, ""))
        show_written(cells, hide_index=True, height="content", alt=_("Evaluation"), key="scores")
        with st.container(horizontal=True):
            titles = {name: name for name in shown.columns}
            downloads(shown, "scorecard", result, filters, titles)
    unknown([name for name, each in found.items() if each.actual is None], result)


def _row(section: str, score: Score, currency: str | None) -> dict[str, str]:
    unit, other = METRICS[score.metric].unit, score.benchmark
    reached = formats.whole(other.value, unit, currency) if other else formats.DASH
    return {
        _("Side"): _(section),
        _("Metric"): _(METRICS[score.metric].title),
        _("Now"): formats.whole(score.actual, unit, currency),
        _("Target"): formats.whole(score.target, unit, currency),
        _("Level"): {True: _("met"), False: _("missed"), None: formats.DASH}[score.is_met],
        _("Benchmark"): f"{reached} ({shortened(other.source)})" if other else reached,
    }
