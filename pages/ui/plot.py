"""Charts on their way to the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt


# To hold a chart against the schema of Vega-Lite takes half of what the chart costs: tests do it.
CHECKED = False


class _Sent:
    """A chart as Streamlit reads it."""

    def __init__(self, chart: Any) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        spec: dict[str, Any] = self._chart.to_dict(validate=CHECKED)
        return spec


def plot(chart: Any, key: str, on_select: Callable[[], None] | None = None) -> None:
    """Shows a chart over the whole width.

    Args:
        chart: an Altair chart.
        key: its own on the page.
        on_select: what a click does; without it nothing can be picked.
    """
    sent = cast("alt.Chart", _Sent(chart))
    st.altair_chart(sent, width="stretch", key=key, on_select=on_select or "ignore")
