"""Cards: a number, how it changed, whether that is good, and how it got there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics import METRICS
from metrics.compare import PART_EARLIER
from metrics.output import said
from metrics.scope import local_midnight
from metrics.series import filled, with_changes
from pages.ui import formats, links
from pages.ui.attainment import ATTAINMENT, attainment
from pages.ui.definition import About, definition, why_unknown
from pages.ui.first import hold_back
from pages.ui.names import plain, small
from pages.ui.spark import shade, spark
from pages.ui.text import _
from pages.ui.verdict import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from metrics import Note, Query, Result
    from metrics.metric import Metric
    from pages.ui.board import Board
    from pages.ui.filters import Filters

CHOSEN = "metric"
"""The parameter that names the metric drawn over time."""
_NARROWEST = 160
_COMPARED = {
    "previous": N_("was {value}"),
    "year": N_("was {value}"),
    "target": N_("target {value}"),
}
_INSTEAD = {"spend_share": "order_value", "net_roas": "breakeven_roas"}
"""What a card shows where its metric is not known."""
_PARTS = {
    "refund_rate": {
        "refund_rate_before_shipping": N_("{share} before shipping"),
        "refund_rate_after_shipping": N_("{share} after it"),
    }
}
"""The parts that a card names under its metric."""


def needed(names: Sequence[str]) -> tuple[str, ...]:
    """What the question over the whole range has to ask for cards of these metrics."""
    plain_ones = [name for name in names if name != ATTAINMENT]
    others = [_INSTEAD[name] for name in names if name in _INSTEAD]
    return (*plain_ones, *others, *(part for name in names for part in _PARTS.get(name, ())))


def over_time(filters: Filters, names: Sequence[str]) -> Query:
    """The question over time behind the cards; who draws one as a trend asks the same.

    That one alone is compared: the others are drawn without what they were.
    """
    others = [_INSTEAD[name] for name in names if name in _INSTEAD]
    question = filters.query(*dict.fromkeys((*names, *others)), in_time=True)
    return replace(question, compared=(chosen(names),) if question.compare else ())


def chosen(names: Sequence[str]) -> str:
    """The metric that the link names, else the first."""
    asked = links.one(CHOSEN)
    return next((name for name in names if name == asked), names[0])


def cards(board: Board, filters: Filters, names: Sequence[str], whole: Query) -> None:
    """A card for each metric over the whole range, in sight before what is drawn after it.

    Args:
        board: who asks.
        filters: what is asked about.
        names: the metrics.
        whole: the question over the whole range that has those of `needed`, perhaps among others.
    """
    in_time = over_time(filters, names)
    total, series = board.ask(whole), board.ask(in_time)
    row = with_changes(total.frame, whole).row(0, named=True)
    every = filled(series, in_time, board.settings.week_start)
    _legend(total, filters, board.settings.good_colour)
    grid = st.grid(len(names), min_column_width=_NARROWEST, gap="small")
    for wanted in names:
        name = _INSTEAD.get(wanted, wanted) if row.get(wanted) is None else wanted
        with grid.container(border=True, height="stretch", gap="xxsmall", key=f"card-{name}"):
            if name == ATTAINMENT:
                attainment(board, filters)
                continue
            exact = plain(formats.exact(row[name], METRICS[name].unit, total.currency))
            about = About(f"card-{name}", [name], total, filters)
            definition(_(METRICS[name].title), about, help=exact)
            _card(METRICS[name], row, every, total, board.settings.good_colour)
            _remarks(METRICS[name], row, every, total)
    hold_back()


def _legend(total: Result, filters: Filters, good: str) -> None:
    """Which days are compared, and what the colours mean."""
    shown = formats.days(filters.start, filters.end)
    if total.as_of < local_midnight(filters.end):
        last = formats.up_to(total.as_of)
        shown = _("{days}, so far to {last}").format(days=shown, last=last)
    if total.compared is None:
        st.markdown(small(plain(shown)))
        return
    earlier = formats.days(*total.compared)
    text = plain(_("{days} against {earlier}").format(days=shown, earlier=earlier))
    if late := begins_late(total):
        st.markdown(small(text, f":orange[{plain(said(late, _))}]"))
        return
    bad = "green" if good == "red" else "red"
    colours = (f":{good}[■ {_('better')}]", f":{bad}[■ {_('worse')}]")
    st.markdown(small(text, *colours))


def _card(
    metric: Metric, row: dict[str, float | None], every: pl.DataFrame, total: Result, good: str
) -> None:
    change = row.get(f"{metric.name}_change")
    is_unfair = _is_young(metric, every) or begins_late(total) or _is_ahead(row, metric, every)
    verdict = "off" if is_unfair else colour(metric, good)
    st.metric(
        _(metric.title),
        plain(formats.short(row[metric.name], metric.unit, total.currency)),
        None if change is None else formats.change(change, metric.unit),
        delta_color=verdict,
        label_visibility="collapsed",
    )
    spark(every[metric.name], shade(verdict, change), metric.unit, total.currency)


def _is_ahead(row: dict[str, float | None], metric: Metric, every: pl.DataFrame) -> bool:
    """Whether a range that is not over meets the target of the whole of it."""
    return f"{metric.name}_target" in row and bool(every["partial"].any())


def begins_late(result: Result) -> Note | None:
    """The note that the range to compare with is not whole: a change is no verdict then."""
    return next((note for note in result.notes if note.message == PART_EARLIER), None)


def _is_young(metric: Metric, every: pl.DataFrame) -> bool:
    """Whether orders in view still lose refunds: what they become is neither good nor bad yet."""
    return metric.cohort and "immature" in every.columns and bool(every["immature"].any())


def _remarks(
    metric: Metric, row: dict[str, float | None], every: pl.DataFrame, total: Result
) -> None:
    """What it was, and what keeps the number from being taken at its face."""
    lines = []
    for compare, text in _COMPARED.items():
        if (then := row.get(f"{metric.name}_{compare}")) is not None:
            lines.append(_(text).format(value=formats.short(then, metric.unit, total.currency)))
    lines += _parts(metric, row)
    if row[metric.name] is None:
        lines += filter(None, [why_unknown(metric.name, total)])
    elif _is_young(metric, every):
        lines.append(_("young orders still lose refunds"))
    if lines:
        st.caption(plain(" · ".join(lines)))


def _parts(metric: Metric, row: dict[str, float | None]) -> list[str]:
    """The parts of a metric, where they are known."""
    return [
        _(text).format(share=formats.short(row[name], "ratio", None))
        for name, text in _PARTS.get(metric.name, {}).items()
        if row[name] is not None
    ]
