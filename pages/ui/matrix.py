"""A matrix of two dimensions: where it got better or worse; a click on a cell keeps both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import DIMENSIONS, METRICS, UNKNOWN
from metrics.series import with_changes
from pages.ui import formats
from pages.ui.cards import begins_late
from pages.ui.cells import Grid, Sides, draw
from pages.ui.downloads import downloads
from pages.ui.members import members
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

MOST = 8
"""Members a side: those with the most sales of late."""
_VERDICTS = {"red": "#d64545", "green": "#2e9e63"}


def matrix(board: Board, filters: Filters, name: str, sides: Sides) -> None:
    """The metric by both dimensions, tinted by its change; nothing where one has one member."""
    kept = {side: _kept(board, filters, side) for side in sides}
    if min(map(len, kept.values())) < 2:  # noqa: PLR2004 (a matrix of one row is a list)
        return
    question = filters.query(name, by=sides)
    result = board.ask(question)
    cells = _cells(with_changes(result.frame, question), name, sides, kept)
    rows, columns = (_(DIMENSIONS[side].title) for side in sides)
    title = _("{title}: {rows} × {columns}").format(
        title=_(METRICS[name].title), rows=rows, columns=columns
    )
    with panel("matrix", title, [name], result, filters):
        titles = [[member(side, each) for each in kept[side]] for side in sides]
        grid = Grid(sides, name, _said(cells, name, sides, result), *titles)
        tint = {"fill": _tint(name, board.settings.good_colour), "fillOpacity": _depth()}
        draw(grid, tint, "matrix-chart", lambda cell: dict(zip(sides, cell, strict=True)))
        with st.container(horizontal=True):
            downloads(result.frame, "-".join(sides), result, filters)


def _kept(board: Board, filters: Filters, side: str) -> list[str]:
    chosen = filters.members(side)
    return [each for each in members(board, side) if not chosen or each in chosen][:MOST]


def _cells(
    frame: pl.DataFrame, name: str, sides: Sides, kept: dict[str, list[str]]
) -> pl.DataFrame:
    """`rows`, `columns`, `value`, `change`: of the kept members only."""
    change = f"{name}_change"
    return frame.select(
        pl.col(sides.rows).fill_null(UNKNOWN).alias("rows"),
        pl.col(sides.columns).fill_null(UNKNOWN).alias("columns"),
        pl.col(name).cast(pl.Float64).alias("value"),
        (pl.col(change) if change in frame.columns else pl.lit(None, pl.Float64)).alias("change"),
    ).filter(pl.col("rows").is_in(kept[sides.rows]), pl.col("columns").is_in(kept[sides.columns]))


def _said(cells: pl.DataFrame, name: str, sides: Sides, result: Result) -> pl.DataFrame:
    """The cells with their titles and numbers as people read them."""
    unit = METRICS[name].unit
    unfair = begins_late(result) is not None
    return cells.with_columns(
        pl.Series("row", [member(sides.rows, each) for each in cells["rows"]], pl.String),
        pl.Series("column", [member(sides.columns, each) for each in cells["columns"]], pl.String),
        pl.Series("text", [formats.short(v, unit, None) for v in cells["value"]]),
        pl.Series("changed", [formats.change(each, unit) for each in cells["change"]]),
        pl.lit(None, pl.Float64).alias("depth")
        if unfair
        else pl.col("change").abs().alias("depth"),
    )


def _tint(name: str, good: str) -> Any:
    bad = "green" if good == "red" else "red"
    up, down = (good, bad) if METRICS[name].better == "up" else (bad, good)
    colours = (alt.value(_VERDICTS[each]) for each in (up, down))
    return alt.FillValue(**alt.condition("datum.change > 0", *colours))


def _depth() -> Any:
    """From 0 to 0.45, where a text on it can still be read; reached at a change of 50 %."""
    return alt.FillOpacity(
        "depth:Q", scale=alt.Scale(domain=[0, 0.5], range=[0, 0.45], clamp=True), legend=None
    )
