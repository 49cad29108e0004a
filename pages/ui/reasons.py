"""One sentence on why a number changed, from the numbers alone: contributors, never causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.text import N_
from metrics import METRICS
from pages.ui import formats
from pages.ui.text import _, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.factors import Step

_NAMED = 3
_ROSE = N_("{title} rose by {amount} ({change}). Largest contributors: {list}.")
_FELL = N_("{title} fell by {amount} ({change}). Largest contributors: {list}.")
_SAME = N_("{title} did not change.")


def sentence(steps: Sequence[Step], currency: str | None) -> str:
    """How much the number changed, and what brought most of it.

    Args:
        steps: from `metrics.factors.waterfall`.
        currency: that of amounts.
    """
    first, *factors, last = steps
    parts = [(_(METRICS[step.name].title), step.amount) for step in factors]
    return of_parts(first.name, (first.end, last.end), parts, currency)


def of_parts(
    name: str, sides: tuple[float, float], parts: Sequence[tuple[str, float]], currency: str | None
) -> str:
    """By how much a metric changed, and which parts of its change are the largest.

    Args:
        name: the metric.
        sides: what it was and what it is.
        parts: what each is called, in the reader's language, and what it brought.
        currency: that of amounts.
    """
    metric, (then, now) = METRICS[name], sides
    if now == then:
        return _(_SAME).format(title=_(metric.title))
    leading = sorted((each for each in parts if each[1]), key=lambda each: -abs(each[1]))[:_NAMED]
    named = [
        f"{each} {formats.signed(brought, metric.unit, currency)}" for each, brought in leading
    ]
    return _(_ROSE if now > then else _FELL).format(
        title=_(metric.title),
        amount=formats.short(abs(now - then), metric.unit, currency),
        change=formats.change((now - then) / then if then else None, "count"),
        list=("、" if language() == "zh-CN" else ", ").join(named),
    )
