"""The filter bar: range and comparison in sight, the rest behind a button, what is set as chips."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS
from metrics.ranges import RANGES
from pages.ui import links
from pages.ui.filters import (
    AUTO,
    COMPARE,
    COMPARISONS,
    CUSTOM,
    DEFAULT_COMPARISON,
    DEFAULT_RANGE,
    FIRST,
    GRAIN,
    GRAINS,
    LAST,
    RANGE,
    Filters,
    possible_days,
)
from pages.ui.members import members
from pages.ui.names import member, plain
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrics.coverage import Coverage
    from pages.ui.board import Board

OFFERED = ("platform", "shop", "mode", "category", "region", "year_season", "wave")
"""The dimensions with a filter of their own; deeper ones are filtered by drilling down."""
_RANGES = {**RANGES, CUSTOM: N_("Custom")}
_COMPARISONS = {name: each.title for name, each in COMPARISONS.items()}
_DEFAULTS = {RANGE: DEFAULT_RANGE, COMPARE: DEFAULT_COMPARISON, GRAIN: AUTO}
_DAYS = "days"
_DAY = timedelta(days=1)


def filter_bar(board: Board, filters: Filters, coverage: Coverage) -> None:
    """Shows the filters and lets them be changed; each change is a change of the link."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-bar"):
        _select(RANGE, _("Range"), _RANGES, filters.range, filters)
        if filters.range == CUSTOM:
            _days(filters, coverage)
        _select(COMPARE, _("Compare with"), _COMPARISONS, filters.compare, filters, 182)
        more = st.popover(_("Filters"), icon=":material/filter_list:", on_change="rerun")
        if more.open:
            with more:
                _more(board, filters)
        _chips(filters)


def _select(
    name: str, label: str, titles: Mapping[str, str], value: str, now: Filters, width: int = 160
) -> None:
    st.selectbox(
        label,
        list(titles),
        format_func=lambda code: _(titles[code]),
        key=links.show(name, value),
        on_change=_follow,
        args=(now,),
        filter_mode=None,
        width=width,
    )


def _days(filters: Filters, coverage: Coverage) -> None:
    """First and last day; a range of which only the first is picked yet stays as it is."""
    key = links.widget_key(_DAYS)
    if len(st.session_state.get(key, ())) != 1:
        links.show(_DAYS, (filters.start, filters.end - _DAY))
    earliest, latest = possible_days(coverage)
    st.date_input(
        _("First and last day"),
        key=key,
        value=None,
        min_value=earliest,
        max_value=latest,
        format="YYYY-MM-DD",
        on_change=_follow,
        args=(filters,),
        width=230,
    )


def _more(board: Board, filters: Filters) -> None:
    _select(GRAIN, _("Grain"), GRAINS, links.one(GRAIN) or AUTO, filters)
    for dimension in OFFERED:
        kept = filters.members(dimension)
        found = tuple(dict.fromkeys((*members(board, dimension), *kept)))
        if len(found) < 2 and not kept:  # noqa: PLR2004 (nothing to choose between)
            continue
        st.multiselect(
            _(DIMENSIONS[dimension].title),
            found,
            format_func=partial(member, dimension),
            key=links.show(dimension, list(kept)),
            on_change=_follow,
            args=(filters,),
            placeholder=_("All"),
        )


def _chips(filters: Filters) -> None:
    """What is filtered, each with a click to let go of it."""
    for dimension, kept in filters.where:
        names = plain(member(dimension, kept[0])) + (f" +{len(kept) - 1}" if kept[1:] else "")
        st.button(
            f"{_(DIMENSIONS[dimension].title)}: {names}",
            key=f"chip:{dimension}",
            icon=":material/close:",
            icon_position="right",
            on_click=links.change,
            args=({dimension: None},),
            help=_("Remove this filter"),
        )


def _follow(before: Filters) -> None:
    """Writes what the bar's widgets hold into the link.

    All of them at once: a second change may arrive before the browser knows of the first.
    """
    held: dict[str, Any] = {
        name: st.session_state[key]
        for name in (*_DEFAULTS, _DAYS, *OFFERED)
        if (key := links.widget_key(name)) in st.session_state
    }
    picked = held.pop(_DAYS, ())
    days = picked if len(picked) == 2 else (before.start, before.end - _DAY)  # noqa: PLR2004
    is_custom = held.get(RANGE) == CUSTOM
    wanted = {name: None if value == _DEFAULTS.get(name) else value for name, value in held.items()}
    links.change(
        {
            **wanted,
            FIRST: days[0].isoformat() if is_custom else None,
            LAST: days[1].isoformat() if is_custom else None,
        }
    )
