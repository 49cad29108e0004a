"""Charts: one colour for now, grey for then, dashes for what is not over yet."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import streamlit as st

from metrics import METRICS
from pages.ui import formats
from pages.ui.text import _, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.metric import Metric, Unit
    from metrics.periods import Grain
    from metrics.query import Query

NOW, THEN = "#3a7bc0", "#8b95a1"
"""Both reach a contrast of 3 on the light and on the dark background."""
_LABEL = "#5b6672"
_HEIGHT = 280
_FEW = 3
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
    lines = lines.join(_said(frame, name, query, currency), on="period")
    colours = alt.Scale(domain=[now, then], range=[NOW, THEN])
    base = alt.Chart(lines).encode(
        x=alt.X("period:T", title=None, axis=_time_axis(query.grain or "day")),
        y=alt.Y("value:Q", title=None, axis=_axis(metric.unit), scale=_scale(metric.unit)),
        color=alt.Color("line:N", scale=colours, legend=_legend()),
        detail="stroke:N",
    )
    hover = alt.selection_point(
        fields=["period"], nearest=True, on="pointerover", empty=False, clear="pointerout"
    )
    drawn = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("open:N", scale=_DASHES, legend=None)
    )
    resting = 1 if frame.height <= _FEW else 0
    points = base.mark_point(filled=True, size=60).encode(
        opacity=alt.condition(hover, alt.value(1), alt.value(resting)),
        tooltip=[
            alt.Tooltip("when:N", title=_("Period")),
            alt.Tooltip("now:N", title=now),
            *([alt.Tooltip("then:N", title=then)] if query.compare else []),
        ],
    )
    return (drawn + points.add_params(hover)).properties(height=_HEIGHT)


_DASHES = alt.Scale(domain=[False, True], range=[[1, 0], [4, 4]])


def _lines(frame: pl.DataFrame, titles: dict[str, str]) -> pl.DataFrame:
    """One row a stroke and period: `period`, `line`, `stroke`, `open` (not over), `value`."""
    never = [False] * frame.height
    strokes = [
        frame[rows].select(
            "period",
            pl.lit(title).alias("line"),
            pl.lit(f"{column} {number}").alias("stroke"),
            pl.lit(is_open).alias("open"),
            pl.col(column).cast(pl.Float64).alias("value"),
        )
        for column, title in reversed(titles.items())
        if column in frame.columns
        for number, (is_open, rows) in enumerate(
            _strokes(unfinished(frame, METRICS[column]) if column in METRICS else never)
        )
    ]
    return pl.concat(strokes).drop_nulls("value")


def unfinished(frame: pl.DataFrame, metric: Metric) -> list[bool]:
    """Which periods are not over, or hold orders that still lose refunds."""
    marks = ["partial", *(["immature"] if metric.cohort else [])]
    return frame.select(pl.any_horizontal(marks)).to_series().to_list()


def _said(frame: pl.DataFrame, name: str, query: Query, currency: str | None) -> pl.DataFrame:
    """What hovering says of each period: `when`, `now` and, with a comparison, `then`."""
    unit, grain = METRICS[name].unit, query.grain or "day"
    columns = {"now": name, "then": f"{name}_{query.compare}"}
    texts = {
        key: [formats.exact(value, unit, currency) for value in frame[column]]
        for key, column in columns.items()
        if column in frame.columns
    }
    when = [formats.period(each, grain) for each in frame["period"]]
    return pl.DataFrame({"period": frame["period"], "when": when, **texts})


def _strokes(opened: list[bool]) -> Iterator[tuple[bool, list[int]]]:
    """Runs of rows that are drawn alike; an open run reaches to its neighbours on both sides."""
    for is_open, run in groupby(range(len(opened)), key=opened.__getitem__):
        rows = list(run)
        if is_open:
            rows = list(range(max(rows[0] - 1, 0), min(rows[-1] + 2, len(opened))))
        yield is_open, rows


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="top", **_readable())


def _readable() -> dict[str, Any]:
    """Streamlit's grey of labels is too pale on white."""
    return {} if st.context.theme.type == "dark" else {"labelColor": _LABEL}


def _axis(unit: Unit) -> alt.Axis:
    if unit == "ratio":
        return alt.Axis(format=".0%", tickCount=5, **_readable())
    label = "format(datum.value, ',~r')"
    for size, sign in reversed(_STEPS[language()]):
        short = f"format(datum.value / {size}, ',.3~r') + '{sign}'"
        label = f"abs(datum.value) >= {size} ? {short} : {label}"
    return alt.Axis(labelExpr=label, tickCount=5, **_readable())


def _scale(unit: Unit) -> alt.Scale:
    """Amounts start at zero; a ratio is read by its changes."""
    return alt.Scale(zero=unit != "ratio", nice=True)


def _time_axis(grain: Grain) -> alt.Axis:
    ticks = _TICKS[language()][grain]
    return alt.Axis(format=ticks, grid=False, labelOverlap=True, tickCount=8, **_readable())
