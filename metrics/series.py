"""What charts and cards need beside an answer: a row for every period, and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from metrics.catalogue import METRICS
from metrics.leaves import counts_nothing_as_zero
from metrics.periods import periods
from metrics.scope import PERIOD, beginning

if TYPE_CHECKING:
    from metrics.answer import Result
    from metrics.periods import WeekStart
    from metrics.query import Query


def filled(result: Result, query: Query, week_start: WeekStart) -> pl.DataFrame:
    """The answer to a question with a grain and no groups, with a row for every period.

    In an added row sums count 0 where they are known at all, and ratios are null. A period that
    has not begun by `as_of` is unknown, and so is a comparison before its first known day. Marks
    are false.

    Raises:
        ValueError: for a question without a grain, or with groups.
    """
    if query.grain is None or query.by:
        raise ValueError("only a series over time has periods to fill")
    frame = result.frame
    starts = list(periods(query.grain, query.start, query.end, week_start))
    every = pl.DataFrame(
        {
            PERIOD: pl.Series(starts, dtype=frame.schema[PERIOD]),
            "__begun": [beginning(start) < result.as_of for start in starts],
        }
    )
    known = frame.with_columns(__there=True)
    nothing = pl.col("__there").is_null() & pl.col("__begun")
    marks = [name for name, dtype in frame.schema.items() if dtype == pl.Boolean]
    sums = _sums(query)
    return (
        every.join(known, on=PERIOD, how="left", maintain_order="left")
        .with_columns(
            *(pl.col(name).fill_null(value=False) for name in marks),
            *(
                pl.when(nothing & _is_known(name, query))
                .then(0)
                .otherwise(pl.col(name))
                .alias(name)
                for name in sums
            ),
        )
        .select(frame.columns)
    )


def with_changes(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    """The answer to a question that compares, with `<metric>_change` beside each metric compared.

    The change of a ratio is a difference (0.02 is two points), that of all else is relative to
    the size of what it is compared with (0.02 is 2 %); null where either side is unknown or the
    comparison is 0.
    """
    if query.compare is None:
        return frame
    return frame.with_columns(
        _change(name, pl.col(name), pl.col(f"{name}_{query.compare}")).alias(f"{name}_change")
        for name in query.against
    )


def _is_known(name: str, query: Query) -> pl.Expr:
    """Whether no row means nothing; a comparison may begin before the facts do."""
    known = pl.col(name).is_not_null()
    if name in query.metrics or query.grain == "hour":
        return known.any()
    return known.cum_sum() > 0


def _change(name: str, now: pl.Expr, then: pl.Expr) -> pl.Expr:
    difference = (now - then).cast(pl.Float64)
    if METRICS[name].unit == "ratio":
        return difference
    return pl.when(then != 0).then(difference / then.abs())


def _sums(query: Query) -> list[str]:
    """The columns of the answer in which no facts mean 0."""
    sums = [name for name in query.metrics if counts_nothing_as_zero(name)]
    if query.compare in {"previous", "year"}:
        sums += [f"{name}_{query.compare}" for name in sums if name in query.against]
    return sums
