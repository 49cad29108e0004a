"""Two segments side by side: what each is, and how far they are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from metrics.catalogue import METRICS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrics.metric import Metric

    Row = Mapping[str, float | None]


class Beside(NamedTuple):
    """A metric of two segments.

    Attributes:
        metric: the metric.
        first: its value in the first segment.
        second: its value in the second.
        apart: how far the second lies from the first: points for a ratio (0.02 is two), else
            relative to the first (0.02 is 2 %); None where a side is unknown or the first is 0.
    """

    metric: Metric
    first: float | None
    second: float | None
    apart: float | None


def side_by_side(names: Sequence[str], first: Row, second: Row) -> tuple[Beside, ...]:
    """The metrics of two segments, from the rows that answer for each."""
    return tuple(_beside(METRICS[name], first[name], second[name]) for name in names)


def _beside(metric: Metric, first: float | None, second: float | None) -> Beside:
    if first is None or second is None or (metric.unit != "ratio" and first == 0):
        return Beside(metric, first, second, None)
    apart = second - first
    return Beside(metric, first, second, apart if metric.unit == "ratio" else apart / abs(first))
