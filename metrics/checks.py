"""Whether a question can be asked: its names, its range, and who asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from connectors.errors import UserError, unknown
from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.params import checked as checked_params
from metrics.periods import Grain
from metrics.query import Comparison

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrics.access import Access
    from metrics.query import Query


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
    _names("compared metric", query.compared, query.metrics)
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
