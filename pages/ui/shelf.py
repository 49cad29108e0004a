"""The product table: what sells best, with its picture, its last weeks and its sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from metrics import DIMENSIONS, METRICS, UNKNOWN
from metrics.series import with_changes
from metrics.shelf import CORE, PICTURE, SIZE, WEEKS, last_weeks, pictures, size_runs, weekly
from pages.ui import formats, links
from pages.ui.charts import NOW
from pages.ui.columns import configured, with_change, written
from pages.ui.definition import unknown
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.text import _
from pages.ui.written import show_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Query, Result
    from metrics.shelf import InSize
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TOP = 10
_BY, _RUN = "skc", "weeks"
_COUNTED = ("available", "units")
_PICTURED = 56
_PLAIN = 35


def rank_question(filters: Filters, names: Sequence[str]) -> Query:
    """What the table asks first: who is in it."""
    return replace(filters.query(names[0], by=(_BY,)), compare=None)


def shelf(board: Board, filters: Filters, names: Sequence[str]) -> None:
    """The SKCs that lead in the first metric; a click on one keeps it.

    Args:
        board: who asks.
        filters: what is asked about.
        names: the metrics; the first ranks, and is drawn by week.
    """
    if not board.access.hidden.isdisjoint({_BY, SIZE, CORE, PICTURE}):
        return
    ranked = board.ask(rank_question(filters, names))
    question = alone(filters.query(*names, by=(_BY,)), ranked.frame[_BY].head(TOP).to_list())
    result = board.ask(question)
    rows = with_changes(result.frame, question)
    title = _("{title}: the first {count} SKCs").format(title=_(METRICS[names[0]].title), count=TOP)
    with panel("shelf", title, names, result, filters):
        if rows[_BY].count() == 0:
            st.info(_("No line in view names its SKC."), icon=":material/info:")
            return
        _table(board, filters, names, rows, result)


def _table(
    board: Board, filters: Filters, names: Sequence[str], rows: pl.DataFrame, result: Result
) -> None:
    found: list[str | None] = rows[_BY].to_list()
    known = [name for name in names if rows[name].count()]
    looks, sizes, of_what = _by_sku(board, replace(alone(filters.query(), found), compare=None))
    shown = rows.select(_BY, *with_change(known, rows)).with_columns(
        pl.Series(_BY, [member(_BY, each) for each in found], pl.String),
        pl.Series(_RUN, _weeks(board, filters, names[0], found, result), pl.List(pl.Float64)),
        pl.Series(SIZE, [_said(sizes.get(each, ())) for each in found], pl.String),
    )
    if looks:
        images = pl.Series(PICTURE, [looks.get(each) for each in found], pl.String)
        shown = shown.select(images, pl.all())
    titles = {_RUN: _("Last {count} weeks").format(count=WEEKS), SIZE: of_what}
    _show(shown, found, titles, result, board)
    unknown([name for name in names if name not in known], result)
    with st.container(horizontal=True):
        downloads(shown, "shelf", result, filters, titles)


def alone(question: Query, found: Sequence[str | None]) -> Query:
    """The question about nothing but the products that are shown.

    Of the others would be asked, too, what they sold since ever.
    """
    members = tuple(UNKNOWN if each is None else each for each in found)
    others = tuple(each for each in question.where if each[0] != _BY)
    return replace(question, where=(*others, (_BY, members)), by=(_BY,))


def _weeks(
    board: Board, filters: Filters, name: str, found: Sequence[str | None], result: Result
) -> list[list[float]]:
    start = board.settings.week_start
    weeks = last_weeks(filters.end, result.as_of, start)
    question = replace(
        alone(filters.query(name), found),
        start=weeks[0],
        end=weeks[1],
        grain="week",
        compare=None,
    )
    values = weekly(board.ask(question).frame, _BY, name, weeks, start)
    return [values.get(each, [0.0] * WEEKS) for each in found]


def _by_sku(
    board: Board, question: Query
) -> tuple[dict[str | None, str], dict[str | None, tuple[InSize, ...]], str]:
    """Pictures, sizes, and whether those count stock or, where none is known, what was sold."""
    by = (_BY, SIZE, CORE, PICTURE)
    frame = board.ask(replace(question, metrics=_COUNTED, by=by)).frame
    name = next((name for name in _COUNTED if frame[name].count()), _COUNTED[-1])
    title = _("{title} by size").format(title=_(METRICS[name].title))
    return pictures(frame, _BY), size_runs(frame, _BY, name), title


def _said(run: Sequence[InSize]) -> str | None:
    """S 12 · M 30 · L 0 ✕: the cross marks a core size of which nothing is left."""
    parts = [
        f"{member(SIZE, each.size)} {formats.exact(each.amount, 'count', None)}"
        + (" ✕" if each.is_missing else "")
        for each in run
    ]
    return " · ".join(parts) or None


def _show(
    shown: pl.DataFrame,
    found: list[str | None],
    titles: dict[str, str],
    result: Result,
    board: Board,
) -> None:
    key = f"shelf:{hash(tuple(found))}"
    show_written(
        written(shown, result, board.settings.good_colour),
        hide_index=True,
        column_config=_columns(shown, titles),
        key=key,
        on_select=lambda: _keep(key, found),
        selection_mode="single-cell",
        row_height=_PICTURED if PICTURE in shown.columns else _PLAIN,
        height="content",
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[_BY].title)),
    )
    st.caption(_("Click a row to look at this SKC alone."))


def _columns(shown: pl.DataFrame, titles: dict[str, str]) -> dict[str, Any]:
    return configured(shown.columns) | {
        PICTURE: st.column_config.ImageColumn(
            _(DIMENSIONS[PICTURE].title), width="small", pinned=True
        ),
        _BY: st.column_config.TextColumn(_(DIMENSIONS[_BY].title), pinned=True, width=170),
        _RUN: st.column_config.BarChartColumn(titles[_RUN], width="medium", y_min=0, color=NOW),
        SIZE: st.column_config.TextColumn(
            titles[SIZE], help=_("✕: a core size of which nothing is left."), width="large"
        ),
    }


def _keep(key: str, found: list[str | None]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        kept = found[int(cells[0][0])]
        links.change({_BY: UNKNOWN if kept is None else kept})
