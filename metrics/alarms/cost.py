"""What an incident is estimated to cost: what was expected and did not come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from metrics.alarms.rates import USUAL
from metrics.alarms.rules import Rule
from metrics.alarms.states import BREACH
from metrics.alarms.values import values
from metrics.catalogue import METRICS
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from metrics.alarms.asking import Asking
    from metrics.alarms.states import Episode

_DAY = timedelta(days=1)


def cost_of(rule: Rule, asking: Asking, rows: pl.DataFrame, episode: Episode) -> float | None:
    """The money lost from the episode's first to its last day; None where nobody can say.

    Args:
        rule: the rule.
        asking: who asks.
        rows: from `judged`.
        episode: one of its episodes.
    """
    metric = str(rule.metric)
    days = pl.col(PERIOD).is_between(episode.start, episode.last)
    if rule.loss is None and rule.kind == "expected" and METRICS[metric].unit == "money":
        lost = rows.filter(days, BREACH, _of_group(rule, episode))
        return float((lost[USUAL] - lost[metric]).sum() * -rule.sign)
    if rule.loss is None:
        return None
    return _loss(rule, asking, episode)


def _loss(rule: Rule, asking: Asking, episode: Episode) -> float | None:
    """The shortfall of the rule's loss metric within the group; a metric of losses says it."""
    where = {**rule.where, **_members(rule, episode)}
    watched = Rule(
        name=rule.name, kind="expected", title=rule.title, metric=rule.loss, below=0, where=where
    )
    days = episode.start, episode.last + _DAY
    if METRICS[str(rule.loss)].better == "down":
        lost = asking.by_day([str(rule.loss)], watched, *days)[str(rule.loss)]
    else:
        rows = values(watched, asking, *days)
        if rows.is_empty():
            return None
        lost = rows[USUAL] - rows[str(rule.loss)].fill_nan(None)
    known = lost.drop_nulls()
    return float(np.maximum(known.to_numpy(), 0.0).sum()) if len(known) else None


def _members(rule: Rule, episode: Episode) -> dict[str, tuple[str, ...]]:
    pairs = zip(rule.groups, episode.group, strict=True)
    return {name: (member,) for name, member in pairs if member is not None}


def _of_group(rule: Rule, episode: Episode) -> pl.Expr:
    same = [
        pl.col(name).eq_missing(pl.lit(member, pl.String))
        for name, member in zip(rule.groups, episode.group, strict=True)
    ]
    return pl.all_horizontal(same) if same else pl.lit(value=True)
