"""The filter bar: range and comparison in sight, the rest behind a button, what is set as chips.

On a phone the range and the comparison are behind the button too. Which of the two places shows is
up to the style sheet, because a server does not know how wide a window is.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS
from metrics.ranges import RANGES, default_range
from pages.ui import links
from pages.ui.filters import (
    AUTO,
    COMPARE,
    COMPARISONS,
    CUSTOM,
    DEFAULT_COMPARISON,
    FIRST,
    GRAIN,
    GRAINS,
    LAST,
    RANGE,
    Filters,
    possible_days,
    possible_ranges,
)
from pages.ui.first import later
from pages.ui.members import members
from pages.ui.names import member, plain
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from metrics.coverage import Coverage
    from pages.ui.board import Board

    Width = int | Literal["stretch"]

OFFERED = ("platform", "shop", "mode", "category", "region", "year_season", "wave")
"""The dimensions with a filter of their own; deeper ones are filtered by drilling down."""
NARROW = "-narrow"
"""What the names of the widgets end in that stand behind the button on a phone."""
_RANGES = {**RANGES, CUSTOM: N_("Custom")}
_COMPARED = {name: each.title for name, each in COMPARISONS.items()}
_DAYS = "days"
_DAY = timedelta(days=1)


def filter_bar(board: Board, filters: Filters, coverage: Coverage) -> AbstractContextManager[None]:
    """A place for the filters, which are drawn after what stands in the block below it.

    A browser takes a tenth of a second to make them, for which the numbers need not wait. They are
    there whatever happens to the block: who has filtered too much finds the way back.
    """
    return later("filter-place", partial(_bar, board, filters, coverage))


def _bar(board: Board, filters: Filters, coverage: Coverage) -> None:
    """Shows the filters and lets them be changed; each change is a change of the link."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-bar"):
        _in_sight(board, filters, coverage)
        icon = ":material/filter_list:"
        more = st.popover(_("Filters"), icon=icon, key="filters", on_change="rerun")
        if more.open:
            with more:
                _in_sight(board, filters, coverage, NARROW)
                _more(board, filters)
        _chips(filters)


def _in_sight(board: Board, filters: Filters, coverage: Coverage, place: str = "") -> None:
    """Range and comparison: in the bar, or in a `place` behind the button."""
    offered = possible_ranges(coverage, board.settings.week_start)
    wanted = {*offered, filters.range, CUSTOM}
    ranges = {name: title for name, title in _RANGES.items() if name in wanted}
    row = not place
    with st.container(
        horizontal=row,
        vertical_alignment="bottom",
        width="content" if row else "stretch",
        key=f"filter-in-sight{place}",
    ):
        follow = partial(_follow, board, filters, place)
        wide: tuple[Width, Width] = (160, 182) if row else ("stretch", "stretch")
        _select(RANGE + place, _("Range"), ranges, filters.range, follow, wide[0])
        if filters.range == CUSTOM:
            _days(filters, coverage, place, follow)
        _select(COMPARE + place, _("Compare with"), _COMPARED, filters.compare, follow, wide[1])


def _select(
    name: str,
    label: str,
    titles: Mapping[str, str],
    value: str,
    follow: Any,
    width: Width = "stretch",
) -> None:
    st.selectbox(
        label,
        list(titles),
        format_func=lambda code: _(titles[code]),
        key=links.show(name, value),
        on_change=follow,
        filter_mode=None,
        width=width,
    )


def _days(filters: Filters, coverage: Coverage, place: str, follow: Any) -> None:
    """First and last day; a range of which only the first is picked yet stays as it is."""
    key = links.widget_key(_DAYS + place)
    if len(st.session_state.get(key) or ()) != 1:
        links.show(_DAYS + place, (filters.start, filters.end - _DAY))
    earliest, latest = possible_days(coverage)
    st.date_input(
        _("First and last day"),
        key=key,
        value=[],
        min_value=earliest,
        max_value=latest,
        format="YYYY-MM-DD",
        on_change=follow,
        width="stretch" if place else 270,
    )


def _more(board: Board, filters: Filters) -> None:
    follow = partial(_follow, board, filters)
    _select(GRAIN, _("Grain"), GRAINS, links.one(GRAIN) or AUTO, follow)
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
            on_change=follow,
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


def _follow(board: Board, before: Filters, place: str = "") -> None:
    """Writes what the bar's widgets hold into the link.

    All of them at once: a second change may arrive before the browser knows of the first. Those of
    the `place` that was used count, and those in the bar are made to agree.
    """
    for name in (RANGE, COMPARE, _DAYS):
        if place and (key := links.widget_key(name + place)) in st.session_state:
            st.session_state[links.widget_key(name)] = st.session_state[key]
    held: dict[str, Any] = {
        name: st.session_state[key]
        for name in (RANGE, COMPARE, GRAIN, _DAYS, *OFFERED)
        if (key := links.widget_key(name)) in st.session_state
    }
    picked: tuple[date, ...] = held.pop(_DAYS, None) or ()
    days = picked if len(picked) == 2 else (before.start, before.end - _DAY)  # noqa: PLR2004
    is_custom = held.get(RANGE) == CUSTOM
    implied = default_range(board.today) if links.one(RANGE) is None else None
    unsaid = {RANGE: implied, COMPARE: DEFAULT_COMPARISON, GRAIN: AUTO}
    wanted = {name: None if value == unsaid.get(name) else value for name, value in held.items()}
    links.change(
        {
            **wanted,
            FIRST: days[0].isoformat() if is_custom else None,
            LAST: days[1].isoformat() if is_custom else None,
        }
    )
