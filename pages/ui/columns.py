"""Columns of tables: titles, numbers as the language writes them, changes in their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from metrics import DIMENSIONS, METRICS
from metrics.output import heading
from pages.ui import formats
from pages.ui.cards import begins_late
from pages.ui.text import _
from pages.ui.written import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from metrics import Result
    from metrics.metric import Metric

CHANGE = "_change"
"""What the name of a column ends in that holds the change of a metric."""
_COLOURS = {
    "light": {"red": "color: #b3261e", "green": "color: #0b6b3a"},
    "dark": {"red": "color: #ff8f88", "green": "color: #74d6a0"},
}
"""Of changes; each reaches a contrast of 4.5 on its background."""


def with_change(names: Sequence[str], frame: pl.DataFrame) -> list[str]:
    """The metrics, the change of the first beside it where the frame has one."""
    change = f"{names[0]}{CHANGE}"
    return [names[0], *([change] if change in frame.columns else []), *names[1:]]


def configured(columns: Sequence[str]) -> dict[str, Any]:
    """How streamlit shows the columns: a dimension stays in sight, a metric explains itself."""
    configs: dict[str, Any] = {}
    for name in columns:
        if name in DIMENSIONS:
            title = _(DIMENSIONS[name].title)
            configs[name] = st.column_config.TextColumn(title, pinned=True, width="medium")
        elif metric := METRICS.get(name.removesuffix(CHANGE)):
            is_change = name.endswith(CHANGE)
            configs[name] = st.column_config.NumberColumn(
                _("Change") if is_change else _(metric.title),
                help=None if is_change else _(metric.description),
                alignment="right",
            )
    return configs


def written(shown: pl.DataFrame, result: Result, good: str) -> Written:
    """Numbers as the language writes them, still sorted as numbers; changes in their colours."""
    table = Written(shown)
    for name in shown.columns:
        metric = METRICS.get(name.removesuffix(CHANGE))
        if metric is None:
            continue
        table.say(name, _formatter(name, result.currency))
        if name.endswith(CHANGE) and not begins_late(result):
            table.mark(name, verdict_of(metric, good))
    return table


def verdict_of(metric: Metric, good: str) -> Callable[[float | None], str]:
    """The style of a change: good news, bad news, or neither."""
    style = verdict_style(good)
    sign = {"up": 1, "down": -1, "neither": 0}[metric.better]
    return lambda value: style((value or 0) * sign)


def verdict_style(good: str) -> Callable[[float], str]:
    """The style of good news (above 0), of bad news (below 0), and of neither."""
    colours = _COLOURS[st.context.theme.type or "light"]
    bad = "green" if good == "red" else "red"
    return lambda verdict: "" if verdict == 0 else colours[good if verdict > 0 else bad]


def title_of(column: str) -> str:
    """The reader's name of a column in a file, where no other column stands beside it."""
    if column.endswith(CHANGE):
        title = _(METRICS[column.removesuffix(CHANGE)].title)
        return _("Change of {title}").format(title=title)
    return heading(column, _)


def number_format(column: str) -> str:
    """The number format of a column, as spreadsheets write it; none for texts."""
    metric = METRICS.get(column.removesuffix(CHANGE))
    if metric is None:
        return ""
    if metric.unit == "ratio" or column.endswith(CHANGE):
        return "0.00%"
    return "#,##0" if metric.unit == "count" else "#,##0.00"


def _formatter(name: str, currency: str | None) -> Callable[[float | None], str]:
    unit = METRICS[name.removesuffix(CHANGE)].unit
    if name.endswith(CHANGE):
        return lambda value: formats.change(value, unit)
    return lambda value: formats.whole(value, unit, currency)
