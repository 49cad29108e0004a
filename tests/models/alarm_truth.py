"""How rules do on a demo shop: the planted incidents that they find, how late, and what else.

An incident matters from the day by which ten rows of the tables differ: the demo's truth says so.
What a rule tells on the morning after day d is found on day d; a rule that waits until numbers are
final finds it later by as much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.engines import connect
from metrics import Access
from metrics.alarms.asking import Asking
from metrics.alarms.final import lag
from metrics.alarms.judge import NOW_ONLY, judge
from metrics.coverage import coverage_of
from metrics.leaves import expand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from connectors.settings import Settings
    from metrics.alarms.judge import Finding
    from metrics.alarms.rules import Rule

_DAY = timedelta(days=1)
_AFTER = timedelta(days=14)
"""What a rule finds so long after an incident is still of it: a mean of a week looks back."""
_PLACES = {
    "shop": "shop_id",
    "channel": "channel",
    "style": "style_id",
    "skc": "skc_id",
    "warehouse": "warehouse_id",
    "region": "region",
    "courier": "courier",
    "device": "device",
}


@dataclass
class Score:
    """What rules found.

    Attributes:
        delays: days from that on which a planted incident mattered to that on which it was told.
        told: for each planted incident, the rules that told of it, once for each of theirs.
        false: what was told of nothing that was planted: rule, members, first day.
        months: how many months were judged.
    """

    delays: dict[str, int] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)
    false: list[tuple[str, str, date]] = field(default_factory=list)
    months: float = 0.0

    @property
    def false_per_month(self) -> float:
        """How many incidents a month nothing planted explains."""
        return len(self.false) / self.months


def scored(rules: Iterable[Rule], settings: Settings, folder: Path) -> Score:
    """Judges every day of a demo shop by every rule that can look back.

    Args:
        rules: the rules.
        settings: of the shop; the clock stands on the day after its last.
        folder: the warehouse's, with `truth` in it.
    """
    planted = pl.read_parquet(folder / "truth" / "incidents.parquet").to_dicts()
    connector = connect(str(folder), settings)
    asking = Asking(connector, Access("score"), settings)
    span = coverage_of(connector, expand(["paid_sales"]), settings.zone)
    assert span.first
    assert span.last
    score = Score(months=(span.last - span.first).days / 30.4)
    for rule in (each for each in rules if each.kind not in NOW_ONLY):
        for finding in judge(rule, asking, span.first, span.last + _DAY).findings:
            named = {**rule.where, **dict(finding.segment)}
            late = lag(rule.model_copy(update={"where": named}), asking)
            _count(score, rule, finding, planted, late)
    connector.close()
    return score


def _count(
    score: Score, rule: Rule, finding: Finding, planted: list[dict[str, Any]], late: timedelta
) -> None:
    episode, members = finding.episode, dict(finding.segment)
    told = episode.start + _DAY * (rule.duration - 1) + late
    for each in planted:
        same = members and all(
            (each[column] or member) == member
            for name, (member,) in members.items()
            if (column := _PLACES.get(name))
        )
        named = any(each[_PLACES[name]] for name in members if name in _PLACES)
        if (
            same
            and named
            and each["start_date"] - _DAY <= episode.last
            and (episode.start <= each["last_date"] + _AFTER)
        ):
            kind = str(each["kind"])
            score.told.setdefault(kind, []).append(rule.name)
            days = max((told - (each["matters_date"] or each["start_date"])).days, 0)
            score.delays[kind] = min(days, score.delays.get(kind, days))
            return
    score.false.append((rule.name, " ".join("|".join(m) for m in members.values()), episode.start))
