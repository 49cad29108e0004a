"""Which members a dimension ever had: whether a top leaves any out, whenever one asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from metrics.compile import refusal, slice_of
from metrics.metric import Aggregate, RowSet, Stored
from metrics.once import once
from metrics.sent import send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from metrics.metric import Metric
    from metrics.scope import Scope
    from metrics.slice import Slice

_EVER = date(1970, 1, 1), date(2170, 1, 1)


def members_ever(scope: Scope, metrics: Iterable[Metric]) -> int:
    """How many members the question's one dimension has in the facts of the metrics.

    Looked for in the dated rows that the role may see, whatever the filters; once per version.
    """
    start, end = _EVER
    ever = replace(scope, query=replace(scope.query, start=start, end=end, where=()))
    (by,) = ever.query.by
    key = ("members", repr((ever.query, ever.access)))
    return once(
        scope.connector,
        key,
        lambda: len({each for frame in _frames(ever, metrics) for each in frame[by]}),
    )


def _frames(ever: Scope, metrics: Iterable[Metric]) -> Iterator[pl.DataFrame]:
    slices = dict.fromkeys(each for metric in metrics for each in _facts(ever, metric))
    for slice_ in slices:
        members = select(*slice_.members()).select_from(slice_.source())
        dated = members.where(*slice_.filters(), slice_.day.is_not(None)).distinct()
        yield send(ever.connector, dated)
    for metric in metrics:
        if isinstance(metric.kind, Stored):
            yield metric.kind.read(ever)


def _facts(ever: Scope, metric: Metric) -> Iterator[Slice]:
    """The metric's fact, without what is joined to it for the sake of its value."""
    if isinstance(metric.kind, Aggregate | RowSet):
        slice_ = slice_of(ever, metric.kind)
        if refusal(metric, slice_) is None:
            yield replace(slice_, stored=None, lookups=(), over=None)
