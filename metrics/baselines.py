"""Baselines: what a metric was over a range, to be recorded and measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import UserError
from connectors.state import Baseline, segment_of
from metrics.answer import run
from metrics.output import said
from metrics.scope import local_midnight

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.engines.base import Connector
    from connectors.settings import Settings
    from metrics.access import Access
    from metrics.query import Query


def measured_baseline(
    query: Query,
    access: Access,
    connector: Connector,
    settings: Settings,
    translate: Callable[[str], str] = str,
) -> Baseline:
    """The answer to a question as a baseline, ready to be kept by `State.put_all`.

    Args:
        query: one metric over a range that is over, without grain and groups.
        access: what the asker may see.
        connector: the warehouse.
        settings: those in force.
        translate: the reader's language, for the reason why there is no answer.

    Raises:
        UserError: for what cannot be asked, a range that is not over, and a metric that is
            unknown there.
    """
    result = run(query, access, connector, settings)
    [metric] = query.metrics
    if result.as_of < local_midnight(query.end):
        raise UserError(
            "The facts of {metric} are known up to {as_of}: a baseline has to end by then.",
            metric=metric,
            as_of=result.as_of.isoformat(" ", "minutes"),
        )
    value = result.frame[metric].item()
    if value is None:
        reasons = [said(note, translate) for note in result.notes]
        raise UserError(
            "{metric} is not known from {start} to {end}. {reason}",
            metric=metric,
            start=query.start,
            end=query.end,
            reason=" ".join(reasons),
        )
    members: dict[str, set[str]] = {}
    for name, kept in query.where:
        members.setdefault(name, set()).update(kept)
    return Baseline(
        metric=metric,
        segment=segment_of(members),
        start=query.start,
        end=query.end,
        value=float(value),
    )
