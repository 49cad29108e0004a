"""The exceptions of a morning: what runs off its expectation, and how much money that is.

Each shop, category and style is expected to keep its share beside the others of its kind, which a
festival moves as well; each rate is expected to stay where its weekdays were, and spend to bring
the clicks that it brought. `detect` follows them and says when a day is off. A step of the funnel
is a drop-off node; returns for quality are held against the units sold before. What is found is
ranked by money: what came, less what was expected, since the day it began.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.exception_judges import off
from metrics.query import Query
from metrics.scope import PERIOD
from metrics.watches import WATCHED, Exceptional, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metrics.access import Access, Filter
    from metrics.answer import Result

    Worths = dict[str | None, float | None] | None

HISTORY = timedelta(days=180)
_ALIKE, _SECOND, _GAIN = 2, 0.2, "gain"
_STOCK, _PRICE = "available", "unit_value"
_DAY = timedelta(days=1)
_BLOCK = 91
"""Days that are asked at once."""


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
    asked: dict[Watch, pl.DataFrame] = {}
    for by in dict.fromkeys(each.by for each in allowed):
        own = [each for each in allowed if each.by == by]
        names = dict.fromkeys(name for each in own for name in _asked(each))
        asked |= dict.fromkeys(own, _history(ask, replace(span, metrics=tuple(names), by=by)))
    each_off, found = off(asked, span), []
    for watch in (each for each in asked if each_off[each]):
        in_money = list(_in_money(each_off[watch], _worths(watch, ask, span)))
        found += _still_sold(watch, in_money, ask, access, span)
    return tuple(sorted(found, key=lambda each: -abs(each.money)))


def worst(found: Iterable[Exceptional], most: int) -> tuple[Exceptional, ...]:
    """So many that differ, the most money first.

    One cause shows in many: a member is told once, no third of a watch or gain is told, and a
    second of a watch stands behind what is worth a fifth of it.
    """
    seen: Counter[object] = Counter()
    ranked = []
    for each in found:
        member, gain = (each.watch.by, each.members), [_GAIN] if each.money > 0 else []
        if not seen[member] and all(seen[group] < _ALIKE for group in (each.watch, *gain)):
            ranked.append((abs(each.money) * _SECOND ** seen[each.watch], each))
            seen.update([member, each.watch, *gain])
    kept = [each for _, each in sorted(ranked, key=lambda pair: -pair[0])[:most]]
    return tuple(sorted(kept, key=lambda each: -abs(each.money)))


def _is_allowed(watch: Watch, access: Access) -> bool:
    asked = {*_asked(watch), *([watch.worth] if watch.worth else [])}
    seen = access.metrics is None or access.metrics >= asked
    return seen and access.hidden.isdisjoint(watch.by)


def _asked(watch: Watch) -> tuple[str, ...]:
    return tuple(filter(None, (watch.metric, watch.basis, watch.reached)))


def _history(ask: Callable[[Query], Result], span: Query) -> pl.DataFrame:
    """The answer by day, in blocks of the same days for every range: most were asked before."""
    first = span.start.toordinal() // _BLOCK * _BLOCK
    starts = [date.fromordinal(n) for n in range(first, span.end.toordinal(), _BLOCK)]
    blocks = [
        ask(replace(span, start=start, end=start + _BLOCK * _DAY, grain="day")).frame
        for start in starts
    ]
    columns = (PERIOD, *span.by, *span.metrics)
    whole = pl.concat([each.select(columns) for each in blocks], how="vertical_relaxed")
    return whole.filter(pl.col(PERIOD) >= span.start, pl.col(PERIOD) < span.end)


def _worths(watch: Watch, ask: Callable[[Query], Result], span: Query) -> Worths:
    """What one is worth, by the member of the first dimension; nothing where it is money."""
    if watch.worth is None:
        return None
    by = watch.by[0]
    frame = ask(replace(span, metrics=(watch.worth,), by=(by,))).frame
    return dict(frame.select(by, watch.worth).iter_rows())


def _in_money(found: Iterable[Exceptional], worths: Worths) -> Iterator[Exceptional]:
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
    """Without styles that have left: what is left of them could not have sold what is missing."""
    stopped = [each for each in found if each.actual == 0 and watch.by == ("style",)]
    if not stopped or not (access.metrics is None or access.metrics >= {_STOCK, _PRICE}):
        return found
    by = watch.by[0]
    last = replace(span, metrics=(_STOCK,), by=watch.by, start=span.end - _DAY)
    stock = ask(last).frame
    if stock[_STOCK].count() == 0:
        return found
    prices = ask(replace(span, metrics=(_PRICE,), by=watch.by)).frame
    left = prices.join(stock, on=by).select(by, pl.col(_STOCK) * pl.col(_PRICE))
    worth = dict(left.iter_rows())
    gone = [each for each in stopped if (worth.get(each.members[0]) or 0.0) < -each.money]
    return [each for each in found if each not in gone]
