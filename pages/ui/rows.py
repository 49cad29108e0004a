"""Tables with a row a member, in an order of their own; a click on one keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import streamlit as st

from metrics import DIMENSIONS, UNKNOWN
from pages.ui import formats, links
from pages.ui.columns import configured, with_change, written
from pages.ui.definition import unknown
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.text import _
from pages.ui.written import show_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters


class Rows(NamedTuple):
    """What a table shows.

    Attributes:
        key: its name for tests, and that of its files.
        by: the dimension of its rows.
        names: the metrics; the change of the first stands beside it.
        frame: the members in their order, with the metrics and their changes.
        result: the answer that it shows.
    """

    key: str
    by: str
    names: Sequence[str]
    frame: pl.DataFrame
    result: Result


def member_table(board: Board, filters: Filters, rows: Rows) -> None:
    """Shows the rows; columns that would hold nothing but dashes say why below."""
    by, frame = rows.by, rows.frame
    found: list[str | None] = frame[by].to_list()
    known = [name for name in rows.names if frame[name].count()]
    columns = with_change(known, frame) if known else []
    titles = pl.Series(by, [member(by, each) for each in found], pl.String)
    shown = frame.select(by, *columns).with_columns(titles)
    key = f"{rows.key}:{hash(tuple(found))}"
    pinned = st.column_config.TextColumn(_(DIMENSIONS[by].title), pinned=True, width="medium")
    show_written(
        written(shown, rows.result, board.settings.good_colour),
        hide_index=True,
        column_config=configured(shown.columns) | {by: pinned},
        key=key,
        on_select=lambda: _keep(key, by, found),
        selection_mode="single-cell",
        height="content",
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[by].title)),
    )
    unknown([name for name in rows.names if name not in known], rows.result)
    with st.container(horizontal=True):
        downloads(shown, rows.key, rows.result, filters)


def _keep(key: str, by: str, found: Sequence[str | None]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        kept = found[int(cells[0][0])]
        links.change({by: UNKNOWN if kept is None else kept})
