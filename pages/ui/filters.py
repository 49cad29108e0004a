"""What a page is asked about: read from its link, turned into questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, get_args

from connectors.text import N_
from metrics import Query
from metrics.dimensions import PATHS
from metrics.periods import Grain
from metrics.ranges import RANGES, default_range, last_complete_day, named_range, readable_grain
from pages.ui import links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrics.coverage import Coverage
    from metrics.periods import WeekStart
    from metrics.query import Comparison
    from pages.ui.board import Board

RANGE, FIRST, LAST, GRAIN, COMPARE = "range", "first", "last", "grain", "compare"
CUSTOM, AUTO = "custom", "auto"
FILTERED = (
    *chain.from_iterable(PATHS),
    "year_season",
    "wave",
    "size",
    "price_band",
    "discount_band",
    "warehouse",
    "channel",
    "campaign",
    "traffic_source",
    "device",
    "visitor_kind",
)
"""The dimensions by which a link can filter: what can be drilled into, and what tables keep."""
GRAINS: dict[str, str] = {
    AUTO: N_("Automatic"),
    "hour": N_("Hour"),
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
    "year": N_("Year"),
}


class Compared(NamedTuple):
    """A comparison as it is offered."""

    title: str
    compare: Comparison | None
    align: str = "calendar"


COMPARISONS: dict[str, Compared] = {
    "previous": Compared(N_("Previous period"), "previous"),
    "year": Compared(N_("Last year, same dates"), "year"),
    "weekday": Compared(N_("Last year, same weekdays"), "year", "weekday"),
    "festival": Compared(N_("Last year, same festival"), "year", "festival"),
    "target": Compared(N_("Target"), "target"),
    "none": Compared(N_("No comparison"), None),
}
DEFAULT_COMPARISON = "previous"
_DAY, _YEAR = timedelta(days=1), timedelta(days=366)


@dataclass(frozen=True)
class Filters:
    """The range [start, end), its grain, the comparison, the members that are kept, settings."""

    range: str
    start: date
    end: date
    grain: Grain
    compare: str
    where: tuple[tuple[str, tuple[str, ...]], ...]
    params: tuple[tuple[str, str], ...] = ()

    def query(
        self,
        *metrics: str,
        by: tuple[str, ...] = (),
        in_time: bool = False,
        top: int | None = None,
    ) -> Query:
        """The question about `metrics`, in time by the grain or over the whole range.

        Tables show the change of their first metric, so with groups only that one is compared.
        """
        compared = COMPARISONS[self.compare]
        return Query(
            metrics,
            self.start,
            self.end,
            grain=self.grain if in_time else None,
            by=by,
            where=self.where,
            compare=compared.compare,
            top=top,
            params=(("align", compared.align), *self.params),
            compared=metrics[:1] if by and compared.compare else (),
        )

    def members(self, dimension: str) -> tuple[str, ...]:
        """The members of a dimension that are kept; none means all."""
        return dict(self.where).get(dimension, ())


def read_filters(board: Board, coverage: Coverage) -> Filters:
    """The filters that the link asks for; what it says wrongly counts as not said."""
    name, (start, end) = _range(board, coverage)
    asked = links.one(GRAIN)
    grain: Grain | None = next((each for each in get_args(Grain) if each == asked), None)
    return Filters(
        range=name,
        start=start,
        end=end,
        grain=readable_grain(start, end, grain),
        compare=_known(links.one(COMPARE), COMPARISONS, DEFAULT_COMPARISON),
        where=tuple((each, kept) for each in FILTERED if (kept := links.many(each))),
    )


def covered(board: Board, *metrics: str) -> Coverage:
    """The days that hold facts behind the first of the metrics that has any."""
    found = [board.coverage(name) for name in metrics]
    return next((each for each in found if each.first), found[0])


def possible_days(coverage: Coverage) -> tuple[date, date]:
    """The first and the last day that a range may have: those with facts, and a year around."""
    complete = last_complete_day(coverage.as_of)
    return (coverage.first or complete) - _YEAR, complete + _YEAR


def possible_ranges(coverage: Coverage, week_start: WeekStart) -> tuple[str, ...]:
    """The named ranges that hold facts, so that none is offered to find nothing."""
    complete = last_complete_day(coverage.as_of)
    first = coverage.first or complete
    return tuple(name for name in RANGES if named_range(name, complete, week_start)[1] > first)


def _range(board: Board, coverage: Coverage) -> tuple[str, tuple[date, date]]:
    complete = last_complete_day(coverage.as_of)
    earliest, latest = possible_days(coverage)
    first, last = (_date(links.one(each)) for each in (FIRST, LAST))
    if links.one(RANGE) == CUSTOM and first and last and first <= last:
        first, last = (min(max(each, earliest), latest) for each in (first, last))
        return CUSTOM, (first, last + _DAY)
    name = _known(links.one(RANGE), RANGES, default_range(board.today))
    return name, named_range(name, complete, board.settings.week_start)


def _known(value: str | None, valid: Iterable[str], default: str) -> str:
    return next((each for each in valid if each == value), default)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
