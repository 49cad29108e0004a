"""Tables of a few rows in an order of their own: price bands, discount bands, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from metrics import DIMENSIONS, METRICS
from metrics.bands import band_order
from metrics.series import with_changes
from pages.ui.panel import panel
from pages.ui.rows import Rows, member_table
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters


def band_question(filters: Filters, names: Sequence[str], by: str) -> Query:
    """What a table of bands asks."""
    return filters.query(*names, by=(by,))


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
    question = band_question(filters, names, by)
    result = board.ask(question)
    rows = with_changes(result.frame, question).filter(pl.any_horizontal(pl.col(list(names)) != 0))
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
        ordered = place.join(rows, on=by, how="left", nulls_equal=True, maintain_order="left")
        member_table(board, filters, Rows(by, by, names, ordered, result))
