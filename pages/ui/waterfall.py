"""A waterfall: what a number was, what each of its factors brought, what it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from metrics.factors import Step, ground, waterfall
from pages.ui import axes, formats
from pages.ui.charts import NOW, THEN
from pages.ui.names import plain
from pages.ui.panel import panel
from pages.ui.plot import plot
from pages.ui.reasons import sentence
from pages.ui.text import _, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_HEIGHT = 260
_VERDICTS = {"red": "#d64545", "green": "#2e9e63"}
"""Both reach a contrast of 3 on either background."""


class Product(NamedTuple):
    """A metric that equals the product of others."""

    name: str
    factors: tuple[str, ...]


def factors(board: Board, filters: Filters, products: Sequence[Product], whole: Query) -> None:
    """Why a number changed; nothing without an earlier range to compare with.

    Args:
        board: who asks.
        filters: what is asked about.
        products: of these the first is explained whose factors are known on both sides.
        whole: the question over the whole range that has all their metrics.
    """
    if whole.compare not in {"previous", "year"}:
        return
    result = board.ask(whole)
    row = result.frame.row(0, named=True)
    ways = [(each, waterfall(row, each.name, each.factors, whole.compare)) for each in products]
    product, steps = next((way for way in ways if way[1]), ways[-1])
    title = _("{title}: why it changed").format(title=_(METRICS[product.name].title))
    with panel("factors", title, [product.name, *product.factors], result, filters):
        if steps is None:
            st.caption(_("A factor is not known on both sides of the comparison."))
            return
        begin = ground(steps)
        chart = partial(_chart, steps, begin, result.currency, board.settings.good_colour)
        plot(chart, key="factors-chart")
        if begin:
            amount = formats.short(begin, "money", result.currency)
            st.caption(plain(_("The axis begins at {amount}.").format(amount=amount)))
        st.caption(plain(sentence(steps, result.currency)))


def _chart(steps: Sequence[Step], begin: float, currency: str | None, good: str) -> Any:
    """Totals stand on the ground, steps hang between them; their labels say how much."""
    bars = _bars(steps, currency, good).with_columns(
        pl.col("start").clip(begin), pl.col("end").clip(begin)
    )
    order = bars["label"].to_list()
    scale = alt.Scale(domainMin=begin, zero=False) if begin else alt.Scale(zero=True)
    base = alt.Chart(bars).encode(
        x=alt.X("label:N", sort=order, title=None, axis=_names()),
        tooltip=[alt.Tooltip("text:N", title=_("Amount"))],
    )
    drawn = base.mark_bar(size=44, cornerRadius=2).encode(
        y=alt.Y("start:Q", title=None, axis=axes.value_axis("money"), scale=scale),
        y2=alt.Y2("end:Q"),
        color=alt.Color("colour:N", scale=None),
    )
    said = base.mark_text(dy=-8, color=axes.grey()).encode(
        y=alt.Y("top:Q"), text=alt.Text("text:N")
    )
    return (drawn + said).properties(height=_HEIGHT)


def _names() -> alt.Axis:
    """Names over two or three lines, so that they stand side by side on a phone."""
    words = "split(datum.label, ' ')"
    if language() == "zh-CN":
        words = "length(datum.label) > 4 ? [slice(datum.label, 0, 4), slice(datum.label, 4)]"
        words += " : datum.label"
    return alt.Axis(labelExpr=words, labelAngle=0, labelOverlap=False, labelColor=axes.grey())


def _bars(steps: Sequence[Step], currency: str | None, good: str) -> pl.DataFrame:
    first, *middle, last = steps
    bad = "green" if good == "red" else "red"
    rows = [_bar(first, _("Before"), formats.short(first.end, "money", currency), THEN)]
    for step in middle:
        text = ("+" if step.amount > 0 else "") + formats.short(step.amount, "money", currency)
        colour = _VERDICTS[good if step.amount > 0 else bad]
        rows.append(_bar(step, _(METRICS[step.name].title), text, colour))
    rows.append(_bar(last, _("Now"), formats.short(last.end, "money", currency), NOW))
    return pl.DataFrame(rows)


def _bar(step: Step, label: str, text: str, colour: str) -> dict[str, Any]:
    top = max(step.start, step.end)
    return {"label": label, "text": text, "colour": colour, "top": top, **step._asdict()}
