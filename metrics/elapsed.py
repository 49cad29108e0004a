"""How long the periods of a question have lasted so far."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.periods import LENGTHS
from metrics.scope import PERIOD, local_midnight

if TYPE_CHECKING:
    from datetime import datetime

    from metrics.scope import Scope

_DAY = timedelta(days=1)


def elapsed_days(scope: Scope, as_of: datetime) -> pl.Expr:
    """Days of each period within the question that are over; a day under way counts in part."""
    query = scope.query
    first = pl.lit(local_midnight(query.start))
    last = pl.lit(min(local_midnight(query.end), as_of, scope.until or as_of))
    if query.grain is not None:
        begins = pl.col(PERIOD).cast(pl.Datetime("us"))
        first = pl.max_horizontal(first, begins)
        last = pl.min_horizontal(last, begins.dt.offset_by(LENGTHS[query.grain]))
    return ((last - first).dt.total_seconds() / _DAY.total_seconds()).clip(lower_bound=0.0)
