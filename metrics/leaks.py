"""The steps at which orders are lost, by segment, ranked by how many orders that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.text import N_
from metrics.dropoff import BASELINE_DAYS, nodes
from metrics.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metrics.access import Access, Filter
    from metrics.answer import Result
    from metrics.dropoff import Node


class Step(NamedTuple):
    """A step that is watched.

    Attributes:
        title: what people call it.
        before: the metric of what stands before it.
        after: that of what goes on.
        paid: that of what pays in the end: what goes on and is lost would have paid like the rest.
    """

    title: str
    before: str
    after: str
    paid: str


_LOGGED = (
    Step(N_("View → cart"), "funnel_view", "funnel_cart", "funnel_pay"),
    Step(N_("View → order"), "funnel_view", "funnel_order", "funnel_pay"),
    Step(N_("Checkout → order"), "funnel_checkout", "funnel_placed", "funnel_pay"),
    Step(N_("Order → payment"), "funnel_order", "funnel_pay", "funnel_pay"),
)
_COUNTED = (
    Step(N_("Visit → order"), "visitor_days", "ordering_days", "paying_days"),
    Step(N_("Order → payment"), "ordering_days", "paying_days", "paying_days"),
)
STEPS: dict[tuple[str, ...], tuple[Step, ...]] = {
    ("shop", "device"): _LOGGED,
    ("shop", "channel"): _LOGGED,
    ("shop", "category"): _LOGGED,
    ("shop", "visitor_kind"): _LOGGED,
    ("shop",): _COUNTED,
}
"""The steps by the dimensions of the segments that they are looked at in."""


@dataclass(frozen=True)
class Leak:
    """A step of a segment, and what is lost there.

    Attributes:
        step: the step.
        by: the segment's dimensions.
        node: its rate against its baseline; its loss counts what does not go on.
        lost_orders: how many of those would have paid; below 0 a gain.
    """

    step: Step
    by: tuple[str, ...]
    node: Node
    lost_orders: float


def leaks(
    ask: Callable[[Query], Result],
    access: Access,
    span: tuple[date, date],
    where: tuple[Filter, ...] = (),
    params: tuple[tuple[str, str], ...] = (),
) -> tuple[Leak, ...]:
    """The steps of all segments that can be judged, the most orders lost first.

    Args:
        ask: answers a question, as `run` does.
        access: what the asker may see; what lies beyond it is left out.
        span: the range, half-open; the days before are the baseline.
        where: members to keep.
        params: settings of the question, such as the unit of the funnel.
    """
    start, end = span
    first = start - timedelta(days=BASELINE_DAYS)
    found: list[Leak] = []
    for by, steps in STEPS.items():
        names = tuple(dict.fromkeys(n for s in steps for n in (s.before, s.after, s.paid)))
        if access.hidden & {*by} or not (access.metrics is None or access.metrics >= {*names}):
            continue
        question = Query(names, first, end, grain="day", by=by, where=where, params=params)
        found += _of(ask(question).frame, steps, by, start)
    return tuple(sorted(found, key=lambda each: -each.lost_orders))


def _of(
    frame: pl.DataFrame, steps: tuple[Step, ...], by: tuple[str, ...], start: date
) -> Iterator[Leak]:
    before = frame.filter(pl.col("period") < start).group_by(by)
    names = {name for step in steps for name in step[1:]}
    sums = before.agg(pl.col(name).sum() for name in names)
    rows = {tuple(row[name] for name in by): row for row in sums.iter_rows(named=True)}
    for step in steps:
        for node in nodes(frame, step.before, step.after, by, start):
            usual = rows[node.members]
            onward = float(usual[step.paid]) / float(usual[step.after])
            yield Leak(step, by, node, node.lost * min(onward, 1.0))
