"""Tables of a few rows in an order of their own: price bands, discount bands, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from metrics import DIMENSIONS, METRICS, UNKNOWN
from metrics.bands import band_order
from metrics.series import with_changes
from pages.ui import formats, links
from pages.ui.columns import configured, styled, with_change
from pages.ui.definition import unknown
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters


def bands(board: Board, filters: Filters, names: Sequence[str], by: str) -> None:
    """The metrics of each band, the lowest price or the smallest discount first.

    Args:
        board: who asks.
        filters: what is asked about.
        names: the metrics; the change of the first stands beside it.
        by: a dimension of bands. A click keeps one.
    """
    if by in board.access.hidden:
        return
    question = filters.query(*names, by=(by,))
    result = board.ask(question)
    rows = with_changes(result.frame, question)
    found = sorted(rows[by].to_list(), key=lambda each: band_order(by, each))
    title = _("{title} by {dimension}").format(
        title=_(METRICS[names[0]].title), dimension=_(DIMENSIONS[by].title)
    )
    with panel(by, title, names, result, filters):
        if not any(found):
            text = _("No line in view tells its {dimension}.")
            st.info(text.format(dimension=_(DIMENSIONS[by].title)), icon=":material/info:")
            return
        place = pl.DataFrame({by: pl.Series(found, dtype=pl.String)})
        rows = place.join(rows, on=by, how="left", nulls_equal=True, maintain_order="left")
        _table(board, filters, names, by, rows, result)


def _table(
    board: Board,
    filters: Filters,
    names: Sequence[str],
    by: str,
    rows: pl.DataFrame,
    result: Result,
) -> None:
    found = rows[by].to_list()
    known = [name for name in names if rows[name].count()]
    shown = rows.select(by, *with_change(known, rows)).with_columns(
        pl.Series(by, [member(by, each) for each in found], pl.String)
    )
    title = st.column_config.TextColumn(_(DIMENSIONS[by].title), pinned=True, width=130)
    key = f"band:{by}:{hash(tuple(found))}"
    st.dataframe(
        styled(shown, result, board.settings.good_colour),
        hide_index=True,
        column_config=configured(shown.columns) | {by: title},
        key=key,
        on_select=lambda: _keep(key, by, found),
        selection_mode="single-cell",
        height="content",
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[by].title)),
    )
    unknown([name for name in names if name not in known], result)
    with st.container(horizontal=True):
        downloads(shown, by, result, filters)


def _keep(key: str, by: str, found: list[str | None]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        kept = found[int(cells[0][0])]
        links.change({by: UNKNOWN if kept is None else kept})
