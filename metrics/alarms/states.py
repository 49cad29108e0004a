"""From days beyond a limit to episodes: pending, firing, recovering, over; members in groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from metrics.alarms.rates import OFF, USUAL, VALUE
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from metrics.alarms.rules import Rule

_DAY = timedelta(days=1)
LIMIT, BREACH, CALM, GRAVE = "limit", "breach", "calm", "grave"
Member = tuple[str | None, ...]


class Span(NamedTuple):
    """A member beyond its limit: from its first day to the last, and the day that it ended."""

    member: Member
    start: date
    last: date
    end: date | None
    state: str


@dataclass(frozen=True)
class Episode:
    """Members of one group beyond their limits at the same time: what makes an incident.

    Attributes:
        group: the members of the rule's group dimensions.
        start: first day.
        last: last day beyond the limit.
        end: first day of the recovery; None while it lasts.
        state: pending, firing, recovering or resolved.
        spans: those of its members.
    """

    group: Member
    start: date
    last: date
    end: date | None
    state: str
    spans: tuple[Span, ...]


def judged(frame: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """The rows of `values` that can be judged, with `limit`, `breach`, `calm` and `grave`."""
    enough = [_least(name, least, rule) for name, least in rule.minimum.items()]
    rows = frame.filter(pl.col(VALUE).is_not_null(), *enough).with_columns(
        _limit(rule).alias(LIMIT)
    )
    over = (pl.col(VALUE) - pl.col(LIMIT)) * rule.sign
    slack = 0.0 if rule.clear is None else (float(rule.limit) - rule.clear) * rule.sign
    grave = pl.lit(value=False)
    if rule.critical is not None:
        grave = (pl.col(VALUE) - rule.critical) * rule.sign > 0
    beyond = (over > 0) & pl.col(OFF)
    many = beyond.sum().over(PERIOD, *rule.groups) >= rule.members
    breach = beyond & many
    # What is expected says when it is over; elsewhere chance guards the beginning only: a share
    # that stays beyond its limit on few tries has not recovered.
    over_again = ~pl.col(OFF) if rule.kind == "expected" else pl.lit(value=False)
    calm = (over <= -slack) | over_again | (beyond & ~many)
    return rows.filter(pl.col(LIMIT).is_not_null()).with_columns(
        breach.alias(BREACH), (calm & ~breach).alias(CALM), (breach & grave).alias(GRAVE)
    )


def episodes(rows: pl.DataFrame, rule: Rule, firing: Iterable[Member] = ()) -> Iterator[Episode]:
    """The episodes of the judged rows, by group and day.

    Args:
        rows: from `judged`.
        rule: the rule.
        firing: members that were firing before the first of the days.
    """
    open_ = set(firing)
    groups: dict[Member, list[Span]] = {}
    for member, days in _members(rows, rule, open_):
        group = tuple(m for m, name in zip(member, rule.by, strict=True) if name in rule.groups)
        groups.setdefault(group, []).extend(_walk(member, days, rule, was_firing=member in open_))
    for group in sorted(groups, key=lambda each: tuple(m or "" for m in each)):
        yield from _merged(group, sorted(groups[group], key=lambda span: (span.start, span.last)))


def _members(
    rows: pl.DataFrame, rule: Rule, firing: set[Member]
) -> Iterator[tuple[Member, list[dict[str, Any]]]]:
    """The days of each member that was ever beyond its limit; most never are."""
    if not rule.by:
        yield (), rows.sort(PERIOD).select(PERIOD, BREACH, CALM).to_dicts()
        return
    touched = rows.filter(BREACH).select(rule.by).unique()
    if firing:
        before = pl.DataFrame(list(firing), schema=dict.fromkeys(rule.by, pl.String), orient="row")
        touched = pl.concat([touched, before]).unique()
    kept = rows.join(touched, on=list(rule.by), how="semi", nulls_equal=True)
    by_member = kept.sort(*rule.by, PERIOD).group_by(rule.by, maintain_order=True)
    for member, days in by_member:
        yield tuple(member), days.select(PERIOD, BREACH, CALM).to_dicts()


def _walk(
    member: Member, days: list[dict[str, Any]], rule: Rule, *, was_firing: bool
) -> Iterator[Span]:
    """One member day by day: it fires after `for` days, and ends after `keep` calm ones."""
    # One that fired before did so on a day that is not among these.
    start: date | None = days[0][PERIOD] - _DAY if was_firing and days else None
    last, end = start, None
    fired, run, calm = was_firing, 0, 0
    for row in days:
        day = row[PERIOD]
        if row[BREACH]:
            start = start or day
            last, end, run, calm = day, None, run + 1, 0
            fired = fired or run >= rule.duration
        elif row[CALM]:
            end = end or day
            run, calm = 0, calm + 1
            if start and last and (not fired or calm >= rule.keep):
                if fired:
                    yield Span(member, start, last, end, "resolved")
                start, last, end, fired = None, None, None, False
        else:
            run = run if fired else 0
            start = start if fired else None
            end, calm = None, 0
    if start and last:
        state = "pending" if not fired else "recovering" if end else "firing"
        yield Span(member, start, last, end, state)


def _merged(group: Member, spans: list[Span]) -> Iterator[Episode]:
    """Spans that overlap are one episode; one that is only pending begins none."""
    together: list[Span] = []
    until: date | None = None
    for span in spans:
        if together and until and span.start > until:
            yield _episode(group, together)
            together = []
            until = None
        together.append(span)
        until = max(filter(None, (until, span.end or span.last)))
    if together:
        yield _episode(group, together)


def _episode(group: Member, spans: list[Span]) -> Episode:
    states = {span.state for span in spans}
    state = next(s for s in ("firing", "recovering", "resolved", "pending") if s in states)
    counted = tuple(span for span in spans if state == "pending" or span.state != "pending")
    ends = [span.end for span in counted]
    over = max(end for end in ends if end) if all(ends) else None
    start, last = min(s.start for s in counted), max(s.last for s in counted)
    return Episode(group, start, last, over, state, counted)


def _limit(rule: Rule) -> pl.Expr:
    if isinstance(rule.limit, str):
        return pl.col(rule.limit).cast(pl.Float64)
    if not rule.limits:
        return pl.lit(rule.limit, pl.Float64)
    return pl.col(rule.by[0]).replace_strict(
        rule.limits, default=rule.limit, return_dtype=pl.Float64
    )


def _least(name: str, least: float, rule: Rule) -> pl.Expr:
    """What is expected counts where the metric itself is judged: nothing sold is no small shop."""
    column = USUAL if rule.kind == "expected" and name == rule.metric else name
    return pl.col(column) >= least
