"""Tables with columns that are neither metric nor dimension: lists of what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import streamlit as st

from metrics import DIMENSIONS
from metrics.output import heading
from pages.ui import formats, links
from pages.ui.columns import configured, written
from pages.ui.downloads import downloads
from pages.ui.names import each_member
from pages.ui.text import _
from pages.ui.written import show_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from metrics import Result
    from metrics.metric import Unit
    from pages.ui.board import Board
    from pages.ui.filters import Filters


class Extra(NamedTuple):
    """A column of its own.

    Attributes:
        title: its title, in the reader's language.
        unit: that of its numbers; None for texts and dates.
    """

    title: str
    unit: Unit | None = None


class Listed(NamedTuple):
    """What a table shows.

    Attributes:
        key: its name for tests, and that of its files.
        frame: the rows, dimensions as codes.
        extras: the columns that are neither dimension nor metric.
        keeps: the dimensions that a click on a row keeps.
        most: how many rows are on screen; files have all.
    """

    key: str
    frame: pl.DataFrame
    extras: Mapping[str, Extra]
    keeps: Sequence[str]
    most: int = 100


def listed(board: Board, filters: Filters, table: Listed, result: Result) -> None:
    """Shows the first rows; a click keeps what its row names; the files hold them all."""
    kept = table.frame.head(table.most).select(table.keeps).rows()
    every = _named(table.frame)
    shown = every.head(table.most)
    key = f"{table.key}:{hash(tuple(kept))}"
    numbers = {name: each for name, each in table.extras.items() if each.unit}
    cells = written(shown, result, board.settings.good_colour)
    for name, each in numbers.items():
        cells.say(name, _formatter(each.unit, result.currency))
    for name in (name for name, kind in shown.schema.items() if kind == pl.Date):
        cells.say(name, _day)
    show_written(
        cells,
        hide_index=True,
        column_config=configured(shown.columns) | _columns(table),
        key=key,
        on_select=lambda: _keep(key, table.keeps, kept),
        selection_mode="single-cell",
        height="content" if shown.height < 12 else 440,  # noqa: PLR2004 (rows that fit a screen)
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[table.keeps[0]].title)),
    )
    if table.frame.height > table.most:
        text = _("The first {shown} of {all} rows; the files hold them all.")
        count = formats.exact(table.frame.height, "count", None)
        st.caption(text.format(shown=table.most, all=count))
    with st.container(horizontal=True):
        titles = {name: each.title for name, each in table.extras.items()}
        downloads(every, table.key, result, filters, titles)


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with their members as people call them."""
    return frame.with_columns(
        pl.Series(name, each_member(name, frame[name]), pl.String)
        for name in frame.columns
        if name in DIMENSIONS
    )


def _columns(table: Listed) -> dict[str, Any]:
    """The first column stays in sight; other dimensions scroll."""
    rest = [name for name in table.frame.columns[1:] if name in DIMENSIONS]
    plain = {name: st.column_config.TextColumn(heading(name, _), width="small") for name in rest}
    return plain | {
        name: _column(each, table.frame.schema[name]) for name, each in table.extras.items()
    }


def _column(extra: Extra, kind: pl.DataType) -> Any:
    if extra.unit:
        return st.column_config.NumberColumn(extra.title, alignment="right")
    column = st.column_config.DateColumn if kind == pl.Date else st.column_config.TextColumn
    return column(extra.title)


def _formatter(unit: Unit | None, currency: str | None) -> Callable[[float | None], str]:
    return lambda value: formats.whole(value, unit or "count", currency)


def _day(value: date | None) -> str:
    return formats.DASH if value is None else value.isoformat()


def _keep(key: str, keeps: Sequence[str], kept: Sequence[tuple[str | None, ...]]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        row = kept[int(cells[0][0])]
        links.change({name: each for name, each in zip(keeps, row, strict=True) if each})
