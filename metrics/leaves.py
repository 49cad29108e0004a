"""Which questions a metric comes down to: the leaves of its formulas, and the order to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics import formula
from metrics.catalogue import METRICS
from metrics.metric import Choice, Days, Formula, Metric, Stored
from metrics.params import value

if TYPE_CHECKING:
    from collections.abc import Iterable


Params = tuple[tuple[str, str], ...]


def expand(names: Iterable[str], params: Params = ()) -> tuple[Metric, ...]:
    """The metrics and all that they need under these settings, each once, needed ones first."""
    found: dict[str, Metric] = {}
    for name in names:
        _visit(METRICS[name], params, found)
    return tuple(found.values())


def _visit(metric: Metric, params: Params, found: dict[str, Metric]) -> None:
    if metric.name in found:
        return
    for name in _needed(metric, params):
        _visit(METRICS[name], params, found)
    found[metric.name] = metric


def _needed(metric: Metric, params: Params) -> tuple[str, ...]:
    match metric.kind:
        case Formula(text):
            return formula.names(text)
        case Choice(param) as choice:
            return (choice.chosen(value(params, param)),)
    return ()


def counts_nothing_as_zero(name: str) -> bool:
    """Whether no rows mean 0: true of sums and counts, not of what divides or was planned."""
    kind = METRICS[name].kind
    match kind:
        case Formula(text):
            needed = formula.names(text)
            sums = not formula.calls_unknown(text)
            return sums and all(counts_nothing_as_zero(each) for each in needed)
        case Choice():
            return all(counts_nothing_as_zero(each) for _, each in kind.options)
        case Stored() | Days():
            return False
    return kind.empty == 0
