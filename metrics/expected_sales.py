"""What a metric should have been on each day, by its level and weekdays, and when it was off."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from metrics.alarms.detect import detect
from metrics.alarms.values import near_festival
from metrics.scope import PERIOD

HISTORY = timedelta(days=180)
"""Days before a range that say what is expected in it."""
_Z = 1.959964
_DAY = timedelta(days=1)


def expected_by_day(daily: pl.DataFrame, name: str, start: date) -> pl.DataFrame:
    """The metric beside its expectation, each day as one saw it on its morning.

    Args:
        daily: `period` (Date) and the metric, which adds up; days without a row had nothing.
        name: the metric.
        start: the first day to tell of; the days before teach what is expected.

    Returns:
        `period`, the metric, `expected`, `low` and `high` (95 % of ordinary days lie between), and
        `off`: whether chance is no explanation. Around festivals, which no weekday explains,
        nothing is expected: those three are null.
    """
    known = daily.select(PERIOD, pl.col(name).cast(pl.Float64)).drop_nulls().sort(PERIOD)
    if known.is_empty():
        return known.with_columns(expected=None, low=None, high=None, off=False)
    first, last = known[PERIOD][0], known[PERIOD][-1]
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    filled = pl.DataFrame({PERIOD: days}).join(known, on=PERIOD, how="left", maintain_order="left")
    values = filled[name].fill_null(0.0).to_numpy().reshape(1, -1)
    ordinary = ~near_festival(days)
    found = detect(values, judged=ordinary.reshape(1, -1))
    usual, width = found.expected[0], _Z * found.sd[0]
    taught = ordinary & (np.arange(len(days)) >= _TAUGHT)
    told = pl.DataFrame(
        {
            PERIOD: days,
            name: values[0],
            "expected": np.where(taught, usual, np.nan),
            "low": np.where(taught, usual * np.exp(-width), np.nan),
            "high": np.where(taught, usual * np.exp(width), np.nan),
            "off": taught & (found.side[0] != 0),
        }
    )
    return told.with_columns(pl.col("expected", "low", "high").fill_nan(None)).filter(
        pl.col(PERIOD) >= start
    )


_TAUGHT = 14
"""Days before which one knows too little of the weekdays."""
