"""Charts: one colour for now, grey for then, dashes for what is not over yet."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import polars as pl

from metrics import METRICS
from metrics.festivals import festivals
from pages.ui import axes, formats
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics import Query
    from metrics.metric import Metric

NOW, THEN = "#3a7bc0", "#8b95a1"
"""Both reach a contrast of 3 on the light and on the dark background."""
_HEIGHT = 280
_FEW = 3
_DASHES = alt.Scale(domain=[False, True], range=[[1, 0], [4, 4]])


class Series(NamedTuple):
    """What a trend shows.

    Attributes:
        frame: from `filled`.
        query: what it answers.
        name: the metric that is drawn.
        now: the title of the current range.
        then: the title of the comparison.
        currency: that of amounts.
    """

    frame: pl.DataFrame
    query: Query
    name: str
    now: str
    then: str
    currency: str | None


def trend(series: Series) -> Any:
    """A metric over time, its comparison behind it, the festivals of the range marked."""
    metric, grain = METRICS[series.name], series.query.grain or "day"
    lines = _lines(series).join(_said(series), on="period")
    colours = alt.Scale(domain=[series.now, series.then], range=[NOW, THEN])
    base = alt.Chart(lines).encode(
        x=alt.X("period:T", title=None, axis=axes.time_axis(grain)),
        y=alt.Y(
            "value:Q",
            title=None,
            axis=axes.value_axis(metric.unit),
            scale=axes.value_scale(metric.unit),
        ),
        color=alt.Color("line:N", scale=colours, legend=axes.legend()),
        detail=alt.Detail("stroke:N"),
    )
    drawn = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("open:N", scale=_DASHES, legend=None)
    )
    layers = [*_festivals(series), drawn, _points(base, series)]
    return alt.layer(*layers).properties(height=_HEIGHT)


def unfinished(frame: pl.DataFrame, metric: Metric) -> list[bool]:
    """Which periods are not over, or hold orders that still lose refunds."""
    marks = ["partial", *(["immature"] if metric.cohort else [])]
    return frame.select(pl.any_horizontal(marks)).to_series().to_list()


def _points(base: Any, series: Series) -> Any:
    """The point nearest to the pointer, with what it says; few points are seen at rest too."""
    hover = alt.selection_point(
        fields=["period"], nearest=True, on="pointerover", empty=False, clear="pointerout"
    )
    resting = 1 if series.frame.height <= _FEW else 0
    said = [alt.Tooltip("when:N", title=_("Period")), alt.Tooltip("now:N", title=series.now)]
    if series.query.compare:
        said.append(alt.Tooltip("then:N", title=series.then))
    points = base.mark_point(filled=True, size=60).encode(
        opacity=alt.OpacityValue(**alt.condition(hover, alt.value(1), alt.value(resting))),
        tooltip=said,
    )
    return points.add_params(hover)


def _festivals(series: Series) -> Iterator[alt.Chart]:
    """A dotted line with its name on the day of each festival in the range."""
    query = series.query
    found = [each for each in festivals() if query.start <= each.day < query.end]
    if not found:
        return
    days = [each.day for each in found]
    names = [_(each.name) for each in found]
    marks = alt.Chart(pl.DataFrame({"period": days, "name": names})).encode(x=alt.X("period:T"))
    yield marks.mark_rule(strokeDash=[2, 3], color=THEN)
    label = marks.mark_text(align="left", dx=4, dy=8, color=axes.grey(), fontSize=11)
    yield label.encode(text=alt.Text("name:N"), y=alt.value(0))


def _lines(series: Series) -> pl.DataFrame:
    """One row a stroke and period: `period`, `line`, `stroke`, `open` (not over), `value`."""
    frame = series.frame
    titles = {f"{series.name}_{series.query.compare}": series.then, series.name: series.now}
    never = [False] * frame.height
    strokes = [
        frame[rows].select(
            "period",
            pl.lit(title).alias("line"),
            pl.lit(f"{column} {number}").alias("stroke"),
            pl.lit(is_open).alias("open"),
            pl.col(column).cast(pl.Float64).alias("value"),
        )
        for column, title in titles.items()
        if column in frame.columns
        for number, (is_open, rows) in enumerate(
            _strokes(unfinished(frame, METRICS[column]) if column in METRICS else never)
        )
    ]
    return pl.concat(strokes).drop_nulls("value")


def _said(series: Series) -> pl.DataFrame:
    """What hovering says of each period: `when`, `now` and, with a comparison, `then`."""
    frame, query = series.frame, series.query
    unit, grain = METRICS[series.name].unit, query.grain or "day"
    columns = {"now": series.name, "then": f"{series.name}_{query.compare}"}
    texts = {
        key: [formats.exact(value, unit, series.currency) for value in frame[column]]
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
