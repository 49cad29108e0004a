"""The shops side by side, what their own and their creators' live rooms sell apart under each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from metrics import DIMENSIONS, METRICS, UNKNOWN
from metrics.series import with_changes
from pages.ui import formats, links
from pages.ui.columns import configured, verdict_of, written
from pages.ui.definition import unknown
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.text import _
from pages.ui.written import Written, show_written

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

SHOPS = (
    "paid_sales",
    "target_attainment",
    "visitor_days",
    "pay_conversion",
    "spend_per_buyer",
    "refund_rate",
    "spend_share",
    "contribution",
)
_OF_MODES = ("paid_sales", "spend_per_buyer", "refund_rate")
"""What is known of a mode: visitors, spend and targets are a shop's."""
_SHOP, _MODE, _RANK = "shop", "mode", "__rank"
_CHANGE, _ON_YEAR = "paid_sales_change", "on_year"
_LIVE = ("self_live", "creator_live")
_INDENT = "\u2003"


def shop_question(filters: Filters) -> Query:
    """What the matrix asks first."""
    return replace(filters, compare="previous").query(*SHOPS, by=(_SHOP,))


def on_the_year(question: Query) -> Query:
    """The sales of a question beside those of the year before."""
    return replace(question, metrics=SHOPS[:1], compare="year")


def shop_matrix(board: Board, filters: Filters) -> None:
    """A row a shop, the sales of its live rooms below it; a click keeps the shop, or both."""
    question = shop_question(filters)
    result = board.ask(question)
    with panel("shops", _("Shops"), SHOPS, result, filters):
        if not result.frame.height:
            st.info(_("Nothing was sold in this range with these filters."), icon=":material/info:")
            return
        _show(board, filters, _with_modes(board, filters, _changed(board, question)), result)


def _changed(board: Board, question: Query) -> pl.DataFrame:
    """The rows of a question with the changes on the range before and on the year."""
    yearly = on_the_year(question)
    year = with_changes(board.ask(yearly).frame, yearly)
    now = with_changes(board.ask(question).frame, question)
    on_year = year.select(*question.by, pl.col(_CHANGE).alias(_ON_YEAR))
    return now.join(
        on_year, on=list(question.by), how="left", nulls_equal=True, maintain_order="left"
    )


def _with_modes(board: Board, filters: Filters, shops: pl.DataFrame) -> pl.DataFrame:
    """The live rooms under their shops."""
    ranked = shops.with_row_index(_RANK).with_columns(pl.lit(None, pl.String).alias(_MODE))
    if _MODE in board.access.hidden:
        return ranked
    modes = [each for each in _LIVE if each in (filters.members(_MODE) or _LIVE)]
    kept = tuple(each for each in filters.where if each[0] != _MODE)
    live = replace(filters, compare="previous", where=(*kept, (_MODE, tuple(modes or _LIVE))))
    rows = _changed(board, live.query(*_OF_MODES, by=(_SHOP, _MODE)))
    placed = rows.join(ranked.select(_SHOP, _RANK), on=_SHOP, nulls_equal=True)
    return pl.concat([ranked, placed], how="diagonal_relaxed").sort(
        _RANK, _MODE, nulls_last=False, maintain_order=True
    )


def _show(board: Board, filters: Filters, rows: pl.DataFrame, result: Result) -> None:
    places = rows.select(_SHOP, _MODE).rows()
    known = [name for name in SHOPS if rows[name].count()]
    columns = [known[0], _CHANGE, _ON_YEAR, *known[1:]] if known else []
    shown = rows.select(_SHOP, *columns).with_columns(
        pl.Series(_SHOP, [_title(*each) for each in places], pl.String)
    )
    titles = {_ON_YEAR: _("On the year")}
    key = f"shops:{hash(tuple(places))}"
    show_written(
        _written(shown, result, board.settings.good_colour),
        hide_index=True,
        column_config=configured(shown.columns)
        | {_ON_YEAR: st.column_config.NumberColumn(titles[_ON_YEAR], alignment="right")},
        key=key,
        on_select=lambda: _keep(key, places),
        selection_mode="single-cell",
        height="content",
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[_SHOP].title)),
    )
    unknown([name for name in SHOPS if name not in known], result)
    with st.container(horizontal=True):
        downloads(shown, "shops", result, filters, titles)


def _written(shown: pl.DataFrame, result: Result, good: str) -> Written:
    metric = METRICS[SHOPS[0]]
    cells = written(shown, result, good)
    if _ON_YEAR in shown.columns:
        cells.say(_ON_YEAR, lambda each: formats.change(each, metric.unit))
        cells.mark(_ON_YEAR, verdict_of(metric, good))
    return cells


def _title(shop: str | None, mode: str | None) -> str:
    return member(_SHOP, shop) if mode is None else _INDENT + member(_MODE, mode)


def _keep(key: str, places: list[tuple[str | None, str | None]]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        shop, mode = places[int(cells[0][0])]
        links.change({_SHOP: UNKNOWN if shop is None else shop} | ({_MODE: mode} if mode else {}))
