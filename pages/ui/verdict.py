"""Whether a change is good news: the metric's better direction, in the colours of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from metrics.metric import Metric


def colour(metric: Metric, good: str) -> Literal["normal", "inverse", "off"]:
    """The colours of a change: streamlit's "normal" is green for more."""
    if metric.better == "neither":
        return "off"
    return "normal" if (metric.better == "up") == (good == "green") else "inverse"
