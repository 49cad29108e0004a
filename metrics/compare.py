"""Comparisons: the same question over an earlier range, or the target, beside the current one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

import polars as pl

from connectors.text import N_
from metrics.compile import Note, Plan
from metrics.festivals import year_before
from metrics.leaves import counts_nothing_as_zero, expand
from metrics.periods import add_months, next_period, periods, whole_months
from metrics.scope import PERIOD, beginning, local_midnight
from metrics.targets import target_frame, target_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metrics.coverage import Coverage
    from metrics.metric import Metric
    from metrics.query import Query
    from metrics.scope import Scope

_ORDINAL = "__ordinal"
_MONTHLY = {"month": 1, "quarter": 3, "year": 12}
_WEEKS_OF_A_YEAR = timedelta(days=364)
NO_EARLIER = N_("There are no facts in the earlier range to compare with.")
PART_EARLIER = N_("Facts begin on {first}: the range to compare with is not whole.")
NO_FESTIVAL = N_("No festival lies near: the comparison is aligned by weekday.")
OF_COMPARISONS = frozenset({NO_EARLIER, PART_EARLIER, NO_FESTIVAL})
"""Notes that say nothing of the number itself."""


class Ask(Protocol):
    """Answers a question without comparison."""

    def __call__(self, scope: Scope, metrics: tuple[Metric, ...]) -> tuple[pl.DataFrame, Plan]:
        """The frame of period, dimensions and metrics, and what was asked."""


@dataclass(frozen=True)
class Shift:
    """How an earlier range is found: a function of days, and why it is not the one asked for."""

    back: Callable[[date], date]
    notes: tuple[Note, ...] = ()


def compared(
    frame: pl.DataFrame, scope: Scope, coverage: Coverage, ask: Ask
) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    """The frame with `<metric>_previous`, `<metric>_year` or `<metric>_target` where asked for.

    An earlier range is aligned on the ordinal of the period, and cut at the local clock time at
    which the current range stands, so that half a month never meets a whole one.
    """
    query = scope.query
    if query.compare is None:
        return frame, ()
    own = replace(scope, query=replace(query, metrics=query.against, compared=()))
    if query.compare == "target":
        return _beside(frame, target_frame(own), query), target_notes(own)
    shift = shift_of(own)
    earlier = _earlier(own, coverage, shift.back)
    if earlier is None:
        unknown = {f"{name}_{query.compare}": frame.schema[name] for name in query.against}
        notes = tuple(Note(name, NO_EARLIER) for name in query.against)
        columns = [pl.lit(None, dtype).alias(name) for name, dtype in unknown.items()]
        return frame.with_columns(columns), (*shift.notes, *notes)
    other, plan = ask(earlier, expand(query.against, query.params))
    other = _moved(other, earlier, own) if query.grain else other
    both = _beside(frame, other, query)
    known = _without_unknown(both, earlier, own, coverage) if query.grain else both
    return known, (*shift.notes, *plan.notes, *_begins_late(earlier, coverage))


def _begins_late(earlier: Scope, coverage: Coverage) -> Iterator[Note]:
    """Notes on an earlier range of which the first days are not known."""
    if coverage.first is not None and earlier.query.start < coverage.first:
        for name in earlier.query.metrics:
            yield Note(name, PART_EARLIER, (("first", coverage.first.isoformat()),))


def _without_unknown(
    both: pl.DataFrame, earlier: Scope, scope: Scope, coverage: Coverage
) -> pl.DataFrame:
    """The comparison is unknown, not nothing, in periods that were over when the facts begin."""
    grain, query = scope.query.grain, scope.query
    if grain is None or coverage.first is None:
        return both
    first = local_midnight(coverage.first)
    then, now = (_ordinals(each)[PERIOD].to_list() for each in (earlier, scope))
    pairs = zip(then, now, strict=False)
    unknown = [day for before, day in pairs if beginning(next_period(grain, before)) <= first]
    over = pl.col(PERIOD).is_in(pl.Series(unknown, dtype=both.schema[PERIOD]).implode())
    names = (f"{name}_{query.compare}" for name in query.metrics)
    return both.with_columns(pl.when(~over).then(pl.col(name)).alias(name) for name in names)


def earlier_range(scope: Scope, coverage: Coverage) -> tuple[date, date] | None:
    """The days that the question is compared with, half-open; None where there are none."""
    if scope.query.compare not in {"previous", "year"}:
        return None
    earlier = _earlier(scope, coverage, shift_of(scope).back)
    if earlier is None:
        return None
    start, end = earlier.query.start, earlier.query.end
    return start, min(end, _day_after(earlier.until)) if earlier.until else end


def _day_after(until: datetime) -> date:
    """The day after the last that has begun before `until`."""
    return until.date() if until.time() == time(0) else until.date() + timedelta(days=1)


def shift_of(scope: Scope) -> Shift:
    """How the question's comparison moves a day back.

    With a grain longer than a day the range moves by whole periods, so that the periods of both
    ranges are cut at the same places.
    """
    query = scope.query
    if query.compare == "previous":
        return Shift(_previous(scope))
    align = scope.param("align")
    if align == "calendar" and query.grain != "week":
        return Shift(lambda day: add_months(day, -12))
    festival = year_before(query.start, query.end) if align == "festival" else None
    if align == "festival" and festival is None:
        notes = tuple(Note(name, NO_FESTIVAL) for name in query.metrics)
        return Shift(lambda day: day - _WEEKS_OF_A_YEAR, notes)
    return Shift(lambda day: day - (festival or _WEEKS_OF_A_YEAR))


def _previous(scope: Scope) -> Callable[[date], date]:
    query, grain = scope.query, scope.query.grain
    months = whole_months(query.start, query.end)
    if grain in _MONTHLY and not months:
        months = _MONTHLY[grain] * _touched(scope)
    if months:
        return lambda day: add_months(day, -months)
    length = query.end - query.start
    back = timedelta(weeks=_touched(scope)) if grain == "week" else length
    return lambda day: day - back


def _touched(scope: Scope) -> int:
    """How many periods the range touches."""
    return _ordinals(scope).height


def _earlier(scope: Scope, coverage: Coverage, back: Callable[[date], date]) -> Scope | None:
    """The question over the earlier range; None before any data, or before the current one."""
    query = scope.query
    start, end = back(query.start), back(query.end)
    until = None
    before_data = coverage.first is not None and end <= coverage.first
    if before_data or local_midnight(query.start) >= coverage.as_of:
        return None
    if coverage.as_of < local_midnight(query.end):
        until = datetime.combine(back(coverage.as_of.date()), coverage.as_of.time())
    members = scope.members
    return replace(scope, query=replace(query, start=start, end=end), until=until, members=members)


def _moved(other: pl.DataFrame, earlier: Scope, scope: Scope) -> pl.DataFrame:
    """The earlier rows under the periods of the current range that have their ordinal."""
    then, now = _ordinals(earlier), _ordinals(scope)
    return (
        other.join(then, on=PERIOD)
        .drop(PERIOD)
        .join(now, on=_ORDINAL)
        .select(*scope.keys, *scope.query.metrics)
    )


def _ordinals(scope: Scope) -> pl.DataFrame:
    query = scope.query
    if query.grain is None:
        raise ValueError("a range without a grain has no periods")
    starts = list(periods(query.grain, query.start, query.end, scope.week_start))
    dtype = pl.Datetime("us") if query.grain == "hour" else pl.Date
    return pl.DataFrame({PERIOD: pl.Series(starts, dtype=dtype)}).with_row_index(_ORDINAL)


def _beside(frame: pl.DataFrame, other: pl.DataFrame, query: Query) -> pl.DataFrame:
    """Both, joined on period and dimensions.

    A side without a row means that nothing happened: sums count 0 there, ratios and targets stay
    unknown.
    """
    end = f"_{query.compare}"
    renamed = other.rename({name: name + end for name in query.against})
    keys = [name for name in other.columns if name not in query.against]
    if not keys:
        return pl.concat([frame, renamed], how="horizontal")
    both = frame.with_columns(__l=True).join(
        renamed.with_columns(__r=True), on=keys, how="full", coalesce=True, nulls_equal=True
    )
    sides = [("__l", query.metrics, "")]
    sides += [("__r", query.against, end)] if query.compare != "target" else []
    zeros = [
        pl.when(pl.col(there).is_null()).then(0).otherwise(pl.col(name + end)).alias(name + end)
        for there, names, end in sides
        for name in names
        if counts_nothing_as_zero(name)
    ]
    return both.with_columns(zeros).drop("__l", "__r")
