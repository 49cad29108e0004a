"""The water level of each warehouse and store, by units and by value, and its SKUs by band."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import METRICS, UNKNOWN
from metrics.replenish import BANDS, HALF_A_SEASON, MAX_COVER, band_counts
from pages.ui import axes, formats, links
from pages.ui.charts import NOW
from pages.ui.definition import say_why
from pages.ui.names import member, plain
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.rows import Rows, member_table
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query, Result
    from pages.ui.board import Board
    from pages.ui.filters import Filters

LEVEL, BY_VALUE = "water_level", "water_level_by_value"
NAMES = ("stock_value", LEVEL, BY_VALUE, "available", "inbound", "days_of_cover", "stockout_rate")
BAND_TITLES = {
    "out": N_("Sold out"),
    "critical": N_("Below safety stock"),
    "low": N_("Time to order"),
    "healthy": N_("Healthy"),
    "over": N_("Too much"),
}
BAND_COLOURS = dict(
    zip(BANDS, ("#b3261e", "#d9702b", "#e0b13c", "#2e9e63", "#7a6bb5"), strict=True)
)
_BY, _PICK = "warehouse", "pick"
_MOST = 20
_ROW, _LONGEST = 46, 3.0


def gauge_question(filters: Filters) -> Query:
    """What the gauges ask."""
    return filters.query(*NAMES, by=(_BY,))


def gauges(board: Board, filters: Filters) -> None:
    """A gauge a place: its mark is the level by units, its tick that by value."""
    if _BY in board.access.hidden:
        return
    result = board.ask(gauge_question(filters))
    with panel("gauges", _("Water level by warehouse and store"), NAMES, result, filters):
        rows = result.frame.filter(pl.col("available").is_not_null()).head(_MOST)
        if rows.is_empty():
            say_why("stock_value", result, _("Nothing is in stock here."))
            return
        if rows[LEVEL].count():
            plot(partial(_chart, rows), key="gauges-chart")
            text = _("Bar: level by units; mark: by value. 100 % is the target, {most} too much.")
            st.caption(plain(text.format(most=formats.short(MAX_COVER, "ratio", None))))
        member_table(board, filters, Rows("gauges-table", _BY, NAMES, rows, result))


def band_bars(filters: Filters, banded: pl.DataFrame, result: Result) -> None:
    """How many SKUs of each place stand how; a click on a part keeps the place."""
    names = (LEVEL, "safety_stock", "reorder_point", "target_stock")
    with panel("bands", _("SKUs by water level"), names, result, filters):
        counts = band_counts(banded)
        if counts.is_empty():
            say_why("target_stock", result, _("Nothing is in stock here."))
            return
        key = "bands-chart"
        plot(partial(_bars, counts), key=key, on_select=lambda: _keep(key))
        text = _(
            "Goods bought once are held against what the rest of their season is expected to keep: "
            "below {share} of it they count as below safety stock, below all of it as time to "
            "order, beyond {most} as too much."
        )
        shares = [formats.short(each, "ratio", None) for each in (HALF_A_SEASON, MAX_COVER)]
        st.caption(plain(text.format(share=shares[0], most=shares[1])))


def _chart(rows: pl.DataFrame) -> Any:
    places = [member(_BY, each) for each in rows[_BY]]
    level, value = (rows[name].cast(pl.Float64) for name in (LEVEL, BY_VALUE))
    frame = pl.DataFrame(
        {
            "place": places,
            "level": level.clip(0, _LONGEST),
            "value": value.clip(0, _LONGEST),
            "said": [formats.short(each, "ratio", None) for each in level],
            "worth": [formats.short(each, "ratio", None) for each in value],
        }
    ).with_columns(pl.format("{} · {}", "said", "worth").alias("both"))
    bounds = [0.0, 1.0, float(MAX_COVER), _LONGEST]
    zones = pl.DataFrame(
        {
            "band": ["low", "healthy", "over"],
            "from": bounds[:-1],
            "to": bounds[1:],
        }
    ).join(frame.select("place"), how="cross")
    y = alt.Y("place:N", sort=places, title=None, axis=alt.Axis(labelColor=axes.ink()))
    scale = alt.Scale(domain=[0, _LONGEST])
    axis = alt.Axis(format=".0%", values=bounds, labelColor=axes.grey(), grid=False)
    colour = alt.Scale(domain=list(BAND_COLOURS), range=list(BAND_COLOURS.values()))
    back = (
        alt.Chart(zones)
        .mark_bar(height=24, opacity=0.28)
        .encode(
            y=y,
            x=alt.X("from:Q", scale=scale, axis=axis, title=None),
            x2=alt.X2("to:Q"),
            color=alt.Color("band:N", scale=colour, legend=None),
        )
    )
    said = [
        alt.Tooltip("place:N", title=_("Warehouse")),
        alt.Tooltip("said:N", title=_(METRICS[LEVEL].title)),
        alt.Tooltip("worth:N", title=_(METRICS[BY_VALUE].title)),
    ]
    base = alt.Chart(frame).encode(y=y, tooltip=said)
    bar = base.mark_bar(height=9, color=NOW).encode(x=alt.X("level:Q", scale=scale))
    tick = base.mark_tick(thickness=3, height=24, color=axes.ink()).encode(x=alt.X("value:Q"))
    text = base.mark_text(align="right", dx=-8, color=axes.ink()).encode(
        x=alt.XDatum(_LONGEST), text=alt.Text("both:N")
    )
    return (back + bar + tick + text).properties(height=_ROW * rows.height + 30)


def _bars(counts: pl.DataFrame) -> Any:
    places = counts["warehouse"].unique(maintain_order=True).to_list()
    told = counts.with_columns(
        pl.Series("title", [_(BAND_TITLES[each]) for each in counts["band"]], pl.String),
        pl.Series("name", [member(_BY, each) for each in counts[_BY]], pl.String),
        pl.col(_BY).fill_null(UNKNOWN),
    )
    titles = [_(BAND_TITLES[each]) for each in BANDS]
    colours = alt.Scale(domain=titles, range=list(BAND_COLOURS.values()))
    pick = alt.selection_point(name=_PICK, fields=[_BY], on="click", empty=False)
    return (
        alt.Chart(told)
        .mark_bar(height=22)
        .encode(
            y=alt.Y("name:N", sort="-x", title=None, axis=alt.Axis(labelColor=axes.ink())),
            x=alt.X("skus:Q", title=_("SKUs"), axis=axes.value_axis("count")),
            color=alt.Color("title:N", scale=colours, sort=titles, legend=axes.legend(2)),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("name:N", title=_("Warehouse")),
                alt.Tooltip("title:N", title=_("Water level")),
                alt.Tooltip("skus:Q", title=_("SKUs")),
            ],
        )
        .add_params(pick)
        .properties(height=_ROW * len(places) + 130)
    )


def _keep(key: str) -> None:
    picked = st.session_state[key].selection.get(_PICK, ())
    if picked:
        links.change({_BY: picked[0][_BY]})
