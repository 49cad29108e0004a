"""Marks that keep a reader from comparing what is not comparable: partial and immature periods."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from connectors.text import N_
from metrics.compile import Note
from metrics.metric import RowSet
from metrics.periods import LENGTHS
from metrics.scope import PERIOD, local_midnight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metrics.coverage import Coverage
    from metrics.metric import Metric
    from metrics.scope import Scope

PARTIAL = "partial"
IMMATURE = "immature"
SHORT_MEMORY = N_("Facts begin on {first}: purchases before it are not known, so it is too low.")


def marked(
    frame: pl.DataFrame, scope: Scope, metrics: Iterable[Metric], coverage: Coverage
) -> pl.DataFrame:
    """The frame with `partial`, and `immature` where a metric follows orders while they mature.

    A period is partial when the range cuts it or it is not over; it is immature when its last
    orders are younger than the setting `maturity`.
    """
    grain = scope.query.grain
    if grain is None:
        return frame
    begins = pl.col(PERIOD).cast(pl.Datetime("us"))
    ends = begins.dt.offset_by(LENGTHS[grain])
    cut = (begins < local_midnight(scope.query.start)) | (ends > local_midnight(scope.query.end))
    marks = {PARTIAL: cut | (ends > coverage.as_of)}
    if any(metric.cohort for metric in metrics):
        marks[IMMATURE] = ends > coverage.as_of - timedelta(days=int(scope.param("maturity")))
    rest = [name for name in frame.columns if name != PERIOD]
    return frame.select(PERIOD, *(mark.alias(name) for name, mark in marks.items()), *rest)


def short_memory(scope: Scope, metrics: Iterable[Metric], coverage: Coverage) -> Iterator[Note]:
    """Notes on metrics that look back further than the facts reach."""
    since = scope.query.start - timedelta(days=int(scope.param("lookback")))
    if coverage.first is None or since >= coverage.first:
        return
    for metric in metrics:
        if isinstance(metric.kind, RowSet) and metric.kind.lookback:
            yield Note(metric.name, SHORT_MEMORY, (("first", coverage.first.isoformat()),))
