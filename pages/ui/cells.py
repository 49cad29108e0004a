"""A grid of tinted cells with their numbers in them; a click on one is told to the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import streamlit as st

from metrics import DIMENSIONS, METRICS
from pages.ui import axes, links
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

_STEP = 56
_FEW, _SHORT = 5, 8
_WIDE = 0x2E80
"""Where the letters begin that are as wide as two."""
_PICK = "pick"


class Sides(NamedTuple):
    """The dimensions of the rows and of the columns."""

    rows: str
    columns: str


class Grid(NamedTuple):
    """What is drawn.

    Attributes:
        sides: the dimensions.
        name: the metric.
        cells: `rows`, `columns` (the members, for the link), `row`, `column` (their titles),
            `text` (the number), `changed` (its change), `change`, `depth` (0 is no tint).
        row_titles: those of the rows, from top to bottom.
        column_titles: those of the columns, from left to right.
    """

    sides: Sides
    name: str
    cells: pl.DataFrame
    row_titles: Sequence[str]
    column_titles: Sequence[str]


def draw(
    grid: Grid,
    tint: Mapping[str, Any],
    key: str,
    kept: Callable[[tuple[str, str]], Mapping[str, str]],
) -> None:
    """Shows the grid.

    Args:
        grid: what is drawn.
        tint: the encodings of the colour.
        key: the name of the chart.
        kept: what a click on the cell of a row and a column changes in the link.
    """
    wide = "scrolled" if len(grid.column_titles) > _FEW else "fitting"
    with st.container(key=f"{wide}-{key}"):
        plot(partial(_chart, grid, tint), key=key, on_select=lambda: _keep(key, kept))


def _chart(grid: Grid, tint: Mapping[str, Any]) -> Any:
    fits = all(_width(each) <= _SHORT for each in grid.column_titles)
    base = alt.Chart(grid.cells).encode(
        x=alt.X(
            "column:N",
            sort=list(grid.column_titles),
            title=None,
            axis=_names(90, 0 if fits else -35),
        ),
        y=alt.Y("row:N", sort=list(grid.row_titles), title=None, axis=_names(130)),
        tooltip=[
            alt.Tooltip("row:N", title=_(DIMENSIONS[grid.sides.rows].title)),
            alt.Tooltip("column:N", title=_(DIMENSIONS[grid.sides.columns].title)),
            alt.Tooltip("text:N", title=_(METRICS[grid.name].title)),
            alt.Tooltip("changed:N", title=_("Change")),
        ],
    )
    pick = alt.selection_point(name=_PICK, fields=["rows", "columns"], on="click", empty=False)
    drawn = base.mark_rect(cornerRadius=3, stroke=axes.grey(), strokeOpacity=0.25).encode(**tint)
    text = base.mark_text(color=axes.ink(), fontSize=12).encode(text=alt.Text("text:N"))
    height = _STEP * len(grid.row_titles)
    return (drawn.add_params(pick) + text).properties(height=height)


def _names(limit: int, angle: int = 0) -> alt.Axis:
    return alt.Axis(
        labelLimit=limit,
        labelAngle=angle,
        labelFlush=False,
        labelOverlap=False,
        labelColor=axes.grey(),
    )


def _width(title: str) -> int:
    """How wide a title is, in letters."""
    return sum(1 + (ord(letter) >= _WIDE) for letter in title)


def _keep(key: str, kept: Callable[[tuple[str, str]], Mapping[str, str]]) -> None:
    picked = st.session_state[key].selection.get(_PICK, ())
    if picked:
        links.change(kept((picked[0]["rows"], picked[0]["columns"])))
