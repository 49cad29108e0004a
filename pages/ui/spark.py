"""The line under a card's number: a picture that costs a browser nothing.

The chart that `st.metric` draws itself takes the browser 40 ms, and a page has six: a quarter of
all that it does for a page.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import polars as pl
import streamlit as st

from pages.ui import formats
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.metric import Unit

_TALL, _EDGE = 40.0, 2.0
"""The picture is a hundred wide; the line keeps off its upper and lower edge."""
_COLOURS = {"green": "greenColor", "red": "redColor", "grey": "grayTextColor"}
Shade = Literal["green", "red", "grey"]


def shade(delta_color: Literal["normal", "inverse", "off"], change: float | None) -> Shade:
    """The colour in which `st.metric` shows a change."""
    if change is None or delta_color == "off":
        return "grey"
    return "green" if (change >= 0) == (delta_color == "normal") else "red"


def spark(series: pl.Series, colour: Shade, unit: Unit, currency: str | None) -> None:
    """The known numbers as a line, where there are two; in words the lowest, highest and last."""
    values = series.drop_nulls().cast(pl.Float64).to_list()
    if len(values) < 2:  # noqa: PLR2004 (a line)
        return
    least, most, last = (
        formats.short(each, unit, currency) for each in (min(values), max(values), values[-1])
    )
    said = _("Over time: lowest {least}, highest {most}, last {last}")
    text = escape(said.format(least=least, most=most, last=last))
    theme = st.context.theme.type or "light"
    ink = str(st.get_option(f"theme.{theme}.{_COLOURS[colour]}"))
    image = quote(_picture(values, ink))
    st.html(f'<img class="spark" alt="{text}" title="{text}" src="data:image/svg+xml,{image}">')


def _picture(values: Sequence[float], ink: str) -> str:
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in _points(values))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="none" '
        f'viewBox="0 0 100 {_TALL:g}">'
        f'<polygon points="0,{_TALL:g} {line} 100,{_TALL:g}" fill="{ink}" fill-opacity=".12"/>'
        f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="2" '
        'stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>'
    )


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    """Where the numbers lie: from the left to the right, the lowest at the bottom."""
    least, most = min(values), max(values)
    tall = (_TALL - 2 * _EDGE) / ((most - least) or 1)
    wide = 100 / (len(values) - 1)
    return [(n * wide, _TALL - _EDGE - (each - least) * tall) for n, each in enumerate(values)]
