"""The question: a frozen, hashable value that screens, commands, alarms and exports all make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from metrics.access import Filter
    from metrics.periods import Grain

Comparison = Literal["previous", "year", "target"]


@dataclass(frozen=True)
class Query:
    """Metrics over the half-open range [start, end) of business days.

    Attributes:
        metrics: names of the dictionary, each once.
        start: first day.
        end: day after the last.
        grain: one row per period of this length; None for one row over the whole range.
        by: dimensions to group by.
        where: per dimension the members to keep; "(unknown)" keeps rows without one.
        compare: previous range, the year before, or the target.
        compared: the metrics that are compared; without any all of them.
        top: keep the best members of the first dimension by the first metric over the whole
            range; the rest is asked again as "(other)".
        params: settings of the question, as (("maturity", "30"),).
    """

    metrics: tuple[str, ...]
    start: date
    end: date
    grain: Grain | None = None
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    compare: Comparison | None = None
    top: int | None = None
    params: tuple[tuple[str, str], ...] = ()
    compared: tuple[str, ...] = ()

    @property
    def against(self) -> tuple[str, ...]:
        """The metrics that the answer compares."""
        return () if self.compare is None else self.compared or self.metrics
