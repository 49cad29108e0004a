"""How far each target is reached, and how the seasonal calendar splits its amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.catalogue import METRICS
from metrics.coverage import coverage_of
from metrics.leaves import expand
from metrics.periods import first_day
from metrics.query import Query
from metrics.ranges import last_complete_day, named_range
from metrics.scope import local_midnight
from metrics.season import day_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from connectors.engines.base import Connector
    from connectors.settings import Settings
    from connectors.state import Target
    from metrics.access import Access
    from metrics.answer import Result
    from metrics.periods import Grain, WeekStart

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """How far one target is reached.

    Attributes:
        target: the target, as a level or an amount.
        start: first day that was asked about: of an amount its range, of a level the month of the
            last complete day, within the target's range.
        end: day after the last.
        actual: what the metric is there so far.
        attainment: actual / amount; None for a level.
        pace: actual / what the seasonal calendar expects of the amount by now; None for a level.
        is_met: whether a level is met, by the metric's better direction; None for an amount.
    """

    target: Target
    start: date
    end: date
    actual: float | None
    attainment: float | None = None
    pace: float | None = None
    is_met: bool | None = None


def progress(
    targets: Iterable[Target],
    ask: Callable[[Query], Result],
    access: Access,
    connector: Connector,
    settings: Settings,
) -> tuple[Progress, ...]:
    """How far the targets are reached that the last complete day lies in.

    Args:
        targets: from `load_targets`: amounts and levels.
        ask: answers a question, as `run` does.
        access: what the asker may see; metrics and dimensions beyond it are left out.
        connector: the warehouse.
        settings: those in force.
    """
    found = []
    for target in targets:
        if access.metrics is not None and target.metric not in access.metrics:
            continue
        if access.hidden & {name for name, _ in target.segment}:
            continue
        as_of = coverage_of(connector, expand([target.metric]), settings.zone).as_of
        day = last_complete_day(as_of)
        if target.start <= day < target.end:
            found.append(_progress(target, day, ask, connector, settings))
    return tuple(found)


def split(
    target: Target, grain: Grain, connector: Connector, week_start: WeekStart
) -> pl.DataFrame:
    """The amount of a target by periods, as the seasonal calendar weighs its days.

    Returns:
        `period` (its first day), `amount`; they add up to the target's amount. A period that the
        range cuts has the share of its days within the range.

    Raises:
        ValueError: for a target without an amount.
    """
    if target.amount is None:
        raise ValueError("only an amount can be split")
    days = _days(target)
    weights = day_weights(connector, days)
    whole = sum(weights.values())
    found: dict[date, float] = {}
    for day in days:
        period = first_day(grain, day, week_start)
        found[period] = found.get(period, 0.0) + target.amount * weights[day] / whole
    return pl.DataFrame(
        {"period": list(found), "amount": list(found.values())},
        schema={"period": pl.Date, "amount": pl.Float64},
    )


def _progress(
    target: Target,
    day: date,
    ask: Callable[[Query], Result],
    connector: Connector,
    settings: Settings,
) -> Progress:
    start, end = target.start, target.end
    if target.amount is None:
        month = named_range("this_month", day, settings.week_start)
        start, end = max(start, month[0]), min(end, month[1])
    result = ask(Query((target.metric,), start, end, where=target.segment))
    actual = result.frame[target.metric].item()
    if actual is None:
        return Progress(target, start, end, None)
    if target.amount is None:
        return Progress(target, start, end, actual, is_met=_is_met(target, actual))
    due = _due(target, result.as_of, connector)
    attainment = actual / target.amount if target.amount else None
    return Progress(target, start, end, actual, attainment, actual / due if due else None)


def _is_met(target: Target, actual: float) -> bool | None:
    better = METRICS[target.metric].better
    if target.level is None or better == "neither":
        return None
    return actual >= target.level if better == "up" else actual <= target.level


def _due(target: Target, as_of: datetime, connector: Connector) -> float:
    """The part of the amount that the seasonal calendar expects by `as_of`."""
    weights = day_weights(connector, _days(target))
    elapsed = sum(
        weight * min(max((as_of - local_midnight(day)) / _DAY, 0.0), 1.0)
        for day, weight in weights.items()
    )
    return (target.amount or 0.0) * elapsed / sum(weights.values())


def _days(target: Target) -> list[date]:
    return [target.start + _DAY * n for n in range((target.end - target.start).days)]
