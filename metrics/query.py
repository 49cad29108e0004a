"""The question: a frozen, hashable value that screens, commands, alarms and exports all make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from connectors.errors import UserError, unknown
from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.params import checked as checked_params
from metrics.periods import Grain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from metrics.access import Access, Filter

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


def checked(query: Query, access: Access) -> Query:
    """The question with its parts in one order, so that equal questions are equal values.

    Raises:
        UserError: for what is unknown, impossible, or not allowed to the role.
    """
    if not query.metrics:
        raise UserError("Name at least one metric: `python -m metrics list` shows them.")
    _names("metric", query.metrics, METRICS)
    _names("grain", [query.grain] if query.grain else [], get_args(Grain))
    _names("comparison", [query.compare] if query.compare else [], get_args(Comparison))
    dimensions = (*query.by, *(name for name, _ in query.where))
    _names("dimension", dimensions, DIMENSIONS)
    _range(query)
    _allowed(query.metrics, dimensions, access)
    merged: dict[str, set[str]] = {}
    for name, members in query.where:
        merged.setdefault(name, set()).update(members)
    return replace(
        query,
        metrics=tuple(dict.fromkeys(query.metrics)),
        by=tuple(dict.fromkeys(query.by)),
        where=tuple((name, tuple(sorted(merged[name]))) for name in sorted(merged)),
        params=checked_params(query.params),
    )


def _names(kind: str, given: Iterable[str], valid: Iterable[str]) -> None:
    allowed = tuple(valid)
    for name in given:
        if name not in allowed:
            raise unknown(kind, name, allowed)


def _range(query: Query) -> None:
    if query.end <= query.start:
        raise UserError(
            "The range ends on {end}, not after its start {start}: --to is the day after the last.",
            end=query.end,
            start=query.start,
        )
    if query.top is not None and (query.top < 1 or not query.by):
        raise UserError("--top takes a number of 1 or more, and a dimension to rank (--by).")


def _allowed(metrics: Iterable[str], dimensions: Iterable[str], access: Access) -> None:
    for name in metrics:
        if access.metrics is not None and name not in access.metrics:
            raise UserError("The role {role} may not see {name}.", role=access.role, name=name)
    for name in dimensions:
        if name in access.hidden:
            raise UserError("The role {role} may not see {name}.", role=access.role, name=name)
