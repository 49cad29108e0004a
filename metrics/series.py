"""What charts and cards need beside an answer: rows for periods without facts, and changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl

from metrics.catalogue import METRICS
from metrics.compare import is_sum
from metrics.marks import PARTIAL
from metrics.periods import periods
from metrics.scope import PERIOD, local_midnight

if TYPE_CHECKING:
    from metrics.answer import Result
    from metrics.periods import WeekStart
    from metrics.query import Query


def filled(result: Result, query: Query, week_start: WeekStart) -> pl.DataFrame:
    """The answer to a question with a grain and no groups, with a row for every period.

    A period without facts counts 0 for money and counts, and has no ratio; one that has not begun
    by `as_of` is unknown. Marks of added rows are false. What a comparison does not know stays
    null.
    """
    if query.grain is None or query.by:
        raise ValueError("only a series over time can be filled")
    frame, starts = result.frame, list(periods(query.grain, query.start, query.end, week_start))
    every = pl.DataFrame({PERIOD: pl.Series(starts, dtype=frame.schema[PERIOD])})
    begun = pl.Series([_moment(start) < result.as_of for start in starts])
    joined = every.join(frame, on=PERIOD, how="left", maintain_order="left")
    marks = [name for name, dtype in frame.schema.items() if dtype == pl.Boolean]
    sums = [name for name in query.metrics if is_sum(name) and not _unknown(frame, name)]
    return joined.with_columns(
        *(pl.col(name).fill_null(value=False) for name in marks),
        *(pl.when(begun & ~every[PERIOD].is_in(frame[PERIOD].implode())).then(0)
          .otherwise(pl.col(name)).cast(frame.schema[name]).alias(name) for name in sums),
    )
