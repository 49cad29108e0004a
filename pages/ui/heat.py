"""Returns by reason and size: what comes back, why, and in which size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS, UNKNOWN
from metrics.series import with_changes
from metrics.sizes import size_order
from pages.ui import formats
from pages.ui.cells import Grid, Sides, draw
from pages.ui.charts import NOW
from pages.ui.definition import why_unknown
from pages.ui.downloads import downloads
from pages.ui.names import member, plain
from pages.ui.panel import panel
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_NAME, _RATE = "returned_units", "return_rate"
_SIDES = Sides("reason", "size")
_MOST_REASONS, _MOST_SIZES = 7, 10
_DEEPEST = 0.45


def returns_heat(board: Board, filters: Filters) -> None:
    """Units returned by reason and size, the return rate of each size above them."""
    if not board.access.hidden.isdisjoint(_SIDES):
        return
    question = filters.query(_NAME, by=_SIDES)
    result = board.ask(question)
    with panel("returns", _("Returns by reason and size"), [_NAME, _RATE], result, filters):
        if why := _nothing(result):
            st.info(plain(why), icon=":material/info:")
            return
        rates = board.ask(filters.query(_RATE, by=(_SIDES.columns,))).frame
        grid = _grid(result, question, rates)
        depth = alt.FillOpacity(
            "depth:Q", scale=alt.Scale(domainMin=0, range=[0, _DEEPEST]), legend=None
        )
        tint = {"fill": alt.FillValue(NOW), "fillOpacity": depth}
        draw(grid, tint, "returns-chart", lambda cell: {_SIDES.columns: cell[1]})
        with st.container(horizontal=True):
            downloads(result.frame, "-".join(_SIDES), result, filters)


def _nothing(result: Result) -> str | None:
    """Why there is nothing to draw, or None."""
    frame = result.frame
    if frame[_NAME].null_count() == frame.height:
        return why_unknown(_NAME, result) or _("Nothing came back in this range.")
    if frame[_SIDES.rows].count() == 0:
        return _("No return in view gives its reason.")
    return None


def _grid(result: Result, question: Query, rates: pl.DataFrame) -> Grid:
    """The greatest reasons and sizes; the answer comes with the greatest cells first."""
    frame = with_changes(result.frame, question).filter(pl.col(_NAME) > 0)
    reasons = frame[_SIDES.rows].unique(maintain_order=True).to_list()[:_MOST_REASONS]
    sizes = frame[_SIDES.columns].unique(maintain_order=True).to_list()[:_MOST_SIZES]
    sizes.sort(key=size_order)
    rate_title = _(METRICS[_RATE].title)
    cells = [*_rate_cells(rates, sizes, rate_title), *_unit_cells(frame, reasons, sizes)]
    titles = [
        [member(side, e) for e in each] for side, each in zip(_SIDES, (reasons, sizes), strict=True)
    ]
    return Grid(
        _SIDES,
        _NAME,
        pl.DataFrame(cells, infer_schema_length=None),
        [rate_title, *titles[0]],
        titles[1],
    )


def _unit_cells(
    frame: pl.DataFrame, reasons: list[str | None], sizes: list[str | None]
) -> list[dict[str, object]]:
    change = f"{_NAME}_change"
    return [
        _cell(
            member(_SIDES.rows, row[_SIDES.rows]),
            row,
            formats.exact(row[_NAME], "count", None),
            float(row[_NAME]),
            formats.change(row.get(change), METRICS[_NAME].unit),
        )
        for row in frame.iter_rows(named=True)
        if row[_SIDES.rows] in reasons and row[_SIDES.columns] in sizes
    ]


def _rate_cells(
    rates: pl.DataFrame, sizes: list[str | None], title: str
) -> list[dict[str, object]]:
    return [
        _cell(title, row, formats.short(row[_RATE], "ratio", None), 0.0, formats.DASH)
        for row in rates.iter_rows(named=True)
        if row[_SIDES.columns] in sizes
    ]


def _cell(
    title: str, row: dict[str, object], text: str, depth: float, changed: str
) -> dict[str, object]:
    size = row[_SIDES.columns]
    return {
        "rows": row.get(_SIDES.rows) or UNKNOWN,
        "columns": size or UNKNOWN,
        "row": title,
        "column": member(_SIDES.columns, size),  # type: ignore[arg-type]
        "text": text,
        "changed": changed,
        "depth": depth,
    }
