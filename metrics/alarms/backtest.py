"""When a rule would have fired: the same judgement over the days that were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.alarms.judge import NOW_ONLY, judge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.state import Incident
    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class BackTest:
    """What a rule would have found.

    Attributes:
        frame: an episode a row: `segment` (String), `start`, `last` (Date), `days`, `members`
            (Int64), `value`, `limit`, `cost` (Float64), `known` (Boolean: an incident that people
            called useful, or one that another rule found, covers a day of it).
        start: first day that was tried.
        end: day after the last.
        missed: incidents that people called useful, of this rule, which it would not find.
    """

    frame: pl.DataFrame
    start: date
    end: date
    missed: int

    @property
    def per_month(self) -> float:
        """How many it would have opened in a month."""
        return self.frame.height / max((self.end - self.start).days / 30.4, 1 / 30.4)


_SCHEMA = {
    "segment": pl.String,
    "start": pl.Date,
    "last": pl.Date,
    "days": pl.Int64,
    "members": pl.Int64,
    "value": pl.Float64,
    "limit": pl.Float64,
    "cost": pl.Float64,
    "known": pl.Boolean,
}


def back_test(
    rule: Rule, asking: Asking, known: Iterable[Incident] = (), days: timedelta = YEAR
) -> BackTest:
    """The episodes of the last year, as each morning would have seen them.

    What kinds of rule look at the present only (freshness, quality) cannot be tried on the past.

    Args:
        rule: the rule; its dependencies are not followed.
        asking: who asks.
        known: incidents to hold it against.
        days: how far back.

    Raises:
        UserError: for what cannot be asked.
    """
    last = asking.last_day(rule) if rule.kind not in NOW_ONLY else None
    if last is None:
        return BackTest(pl.DataFrame(schema=_SCHEMA), date.max, date.max, 0)
    end = last + timedelta(days=1)
    start = max(end - days, asking.first_day(rule) or end)
    found = judge(rule, asking, start, end).findings
    spans = [(each.episode.start, each.episode.last) for each in found]
    useful = [each for each in known if each.verdict == "useful" and each.start >= start]
    rows = [
        (
            " ".join("|".join(kept) for _, kept in each.segment),
            each.episode.start,
            each.episode.last,
            (each.episode.last - each.episode.start).days + 1,
            len(each.episode.spans),
            each.worst["value"],
            each.worst["limit"],
            each.cost,
            any(_meet(each.episode.start, each.episode.last, other) for other in useful),
        )
        for each in found
    ]
    own = [each for each in useful if each.rule == rule.name]
    missed = sum(not any(_meet(a, b, each) for a, b in spans) for each in own)
    return BackTest(pl.DataFrame(rows, schema=_SCHEMA, orient="row"), start, end, missed)


def _meet(start: date, last: date, incident: Incident) -> bool:
    return start <= incident.last_day and incident.start <= last
