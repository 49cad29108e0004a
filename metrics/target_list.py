"""Which targets are in force: those entered in the board, and the defaults that they leave."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.errors import UserError, unknown
from connectors.state import Target, open_state, segment_of
from metrics.dimensions import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.settings import Settings
    from connectors.state import Baseline

SHIPPED = Path(__file__).parents[1] / "assets" / "targets.toml"
_KINDS: dict[str, tuple[type, ...]] = {
    "metric": (str,),
    "from": (date,),
    "to": (date,),
    "amount": (int, float),
    "level": (int, float),
    "level_over_baseline": (int, float),
    "where": (dict,),
    "note": (str,),
}
"""The keys of a target in a file, and what TOML may give for each."""


def load_targets(settings: Settings) -> tuple[Target, ...]:
    """The targets in force, those over a baseline as levels; without a baseline they are none.

    Raises:
        UserError: as `targets_in_force`.
    """
    baselines = open_state(settings).baselines()
    levels = (_levelled(target, baselines) for target in targets_in_force(settings))
    return tuple(target for target in levels if target is not None)


def without_baseline(settings: Settings) -> frozenset[str]:
    """The metrics with a target over a baseline that was not recorded; raises as the others."""
    baselines = open_state(settings).baselines()
    targets = targets_in_force(settings)
    return frozenset(t.metric for t in targets if _levelled(t, baselines) is None)


def targets_in_force(settings: Settings) -> tuple[Target, ...]:
    """The targets of the state, then the defaults of which it has none for metric and segment.

    Raises:
        UserError: for a file with what is no target, naming the entry, and for a state that
            cannot be read.
    """
    entered = open_state(settings).targets()
    replaced = {(target.metric, target.segment) for target in entered}
    defaults = default_targets(settings)
    return (*entered, *(t for t in defaults if (t.metric, t.segment) not in replaced))


def default_targets(settings: Settings) -> tuple[Target, ...]:
    """The targets of `assets/targets.toml`, or of the file that the setting `targets` names.

    Raises:
        UserError: for what is no target, naming the file and the entry.
    """
    file = Path(settings.targets) if settings.targets else SHIPPED
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("target", [])
    except FileNotFoundError:
        raise UserError(
            "The setting targets names {file}: there is no such file.", file=file
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError("{file} is not valid TOML: {error}.", file=file, error=error) from None
    return tuple(_entry(each, f"{file.name}, target {n}") for n, each in enumerate(entries, 1))


def checked_target(target: Target, where: str) -> Target:
    """The target, when a question can meet it.

    Args:
        target: what was entered.
        where: what the message begins with: the file and the row, or the name of the target.

    Raises:
        UserError: for unknown names, and an amount or a level that the metric cannot have.
    """
    from metrics.catalogue import METRICS  # the dictionary itself holds metrics of targets
    from metrics.leaves import counts_nothing_as_zero

    if target.metric not in METRICS:
        raise unknown("metric", target.metric, METRICS, where)
    for name, members in target.segment:
        if name not in DIMENSIONS:
            raise unknown("dimension", name, DIMENSIONS, where)
        if not members:
            raise UserError("{where}: {name} names no member.", where=where, name=name)
    target.check(where)
    if target.amount is None and counts_nothing_as_zero(target.metric):
        raise UserError(
            "{where}: {metric} adds up over days: give an amount for a range, not a level.",
            where=where,
            metric=target.metric,
        )
    if target.amount is not None and not counts_nothing_as_zero(target.metric):
        raise UserError(
            "{where}: {metric} does not add up over days: give a level, not an amount.",
            where=where,
            metric=target.metric,
        )
    return target


def baseline_of(target: Target, baselines: Iterable[Baseline]) -> Baseline | None:
    """What a target over a baseline refers to: the one that ended last before the target began.

    A target that has always held takes the one that ended last.
    """
    start = date.max if target.start == date.min else target.start
    known = [
        each
        for each in baselines
        if (each.metric, each.segment) == (target.metric, target.segment) and each.end <= start
    ]
    return max(known, key=lambda each: (each.end, each.start), default=None)


def _levelled(target: Target, baselines: Iterable[Baseline]) -> Target | None:
    if target.level_over_baseline is None:
        return target
    baseline = baseline_of(target, baselines)
    if baseline is None:
        return None
    level = baseline.value * (1 + target.level_over_baseline)
    return replace(target, level=level, level_over_baseline=None)


def _entry(entry: dict[str, Any], where: str) -> Target:
    for key, value in entry.items():
        if key not in _KINDS:
            raise unknown("key of a target", key, _KINDS, where)
        if type(value) not in _KINDS[key]:
            raise _no_value(where, key, value)
    if "metric" not in entry:
        raise UserError("{where}: metric is missing.", where=where)
    for key, members in entry.get("where", {}).items():
        if not isinstance(members, list) or any(type(each) is not str for each in members):
            raise _no_value(where, f"where.{key}", members)
    target = Target(
        metric=entry["metric"],
        segment=segment_of(entry.get("where", {})),
        start=entry.get("from", date.min),
        end=entry.get("to", date.max),
        note=entry.get("note", ""),
        amount=entry.get("amount"),
        level=entry.get("level"),
        level_over_baseline=entry.get("level_over_baseline"),
    )
    return checked_target(target, where)


def _no_value(where: str, key: str, value: object) -> UserError:
    return UserError(
        '{where}: {key} cannot be {value!r}. As an example: metric = "gross_margin", level = 0.42, '
        'from = 2025-01-01, to = 2026-01-01, where = {{ shop = ["a"] }}.',
        where=where,
        key=key,
        value=value,
    )
