"""As of when each source is; a board that stays open follows what is imported meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st
from babel.lists import format_list

from connectors.engines import connect, status
from connectors.schema import IMPORTED
from pages.ui import failures, formats
from pages.ui.names import plain, small, table_title
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from connectors.settings import Settings
    from pages.ui.board import Board

_LOOKED_AFTER = timedelta(seconds=30)
_LATE = timedelta(days=2)
"""A source that lacks yesterday and the day before is stale."""
_SHOWN = (
    "order_lines",
    "returns",
    "traffic_daily",
    "events",
    "stock_daily",
    "ad_spend",
    "surveys",
    "brand_daily",
)


def sources(board: Board) -> frozenset[str]:
    """One line: the last day of the sources, late ones standing out; which of them are late."""
    days = _last_days(board.settings, board.connector.version)
    late = frozenset(name for name, day in days.items() if board.today - day > _LATE)
    known: dict[date, list[str]] = {}
    for name in _SHOWN:
        if name in days:
            known.setdefault(days[name], []).append(name)
    parts = [_said(names, day, late=names[0] in late) for day, names in sorted(known.items())]
    if parts:
        st.markdown(small(*parts))
    _follow(board, board.today)
    return late


@contextmanager
def dimmed(key: str, stale: frozenset[str], *tables: str) -> Iterator[None]:
    """A place for parts that rest on these tables: pale when one of them is stale."""
    name = f"stale-{key}" if stale.intersection(tables) else key
    with st.container(key=name, height="stretch"):
        yield


@st.cache_data(max_entries=10, show_spinner=False)
def _last_days(
    settings: Settings,
    version: str,  # noqa: ARG001 (part of the key)
) -> Mapping[str, date]:
    found = status(settings.warehouse, settings)
    return {each.table: each.last for each in found if each.table in IMPORTED and each.last}


def _said(names: Sequence[str], day: date, *, late: bool) -> str:
    """Sources that end on the same day, named together."""
    titles = format_list([table_title(name) for name in names], locale=formats.locale())
    text = plain(_("{sources} up to {day}").format(sources=titles, day=formats.period(day, "day")))
    return f":orange[{text}]" if late else text


@st.fragment(run_every=_LOOKED_AFTER)
def _follow(board: Board, day: date) -> None:
    """Runs the page again once the warehouse holds something newer, or a day has begun."""
    with failures.shown():
        current = connect(board.settings.warehouse, board.settings)
        if (current.version, board.today) != (board.connector.version, day):
            st.rerun()
