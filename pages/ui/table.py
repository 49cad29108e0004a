"""The drill-down table: a row a member, the total asked for itself, a click descends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from metrics import DIMENSIONS, OTHER, UNKNOWN
from metrics.series import with_changes
from pages.ui import formats, links
from pages.ui.columns import configured, with_change, written
from pages.ui.definition import About, definition, unknown
from pages.ui.downloads import downloads
from pages.ui.drill import Drill, breadcrumbs, level_choice, read_drill
from pages.ui.members import paths
from pages.ui.names import member
from pages.ui.pair import PAIR, TWO, choose, pair, read_pair
from pages.ui.text import _
from pages.ui.written import show_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TOP = 20


def drill_table(
    board: Board,
    filters: Filters,
    names: Sequence[str],
    whole: Query,
    ways: tuple[tuple[str, ...], ...] | None = None,
) -> None:
    """The best members of the level that the link names, with a total and "(other)".

    The change of the first metric stands beside it. A click on a row keeps its member and shows
    the level below; two ticked rows stand side by side under the table.

    Args:
        board: who asks.
        filters: what is asked about.
        names: the metrics.
        whole: the question over the whole range that has them, perhaps among others.
        ways: the paths down; without them those of sales.
    """
    drill = read_drill(ways or paths(board))
    by = drill.by
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="drill"):
        level_choice(drill)
        breadcrumbs(drill, filters)
    grouped = filters.query(*names, by=(by,), top=TOP)
    result, total = board.ask(grouped), board.ask(whole)
    members = with_changes(result.frame, grouped)
    if not members.height:
        st.info(_("Nothing was sold in this range with these filters."), icon=":material/info:")
        return
    first = with_changes(total.frame, whole).with_columns(pl.lit(_("Total")).alias(by))
    titles = [_("Total"), *(member(by, value) for value in members[by])]
    shown = pl.concat([first.select(members.columns), members]).with_columns(
        pl.Series(by, titles, dtype=pl.String)
    )
    known = [name for name in names if shown[name].count()]
    if not known:
        unknown(names, total)
        return
    table = shown.select(by, *with_change(known, members))
    _show(table, drill, members[by].to_list(), result, board)
    unknown([name for name in names if name not in known], total)
    if two := read_pair(members[by].to_list()):
        pair(board, filters, known, by, two)
    with st.container(horizontal=True, key="take-away"):
        about = About("table", names, result, filters)
        definition(_("Definitions"), about, icon=":material/help:")
        downloads(shown, by, result, filters)


def _show(
    shown: pl.DataFrame, drill: Drill, values: list[str | None], result: Result, board: Board
) -> None:
    by = drill.by
    two = read_pair(values)
    ticked = [n for n, each in enumerate(values, 1) if (UNKNOWN if each is None else each) in two]
    key = f"table:{by}:{hash((*values, *two))}"
    cells = written(shown, result, board.settings.good_colour)
    cells.mark_row(0, "font-weight: 600")
    show_written(
        cells,
        hide_index=True,
        column_config=configured(shown.columns),
        key=key,
        on_select=lambda: _descend(key, drill, values),
        selection_mode=["single-cell", "multi-row"],
        selection_default={"selection": {"rows": ticked, "columns": [], "cells": []}},
        height="content",
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[by].title)),
    )
    st.caption(_("Click a row to look inside it; tick two to see them side by side."))


def _descend(key: str, drill: Drill, values: list[str | None]) -> None:
    """A click on a cell looks inside its row; the last two ticks stand beside each other."""
    picked = st.session_state[key].selection
    if picked.cells and (row := int(picked.cells[0][0])) > 0:
        drill.descend(values[row - 1])
    ticked = [values[row - 1] for row in picked.rows if row > 0 and values[row - 1] != OTHER]
    if not picked.cells and (len(ticked) >= TWO or links.many(PAIR)):
        choose(ticked[-TWO:])
