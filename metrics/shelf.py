"""What a row of a product table holds beside its numbers: weeks, sizes, a picture.

All are read from answers to questions about many products at once, never one at a time.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from metrics.periods import first_day, periods
from metrics.scope import PERIOD
from metrics.sizes import size_order

if TYPE_CHECKING:
    from datetime import datetime

    from metrics.periods import WeekStart

WEEKS = 8
PICTURE, SIZE, CORE = "picture", "size", "core_size"
_SHOWABLE = re.compile(
    r"https?://\S+|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+", re.IGNORECASE
)


class InSize(NamedTuple):
    """How much there is of one size.

    Attributes:
        size: the size; None when unknown.
        amount: units.
        is_core: one of the sizes without which a product counts as broken.
    """

    size: str | None
    amount: float
    is_core: bool

    @property
    def is_missing(self) -> bool:
        """Whether it is a core size of which nothing is left."""
        return self.is_core and self.amount <= 0


def last_weeks(
    end: date, as_of: datetime, week_start: WeekStart, count: int = WEEKS
) -> tuple[date, date]:
    """The last whole weeks, `count` of them, before the day `end` and before `as_of`; half-open."""
    last = first_day("week", min(end, as_of.date()), week_start)
    return last - timedelta(weeks=count), last


def weekly(
    frame: pl.DataFrame, by: str, name: str, weeks: tuple[date, date], week_start: WeekStart
) -> dict[str | None, list[float]]:
    """The values of a sum in each week by member; a week without a row counts as nothing.

    Args:
        frame: the answer by week and `by`.
        by: the dimension.
        name: a metric that counts nothing as 0.
        weeks: the range that was asked about.
        week_start: the first day of a week.
    """
    every = list(periods("week", *weeks, week_start))
    found: dict[str | None, dict[date, float]] = {}
    for member, week, value in frame.select(by, PERIOD, pl.col(name).cast(pl.Float64)).iter_rows():
        found.setdefault(member, {})[week] = value or 0.0
    return {member: [values.get(week, 0.0) for week in every] for member, values in found.items()}


def size_runs(frame: pl.DataFrame, by: str, name: str) -> dict[str | None, tuple[InSize, ...]]:
    """How much of each size by member, in the order of sizes.

    Args:
        frame: the answer by `by`, size, core size and perhaps more that a SKU tells.
        by: the dimension.
        name: a metric that adds up over SKUs: units sold, units in stock.
    """
    summed = frame.group_by(by, SIZE).agg(
        pl.col(name).cast(pl.Float64).sum(), (pl.col(CORE) == "yes").any().alias(CORE)
    )
    runs: dict[str | None, list[InSize]] = {}
    for member, *rest in summed.select(by, SIZE, name, CORE).iter_rows():
        runs.setdefault(member, []).append(InSize(*rest))
    return {
        member: tuple(sorted(run, key=lambda each: size_order(each.size)))
        for member, run in runs.items()
    }


def pictures(frame: pl.DataFrame, by: str) -> dict[str | None, str]:
    """A picture for each member that has one which can be shown safely.

    That is an address on the web, or an image within the text itself; no script, no local file.
    """
    pairs = frame.select(by, PICTURE).drop_nulls(PICTURE).sort(PICTURE, descending=True)
    return {member: url for member, url in pairs.iter_rows() if _SHOWABLE.fullmatch(url)}
