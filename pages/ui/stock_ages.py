"""Stock by season and age, with its water level: how much lies where, and for how long."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import METRICS, UNKNOWN
from metrics.stock_ages import BANDS, by_age
from pages.ui import axes, formats, links
from pages.ui.definition import say_why
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

NAMES = (
    "stock_value",
    "dated_stock_value",
    "stock_value_over_90",
    "stock_value_over_180",
    "stock_value_over_365",
    "water_level",
)
_BY = "year_season"
_MOST = 8
_STEP, _PICK = 34, "pick"
_TITLES = {
    "to_90": N_("up to 90 days"),
    "to_180": N_("91 to 180 days"),
    "to_365": N_("181 to 365 days"),
    "over_365": N_("over 365 days"),
    "undated": N_("age unknown"),
}
_COLOURS = ("#3a7bc0", "#7fb0de", "#e0a13c", "#c4553b", "#8b95a1")


def season_question(filters: Filters) -> Query:
    """What the chart asks."""
    return filters.query(*NAMES, by=(_BY,))


def stock_ages(board: Board, filters: Filters) -> None:
    """A bar a season by age; the water level beside it; a click keeps the season."""
    if _BY in board.access.hidden:
        return
    result = board.ask(season_question(filters))
    with panel("stock-ages", _("Stock by season and age"), NAMES, result, filters):
        rows = result.frame.filter(pl.col("stock_value") > 0).head(_MOST)
        if rows.is_empty():
            say_why("stock_value", result, _("Nothing is in stock here."))
            return
        plot(partial(_chart, rows, result), key="stock-ages-chart", on_select=_keep)


def _chart(rows: pl.DataFrame, result: Result) -> Any:
    ages = by_age(rows, _BY)
    titles = [_(_TITLES[name]) for name in BANDS]
    levels = [_("water level {level}").format(level=_short(v)) for v in rows["water_level"]]
    season = [member(_BY, each) for each in rows[_BY]]
    named = pl.DataFrame({_BY: rows[_BY], "season": season, "level": levels})
    said = [formats.short(each, "money", result.currency) for each in ages["value"]]
    told = ages.with_columns(
        pl.Series("age_title", [_(_TITLES[each]) for each in ages["age"]], pl.String),
        pl.Series("said", said, pl.String),
    )
    frame = told.join(named, on=_BY, nulls_equal=True).with_columns(pl.col(_BY).fill_null(UNKNOWN))
    pick = alt.selection_point(name=_PICK, fields=[_BY], on="click", empty=False)
    y = alt.Y("season:N", title=None, sort=season, axis=alt.Axis(labelColor=axes.ink()))
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=y,
            x=alt.X("value:Q", title=None, axis=axes.value_axis("money")),
            color=alt.Color(
                "age_title:N",
                scale=alt.Scale(domain=titles, range=list(_COLOURS)),
                sort=titles,
                legend=axes.legend(),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("season:N", title=_("Season")),
                alt.Tooltip("age_title:N", title=_("Age")),
                alt.Tooltip("said:N", title=_(METRICS["stock_value"].title)),
                alt.Tooltip("level:N", title=_(METRICS["water_level"].title)),
            ],
        )
        .add_params(pick)
    )
    total = alt.Chart(frame).mark_text(align="left", dx=6, color=axes.ink(), fontSize=11)
    text = total.encode(y=y, x=alt.X("sum(value):Q"), text=alt.Text("level:N"))
    return (bars + text).properties(height=max(_STEP * rows.height, 120))


def _short(level: float | None) -> str:
    return formats.short(level, METRICS["water_level"].unit, None)


def _keep() -> None:
    picked = st.session_state["stock-ages-chart"].selection.get(_PICK, ())
    if picked:
        links.change({_BY: picked[0][_BY]})
