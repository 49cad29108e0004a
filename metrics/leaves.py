"""Which questions a metric comes down to: the leaves of its formulas, and the order to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics import formula
from metrics.catalogue import METRICS
from metrics.metric import Formula, Metric, Stored

if TYPE_CHECKING:
    from collections.abc import Iterable


def expand(names: Iterable[str]) -> tuple[Metric, ...]:
    """The metrics and all that their formulas need, each once, needed ones first."""
    found: dict[str, Metric] = {}
    for name in names:
        _visit(METRICS[name], found)
    return tuple(found.values())


def _visit(metric: Metric, found: dict[str, Metric]) -> None:
    if metric.name in found:
        return
    if isinstance(metric.kind, Formula):
        for name in formula.names(metric.kind.text):
            _visit(METRICS[name], found)
    found[metric.name] = metric


def counts_nothing_as_zero(name: str) -> bool:
    """Whether no rows mean 0: true of sums and counts, not of what divides or was planned."""
    kind = METRICS[name].kind
    if isinstance(kind, Formula):
        needed = formula.names(kind.text)
        return "/" not in kind.text and all(counts_nothing_as_zero(each) for each in needed)
    return not isinstance(kind, Stored)
