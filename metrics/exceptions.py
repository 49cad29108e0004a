"""The exceptions of a morning: what runs off its expectation, and how much money that is.

Each shop, category and style is expected to keep its share beside the others of its kind, which a
festival moves as well; each rate is expected to stay where its weekdays were. `detect` follows both
and says when a day is off. A step of the funnel is a drop-off node. What is found is ranked by
money: what came, less what was expected, since the day it began.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from metrics.alarms.detect import detect
from metrics.catalogue import METRICS
from metrics.dropoff import BASELINE_DAYS, nodes
from metrics.exception_series import series_of
from metrics.query import Query
from metrics.scope import PERIOD
from metrics.watches import WATCHED, Exceptional, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from numpy.typing import NDArray

    from metrics.access import Access, Filter
    from metrics.answer import Result
    from metrics.dropoff import Node
    from metrics.exception_series import Series

    Array = NDArray[np.float64]
    Worths = dict[str | None, float | None] | None

HISTORY = timedelta(days=180)
_BEGINNINGS = (1, 2, 3, 4, 5, 7, 10, 14)
_CLEAR = 3.5
"""Standard errors below the baseline: many steps of many segments are looked at every day."""
_KNOWN_SHARE, _KNOWN_RATE = 28, 7
"""Days that must be known before: what has just been launched has no expected share."""
_ALIKE = 2
_NEW, _STOCK = 0.05, "available"
"""Expected beside what came: what comes from nothing is a new season and no exception."""
_LARGE, _ROUNDS = 0.02, 8
"""The share of a member that moves those of the others; how many such are told one by one."""
_DAY = timedelta(days=1)


def exceptions(
    ask: Callable[[Query], Result],
    access: Access,
    end: date,
    where: tuple[Filter, ...] = (),
    watched: tuple[Watch, ...] = WATCHED,
) -> tuple[Exceptional, ...]:
    """What is off on the last day before `end`, the most money first.

    Args:
        ask: answers a question, as `run` does.
        access: what the asker may see; what lies beyond it is not watched.
        end: day after the last that is judged.
        where: members to keep.
        watched: what is watched. What has the same dimensions is asked at once.
    """
    allowed = [each for each in watched if _is_allowed(each, access)]
    span = Query((), end - HISTORY, end, where=where)
    found: list[Exceptional] = []
    for by in dict.fromkeys(each.by for each in allowed):
        own = [each for each in allowed if each.by == by]
        names = dict.fromkeys(name for each in own for name in _asked(each))
        frame = ask(replace(span, metrics=tuple(names), grain="day", by=by)).frame
        for watch in own:
            off = list(_found(watch, frame, _worths(watch, ask, span), span))
            found += _still_sold(watch, off, ask, access, span)
    return tuple(sorted(found, key=lambda each: -abs(each.money)))


def worst(found: Iterable[Exceptional], most: int) -> tuple[Exceptional, ...]:
    """The first so many, at most two of a watch, for one cause shows in many; and two gains."""
    seen: Counter[Watch | None] = Counter()
    kept = []
    for each in found:
        counted = {each.watch, *([None] if each.money > 0 else [])}
        if all(seen[group] < _ALIKE for group in counted):
            kept.append(each)
            seen.update(counted)
    return tuple(kept[:most])


def _is_allowed(watch: Watch, access: Access) -> bool:
    asked = {*_asked(watch), *([watch.worth] if watch.worth else [])}
    seen = access.metrics is None or access.metrics >= asked
    return seen and access.hidden.isdisjoint(watch.by)


def _asked(watch: Watch) -> tuple[str, ...]:
    return tuple(filter(None, (watch.metric, watch.basis, watch.reached)))


def _worths(watch: Watch, ask: Callable[[Query], Result], span: Query) -> Worths:
    """What one is worth, by the member of the first dimension; nothing where it is money."""
    if watch.worth is None:
        return None
    by = watch.by[0]
    frame = ask(replace(span, metrics=(watch.worth,), by=(by,))).frame
    return dict(frame.select(by, watch.worth).iter_rows())


def _found(watch: Watch, frame: pl.DataFrame, worths: Worths, span: Query) -> Iterator[Exceptional]:
    found = _drops(watch, frame, span) if watch.reached else _shifts(watch, frame, span)
    for each in found:
        worth = 1.0 if worths is None else worths.get(each.members[0])
        if worth is not None:
            yield replace(each, money=each.money * worth)


def _still_sold(
    watch: Watch,
    found: list[Exceptional],
    ask: Callable[[Query], Result],
    access: Access,
    span: Query,
) -> list[Exceptional]:
    """Without styles that have left: nothing is sold any more because nothing is left to sell."""
    stopped = [each for each in found if each.actual == 0 and watch.by == ("style",)]
    if not stopped or not (access.metrics is None or _STOCK in access.metrics):
        return found
    last = replace(span, metrics=(_STOCK,), by=watch.by, start=span.end - _DAY)
    known = ask(last).frame
    if known[_STOCK].count() == 0:
        return found
    left = set(known.filter(pl.col(_STOCK) > 0)[watch.by[0]])
    return [each for each in found if each not in stopped or each.members[0] in left]


def _shifts(watch: Watch, frame: pl.DataFrame, span: Query) -> Iterator[Exceptional]:
    """Members whose share, or rate, is off on the last day, from the first day that it was.

    A large member that breaks away moves the shares of all others: it is told, and the rest are
    held against each other without it.
    """
    series = series_of(watch, frame, span.start, span.end)
    apart: set[int] = set()
    while len(apart) < len(series.members):
        found = _off(watch, series, apart, span)
        row = max(found, key=lambda each: abs(found[each].money), default=None)
        if row is None:
            return
        apart.add(row)
        if watch.basis or series.weight(row) < _LARGE or len(apart) == _ROUNDS:
            yield from found.values()
            return
        yield found[row]


def _off(
    watch: Watch, series: Series, apart: Collection[int], span: Query
) -> dict[int, Exceptional]:
    """The rows, but those apart, that are off on the last day."""
    judged, scale = series.judged(apart)
    seen = detect(judged)
    found = {}
    for row, members in enumerate(series.members):
        days = _running(seen.side[row])
        known = np.isfinite(judged[row, : judged.shape[1] - days]).sum()
        if row in apart or not days or known < (_KNOWN_RATE if watch.basis else _KNOWN_SHARE):
            continue
        actual = np.nansum((judged * scale)[row, -days:])
        usual = np.nansum((seen.expected * scale)[row, -days:])
        basis = 1.0 if watch.basis is None else np.nansum(scale[row, -days:])
        if watch.basis is None and usual < _NEW * actual:
            continue
        start, money = span.end - days * _DAY, float(actual - usual)
        found[row] = Exceptional(watch, members, start, actual / basis, usual / basis, money)
    return found


def _running(side: Array) -> int:
    """For how many days what is off on the last day has been so; 0 when it is not."""
    other = np.flatnonzero(side != side[-1])
    length = len(side) - (int(other[-1]) + 1 if len(other) else 0)
    return 0 if side[-1] == 0 else length


def _drops(watch: Watch, frame: pl.DataFrame, span: Query) -> Iterator[Exceptional]:
    """Rates that are worse by more than chance; of the days they may have begun, the clearest."""
    sign = -1.0 if METRICS[watch.metric].better == "down" else 1.0
    clearest: dict[tuple[str | None, ...], tuple[Node, date]] = {}
    for days in _BEGINNINGS:
        start = span.end - days * _DAY
        recent = frame.filter(pl.col(PERIOD) >= start - BASELINE_DAYS * _DAY)
        for node in nodes(recent, str(watch.basis), str(watch.reached), watch.by, start):
            before = clearest.get(node.members)
            if sign * node.z < -_CLEAR and (not before or abs(node.z) > abs(before[0].z)):
                clearest[node.members] = node, start
    for members, (node, start) in clearest.items():
        money = -sign * node.lost
        yield Exceptional(watch, members, start, node.rate, node.baseline, money)
