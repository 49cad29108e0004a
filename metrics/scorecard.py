"""How the business is judged: each metric beside its target and what others reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.text import N_
from metrics.catalogue import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.state import Benchmark

SECTIONS: dict[str, tuple[str, ...]] = {
    N_("Business"): ("paid_sales", "gross_margin", "net_margin", "spend_share", "roas"),
    N_("Efficiency"): (
        "turnover_days",
        "on_time_48h",
        "supplier_response_hours",
        "after_sales_48h",
        "stockout_rate",
    ),
    N_("User value"): ("pay_conversion", "repurchase_rate", "high_value_retention", "ltv", "nps"),
    N_("Brand"): ("social_volume", "sentiment", "awareness"),
}
"""What is judged, by the side from which it is."""
JUDGED = tuple(name for names in SECTIONS.values() for name in names)


@dataclass(frozen=True)
class Score:
    """A metric beside what it is measured by.

    Attributes:
        metric: its name.
        actual: what it is.
        target: what it shall be.
        is_met: whether it is that, by the metric's better direction; None where nobody can say.
        benchmark: what others reach, the latest that was kept.
    """

    metric: str
    actual: float | None
    target: float | None
    is_met: bool | None
    benchmark: Benchmark | None


def scores(
    names: Iterable[str],
    row: Mapping[str, float | None],
    benchmarks: Iterable[Benchmark],
    *,
    is_over: bool,
) -> tuple[Score, ...]:
    """The scores of metrics.

    Args:
        names: the metrics.
        row: each of them, and its target as `<metric>_target`.
        benchmarks: those that are kept.
        is_over: whether the range is over: what adds up cannot have missed its target before.
    """
    kept: dict[str, Benchmark] = {}
    for each in sorted(benchmarks, key=lambda benchmark: benchmark.as_of):
        kept[each.metric] = each
    return tuple(_score(name, row, kept.get(name), is_over=is_over) for name in names)


def _score(
    name: str, row: Mapping[str, float | None], benchmark: Benchmark | None, *, is_over: bool
) -> Score:
    actual, target = row[name], row.get(f"{name}_target")
    met = is_reached(name, actual, target)
    adds_up = METRICS[name].unit in {"money", "count"}
    if adds_up and not is_over and met is False:
        met = None
    return Score(name, actual, target, met, benchmark)


def is_reached(name: str, actual: float | None, target: float | None) -> bool | None:
    """Whether a metric is at least as good as its target; None where one cannot say."""
    better = METRICS[name].better
    if actual is None or target is None or better == "neither":
        return None
    return actual >= target if better == "up" else actual <= target
