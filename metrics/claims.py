"""Which periods platforms may still claim sales for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from metrics.periods import LENGTHS
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from datetime import datetime

    from metrics.periods import Grain


def with_open(frame: pl.DataFrame, grain: Grain, as_of: datetime) -> pl.DataFrame:
    """The answer over time with `open`: the window of the period's claims is not over.

    Args:
        frame: with `period`, `partial` and `claim_window` (days; null counts as none).
        grain: the length of a period.
        as_of: local clock time up to which facts are known.
    """
    ends = pl.col(PERIOD).cast(pl.Datetime("us")).dt.offset_by(LENGTHS[grain])
    window = pl.duration(days=pl.col("claim_window").fill_null(0))
    late = (ends + window > as_of) & (pl.col("claim_window") > 0)
    return frame.with_columns((late.fill_null(value=False) | pl.col("partial")).alias("open"))
