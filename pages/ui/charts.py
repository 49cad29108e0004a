"""Charts: one colour for now, grey for then, dashes for what is not over yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl

from metrics import METRICS
from pages.ui import formats
from pages.ui.text import _, language

if TYPE_CHECKING:
    from metrics.metric import Unit
    from metrics.periods import Grain
    from metrics.query import Query

NOW, THEN = "#3a7bc0", "#8b95a1"
"""Both reach a contrast of 3 on the light and on the dark background."""
_HEIGHT = 280
_STEPS = {
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "K")),
    "zh-CN": ((1e8, "亿"), (1e4, "万")),
}
_TICKS: dict[str, dict[Grain, str]] = {
    "en": {
        "hour": "%H:%M",
        "day": "%-d %b",
        "week": "%-d %b",
        "month": "%b %Y",
        "quarter": "%b %Y",
        "year": "%Y",
    },
    "zh-CN": {
        "hour": "%H:%M",
        "day": "%-m月%-d日",
        "week": "%-m月%-d日",
        "month": "%Y年%-m月",
        "quarter": "%Y年%-m月",
        "year": "%Y年",
    },
}


def trend(
    frame: pl.DataFrame, name: str, query: Query, titles: tuple[str, str], currency: str | None
) -> Any:
    """A metric of a filled answer over time, its comparison behind it.

    Args:
        frame: from `filled`.
        name: the metric.
        query: what the frame answers.
        titles: of the current range and of the comparison.
        currency: that of amounts.
    """
    metric = METRICS[name]
    now, then = titles
    lines = _lines(frame, {metric.name: now, f"{metric.name}_{query.compare}": then})
    lines = lines.with_columns(
        pl.Series("when", [formats.period(each, query.grain or "day") for each in lines["period"]]),
        pl.Series("text", [formats.exact(v, metric.unit, currency) for v in lines["value"]]),
    )
    colours = alt.Scale(domain=[now, then], range=[NOW, THEN])
    base = alt.Chart(lines).encode(
        x=alt.X("period:T", title=None, axis=_time_axis(query.grain or "day")),
        y=alt.Y("value:Q", title=None, axis=_axis(metric.unit), scale=_scale(metric.unit)),
        color=alt.Color("line:N", scale=colours, legend=alt.Legend(title=None, orient="top")),
        detail="open:N",
    )
    hover = alt.selection_point(
        fields=["period"], nearest=True, on="pointerover", empty=False, clear="pointerout"
    )
    drawn = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("open:N", scale=_DASHES, legend=None)
    )
    points = base.mark_point(filled=True, size=60).encode(
        opacity=alt.condition(hover, alt.value(1), alt.value(0)),
        tooltip=[
            alt.Tooltip("when:N", title=_("Period")),
            alt.Tooltip("line:N", title=_("Series")),
            alt.Tooltip("text:N", title=_(metric.title)),
        ],
    )
    return (drawn + points.add_params(hover)).properties(height=_HEIGHT)


_DASHES = alt.Scale(domain=[False, True], range=[[1, 0], [4, 4]])


def _lines(frame: pl.DataFrame, titles: dict[str, str]) -> pl.DataFrame:
    """One row a line and period: `period`, `line`, `value`, `open` for what is not over.

    The period before an open one belongs to both, so that the line does not break.
    """
    marks = frame["partial"]
    parts = []
    for column, title in reversed(titles.items()):
        if column not in frame.columns:
            continue
        part = frame.select(
            "period", pl.lit(title).alias("line"), pl.col(column).cast(pl.Float64).alias("value")
        )
        is_now = column in METRICS
        opened = marks if is_now else pl.Series([False] * len(marks), dtype=pl.Boolean)
        parts.append(part.filter(~opened).with_columns(open=pl.lit(value=False)))
        if opened.any():
            before = opened | opened.shift(-1, fill_value=False)
            parts.append(part.filter(before).with_columns(open=pl.lit(value=True)))
    return pl.concat(parts).drop_nulls("value")


def _axis(unit: Unit) -> alt.Axis:
    if unit == "ratio":
        return alt.Axis(format=".0%", tickCount=5)
    label = "format(datum.value, ',~r')"
    for size, sign in reversed(_STEPS[language()]):
        short = f"format(datum.value / {size}, ',.3~r') + '{sign}'"
        label = f"abs(datum.value) >= {size} ? {short} : {label}"
    return alt.Axis(labelExpr=label, tickCount=5)


def _scale(unit: Unit) -> alt.Scale:
    """Amounts start at zero; a ratio is read by its changes."""
    return alt.Scale(zero=unit != "ratio", nice=True)


def _time_axis(grain: Grain) -> alt.Axis:
    return alt.Axis(format=_TICKS[language()][grain], grid=False, labelOverlap=True, tickCount=8)
