"""What an action changed: what came after it against what was to be expected without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from metrics.alarms.detect import Found, detect
from metrics.alarms.expected import Pace, begun, simulated
from metrics.alarms.values import HISTORY
from metrics.query import Query
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from connectors.state import Segment
    from metrics.alarms.asking import Asking

    Array = NDArray[np.float64]

PATHS, SEED = 2_000, 7
_DAY = timedelta(days=1)
_LOW, _HIGH = 0.025, 0.975
_LEAST = 14


@dataclass(frozen=True)
class Outcome:
    """A change with its interval of 95 %; 0.1 stands for 10 % more than without the action."""

    change: float
    low: float
    high: float
    days: int

    @property
    def is_sure(self) -> bool:
        """Whether chance alone is no explanation."""
        return self.low > 0 or self.high < 0


def outcome(values: Array, incident: int, action: int) -> Outcome | None:
    """The change since an action against what the days before it let one expect.

    Args:
        values: (days,) consecutive days of a metric, NaN where unknown.
        incident: number of the day on which the incident began: the level may have moved there,
            and without the action would have stayed where it went.
        action: number of the first day that the action could change.

    Returns:
        None with fewer than 14 days before, or none after.
    """
    logs = np.log(np.where(values > 0, values, np.nan))
    known = np.flatnonzero(~np.isnan(logs[:action]))
    after = values[action:]
    days = int((~np.isnan(after)).sum())
    if len(known) < _LEAST or not days:
        return None
    filter_ = begun(logs[known[:1]], Pace())
    for day in range(action):
        if day == incident:
            filter_.loosen(np.array([True]), 1.0)
        taken = np.array([not np.isnan(logs[day])])
        ahead = filter_.forecast()
        filter_.learn(ahead, np.nan_to_num(logs[day : day + 1]) - ahead.mean, taken)
    expected = np.exp(simulated(filter_, len(after), PATHS, SEED))
    totals = expected[:, ~np.isnan(after)].sum(axis=1)
    change = np.nansum(after) / totals - 1
    low, middle, high = np.quantile(change, [_LOW, 0.5, _HIGH])
    return Outcome(float(middle), float(low), float(high), days)


def daily(metric: str, segment: Segment, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """A metric day by day with what was expected: `period`, `value`, `usual`, `low`, `high`.

    Args:
        metric: the metric.
        segment: whose.
        asking: who asks.
        start: first day to show; the days before it are looked at to know what is usual.
        end: day after the last.
    """
    begin = start - HISTORY
    where = tuple(segment)
    asked = asking.whole_days(Query((metric,), begin, end, grain="day", where=where))
    days = pl.DataFrame({PERIOD: pl.date_range(begin, end - _DAY, eager=True)})
    frame = days.join(asked, on=PERIOD, how="left", maintain_order="left")
    series = frame[metric].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    found = detect(series[None, :])
    return frame.select(
        PERIOD, pl.Series("value", series).fill_nan(None), *_band(found, series)
    ).filter(pl.col(PERIOD) >= start)


def _band(found: Found, series: Array) -> list[pl.Series]:
    """What is usual, where enough days were seen to say so."""
    seen = np.cumsum(~np.isnan(series)) > _LEAST
    factors = {"usual": 0.0, "low": -2.0, "high": 2.0}
    return [
        pl.Series(
            name, np.where(seen, found.expected[0] * np.exp(z * found.sd[0]), np.nan)
        ).fill_nan(None)
        for name, z in factors.items()
    ]
