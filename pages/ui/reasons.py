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
    metric, amount = METRICS[first.name], last.end - first.end
    if amount == 0:
        return _(_SAME).format(title=_(metric.title))
    moved = [step for step in factors if step.amount]
    leading = sorted(moved, key=lambda step: -abs(step.amount))[:_NAMED]
    named = [
        f"{_(METRICS[step.name].title)} {formats.signed(step.amount, metric.unit, currency)}"
        for step in leading
    ]
    return _(_ROSE if amount > 0 else _FELL).format(
        title=_(metric.title),
        amount=formats.short(abs(amount), metric.unit, currency),
        change=formats.change(amount / first.end if first.end else None, "count"),
        list=("、" if language() == "zh-CN" else ", ").join(named),
    )
