"""How far each target is reached, and how the seasonal calendar splits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS, METRICS
from metrics.periods import Grain
from metrics.target_list import load_targets
from metrics.target_progress import progress, split
from pages.ui import formats
from pages.ui.filters import GRAINS
from pages.ui.names import member
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import Target
    from metrics.target_progress import Progress
    from pages.ui.board import Board

_GRAINS: tuple[Grain, ...] = tuple(
    each for each in get_args(Grain) if each in {"week", "month", "quarter"}
)
_NUMBERS = (N_("Target"), N_("Now"), N_("Attainment"), N_("Pace"))


def reached(board: Board) -> None:
    """The targets of the present, each with what it is now."""
    st.subheader(_("How far they are reached"), anchor=False)
    found = progress(
        load_targets(board.settings), board.ask, board.access, board.connector, board.settings
    )
    if not found:
        st.caption(_("No target covers the last day with data."))
        return
    currency = board.connector.meta().currency
    shown = pl.DataFrame([_row(each, currency) for each in found])
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(alignment="right") for name in map(_, _NUMBERS)
    }
    columns[_("Metric")] = st.column_config.TextColumn(pinned=True)
    title = _("How far they are reached")
    st.dataframe(shown, hide_index=True, column_config=columns, height="content", alt=title)


def _row(each: Progress, currency: str | None) -> dict[str, str]:
    target, unit = each.target, METRICS[each.target.metric].unit
    planned = target.level if target.amount is None else target.amount
    return {
        _("Metric"): _(METRICS[target.metric].title),
        _("Target"): formats.whole(planned, unit, currency),
        _("Now"): formats.whole(each.actual, unit, currency),
        _("Attainment"): formats.short(each.attainment, "ratio", None),
        _("Pace"): formats.short(each.pace, "ratio", None),
        _("Level"): {True: _("met"), False: _("missed"), None: formats.DASH}[each.is_met],
        _("Segment"): segment(target),
        _("Period"): formats.days(each.start, each.end),
    }


def segment(target: Target) -> str:
    """The part of the business that a target is for, as people say it."""
    parts = [
        f"{_(DIMENSIONS[name].title)}: {', '.join(member(name, each) for each in kept)}"
        for name, kept in target.segment
    ]
    return " · ".join(parts) or _("All")


def split_preview(board: Board) -> None:
    """The amount of one target by quarters, months or weeks."""
    known = (each for each in load_targets(board.settings) if each.amount is not None)
    amounts = sorted(known, key=lambda each: each.start - each.end)
    if not amounts:
        return
    st.subheader(_("Split by the seasonal calendar"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox(_("Target"), amounts, format_func=_named, width=420)
        grain = st.segmented_control(
            _("Grain"),
            _GRAINS,
            format_func=lambda each: _(GRAINS[each]),
            default="month",
            required=True,
        )
    parts = split(target, grain, board.connector, board.settings.week_start)
    currency, unit = board.connector.meta().currency, METRICS[target.metric].unit
    shown = {
        _("Period"): [formats.period(each, grain) for each in parts["period"]],
        _("Amount"): [formats.whole(each, unit, currency) for each in parts["amount"]],
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, alt=_("Split by the seasonal calendar"))


def _named(target: Target) -> str:
    days = formats.days(target.start, target.end)
    return f"{_(METRICS[target.metric].title)} · {days} · {segment(target)}"
