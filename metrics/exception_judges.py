"""How each kind of watch finds what is off on the last day, and by how much."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metrics.alarms.detect import detect
from metrics.arrivals import surpluses
from metrics.catalogue import METRICS
from metrics.dropoff import nodes_since
from metrics.exception_series import series_of
from metrics.watches import Exceptional

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

    from metrics.dropoff import Node
    from metrics.exception_series import Series
    from metrics.query import Query
    from metrics.watches import Watch

    Array = NDArray[np.float64]

_BEGINNINGS = (1, 2, 3, 4, 5, 7, 10, 14)
_CLEAR = 3.5
"""Standard errors below the baseline: many steps of many segments are looked at every day."""
_KNOWN, _SETTLED, _MANIFOLD = 7, 28, 4.0
"""Days that must be known before; what has not been sold for longer finds its level first, and only
what goes many times above it is told."""
_NEW = 0.05
"""Expected beside what came: what comes from nothing is a new season and no exception."""
_LARGE, _ROUNDS = 0.02, 8
"""The share of a member that moves those of the others; how many such are told one by one."""
_MANY = 20_000
_DAY = timedelta(days=1)


class _Seen(NamedTuple):
    """A watch as it was followed; the arrays are (members, days).

    Attributes:
        judged: what was followed.
        scale: what turns it into an amount.
        side: −1 and 1 on days that are off.
        expected: what was to be expected of `judged`.
    """

    judged: Array
    scale: Array
    side: Array
    expected: Array


def off(asked: Mapping[Watch, pl.DataFrame], span: Query) -> dict[Watch, list[Exceptional]]:
    """The members of each watch that are off on the last day.

    Args:
        asked: what is watched, and the answers by day and the watch's dimensions.
        span: the days that the answers cover.

    Returns:
        Exceptions; what they are worth is still in units of the metric, of a response in those of
        its basis, of a step in what went on.
    """
    judges = {"step": _drops, "arrivals": _surpluses}
    found = _shifts(
        {
            watch: series_of(watch, frame, span.start, span.end)
            for watch, frame in asked.items()
            if watch.judge not in judges
        },
        span,
    )
    for watch, frame in asked.items():
        if watch.judge in judges:
            found[watch] = list(judges[watch.judge](watch, frame, span))
    return found


def _shifts(asked: dict[Watch, Series], span: Query) -> dict[Watch, list[Exceptional]]:
    """Members that run off what they are held against, from the first day that they did.

    A large member that breaks away moves the shares of all others: it is told, and the rest are
    held against each other without it. All watches are followed at once: it is the days that take
    the time, not the members.
    """
    told: dict[Watch, list[Exceptional]] = {watch: [] for watch in asked}
    apart: dict[Watch, set[int]] = {watch: set() for watch in asked}
    open_ = [watch for watch, series in asked.items() if series.members]
    while open_:
        judged = {watch: asked[watch].judged(apart[watch]) for watch in open_}
        for watch, seen in _seen(judged).items():
            found = _off(watch, asked[watch], seen, apart[watch], span)
            row = max(found, key=lambda each: abs(found[each].money), default=None)
            if row is None or _is_last(watch, asked[watch], row, len(apart[watch])):
                told[watch] += found.values()
                open_.remove(watch)
                continue
            told[watch].append(found[row])
            apart[watch].add(row)
    return told


def _is_last(watch: Watch, series: Series, row: int, apart: int) -> bool:
    """Whether the rest need not be held against each other without the row."""
    return (
        watch.judge != "share"
        or series.weight(row) < _LARGE
        or apart + 1 in {_ROUNDS, len(series.members)}
    )


def _seen(judged: dict[Watch, tuple[Array, Array]]) -> dict[Watch, _Seen]:
    every = detect(np.concatenate([values for values, _ in judged.values()]))
    seen, first = {}, 0
    for watch, (values, scale) in judged.items():
        own = slice(first, first + len(values))
        seen[watch] = _Seen(values, scale, every.side[own], every.expected[own])
        first = own.stop
    return seen


def _off(
    watch: Watch, series: Series, seen: _Seen, apart: Collection[int], span: Query
) -> dict[int, Exceptional]:
    """The rows, but those apart, that are off on the last day."""
    found = {}
    for row in set(map(int, np.flatnonzero(seen.side[:, -1]))) - set(apart):
        days = _running(seen.side[row])
        known = int(np.isfinite(seen.judged[row, :-days]).sum())
        if known < _KNOWN:
            continue
        scale = seen.scale[row, -days:]
        actual = float(np.nansum(seen.judged[row, -days:] * scale))
        usual = float(np.nansum(seen.expected[row, -days:] * scale))
        if watch.judge != "rate" and not _is_settled(known, actual, usual):
            continue
        basis = float(series.basis[row, -days:].sum())
        found[row] = _told(watch, series.members[row], span.end - days * _DAY, actual, usual, basis)
    return found


def _is_settled(known: int, actual: float, usual: float) -> bool:
    """Whether a member has been there for so long that an amount can be off."""
    return usual >= _NEW * actual and (known >= _SETTLED or actual > _MANIFOLD * usual)


def _told(
    watch: Watch,
    members: tuple[str | None, ...],
    start: date,
    actual: float,
    usual: float,
    basis: float,
) -> Exceptional:
    if watch.judge == "rate":
        return Exceptional(watch, members, start, actual / basis, usual / basis, actual - usual)
    money = actual - usual if watch.judge == "share" else (actual / usual - 1) * basis
    return Exceptional(watch, members, start, actual, usual, money)


def _running(side: Array) -> int:
    """For how many days what is off on the last day has been so."""
    other = np.flatnonzero(side != side[-1])
    return len(side) - (int(other[-1]) + 1 if len(other) else 0)


def _surpluses(watch: Watch, frame: pl.DataFrame, span: Query) -> Iterator[Exceptional]:
    """Members of which more comes back than their units sold let one expect."""
    series = series_of(watch, frame, span.start, span.end, _MANY)
    for row, days, came, usual in surpluses(np.nan_to_num(series.values), series.basis):
        start = span.end - days * _DAY
        yield Exceptional(watch, series.members[row], start, came, usual, usual - came)


def _drops(watch: Watch, frame: pl.DataFrame, span: Query) -> Iterator[Exceptional]:
    """Rates that are worse by more than chance; of the days they may have begun, the clearest."""
    sign = -1.0 if METRICS[watch.metric].better == "down" else 1.0
    clearest: dict[tuple[str | None, ...], tuple[Node, date]] = {}
    starts = [span.end - days * _DAY for days in _BEGINNINGS]
    for start, node in nodes_since(frame, str(watch.basis), str(watch.reached), watch.by, starts):
        before = clearest.get(node.members)
        if sign * node.z < -_CLEAR and (not before or abs(node.z) > abs(before[0].z)):
            clearest[node.members] = node, start
    for members, (node, start) in clearest.items():
        money = -sign * node.lost
        yield Exceptional(watch, members, start, node.rate, node.baseline, money)
