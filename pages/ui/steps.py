"""The way of visitors to payment as bars, one below the other, each with its share of the first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import polars as pl

from metrics import METRICS
from metrics.steps import step_rates
from pages.ui import axes, formats
from pages.ui.charts import NOW
from pages.ui.plot import plot
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STEP = 44


class Step(NamedTuple):
    """One bar: its metric, and the title that it has among the others."""

    name: str
    title: str


def draw_steps(key: str, steps: Sequence[Step], row: Mapping[str, float | None]) -> None:
    """A bar a step of what is known.

    Args:
        key: the name of the chart.
        steps: in their order.
        row: the answer that holds their metrics.
    """
    known = [step for step in steps if row[step.name] is not None]
    values = [float(row[step.name] or 0.0) for step in known]
    rates = step_rates(values)
    frame = pl.DataFrame(
        {
            "title": [_(step.title) for step in known],
            "value": values,
            "count": [formats.exact(value, "count", None) for value in values],
            "share": [formats.short(each.of_first, "ratio", None) for each in rates],
            "onward": [formats.short(each.of_before, "ratio", None) for each in rates],
            "said": [
                f"{formats.short(value, METRICS[step.name].unit, None)} · "
                f"{formats.short(each.of_first, 'ratio', None)}"
                for step, value, each in zip(known, values, rates, strict=True)
            ],
        }
    )
    plot(partial(_chart, frame), key=key)


def _chart(frame: pl.DataFrame) -> Any:
    order = frame["title"].to_list()
    base = alt.Chart(frame).encode(
        y=alt.Y("title:N", title=None, sort=order, axis=alt.Axis(labelColor=axes.ink())),
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domainMax=_room(frame))),
        tooltip=[
            alt.Tooltip("title:N", title=_("Step")),
            alt.Tooltip("count:N", title=_("Reached it")),
            alt.Tooltip("share:N", title=_("Of the first")),
            alt.Tooltip("onward:N", title=_("Of the one before")),
        ],
    )
    bars = base.mark_bar(color=NOW, cornerRadiusEnd=3)
    text = base.mark_text(align="left", dx=6, color=axes.ink()).encode(text=alt.Text("said:N"))
    return (bars + text).properties(height=_STEP * max(frame.height, 1))


def _room(frame: pl.DataFrame) -> float:
    """To the right of the longest bar its text has its place."""
    longest: float = frame["value"].max() or 1.0  # type: ignore[assignment]
    return longest * 1.6
