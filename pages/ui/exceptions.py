"""The worst exceptions in money, a sentence each, and the way to exactly what it speaks of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics import METRICS
from metrics.exceptions import exceptions, worst
from metrics.ranges import last_complete_day
from pages.ui import formats, links
from pages.ui.drill import BY
from pages.ui.filters import CUSTOM, FIRST, LAST, RANGE
from pages.ui.names import member, plain
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.settings import Settings
    from metrics import Access
    from metrics.access import Filter
    from metrics.watches import Exceptional
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_MOST = 5
_DAY = timedelta(days=1)
_SUMMED = N_("{who}: {metric} {actual} where {expected} was expected, since {day}")
_RATED = N_("{who}: {metric} {actual} where {expected} is usual, since {day}")
_PAGES = {"shop": "sales", "channel": "campaigns", "warehouse": "inventory", "device": "users"}
"""The page that looks closest at a dimension; what is not listed is looked at by sales."""
_BELOW = {"shop": "category", "category": "style", "style": "skc", "skc": "sku"}


def worst_exceptions(board: Board, filters: Filters) -> None:
    """The five that cost or bring most, as of the last day of the range that is over."""
    complete = last_complete_day(board.coverage("paid_sales").as_of)
    end = min(filters.end, complete + _DAY)
    version = board.connector.version
    found = _exceptions(end, filters.where, board.access, board.settings, version, _board=board)
    with st.container(border=True, height="stretch", key="exceptions"):
        st.markdown(f"**{_('Largest exceptions')}**", help=_help())
        for each in worst(found, _MOST):
            _link(board, each, end)
        if not found:
            st.caption(_("Nothing in view is off what is expected of it."))


@st.cache_data(max_entries=50, show_spinner=False)
def _exceptions(
    end: date,
    where: tuple[Filter, ...],
    access: Access,
    settings: Settings,  # noqa: ARG001 (part of the key)
    version: str,  # noqa: ARG001
    _board: Board,
) -> tuple[Exceptional, ...]:
    return exceptions(_board.ask, access, end, where)


def _help() -> str:
    return _(
        "What runs off its expectation on the last day of the range, by what that is worth since "
        "it began. Shops, categories and styles are expected to keep their share beside the "
        "others of their kind, rates to stay what they were on the same weekdays, spend to bring "
        "as many clicks as before, and units sold to come back for quality as often."
    )


def _link(board: Board, found: Exceptional, end: date) -> None:
    """A line that leads to the members and days that it speaks of."""
    path = next((_PAGES[name] for name in reversed(found.watch.by) if name in _PAGES), "sales")
    page = board.pages.get(path) or board.pages.get("sales")
    good = board.settings.good_colour
    bad = "green" if good == "red" else "red"
    colour = good if found.money > 0 else bad
    money = formats.signed(found.money, "money", board.connector.meta().currency)
    label = f":{colour}[**{plain(money)}**] {plain(_sentence(board, found))}"
    if page is None:
        st.markdown(label)
        return
    st.page_link(page, label=label, width="stretch", query_params=_view(found, end))


def _sentence(board: Board, found: Exceptional) -> str:
    metric = METRICS[found.watch.metric]
    currency = board.connector.meta().currency
    pairs = zip(found.watch.by, found.members, strict=True)
    text = _RATED if found.watch.is_rate else _SUMMED
    return _(text).format(
        who=" · ".join(member(name, each) for name, each in pairs),
        metric=_(metric.title),
        actual=formats.short(found.actual, metric.unit, currency),
        expected=formats.short(found.expected, metric.unit, currency),
        day=formats.period(found.start, "day"),
    )


def _view(found: Exceptional, end: date) -> Mapping[str, list[str]]:
    """The link's filters with the members kept, over the days of the exception."""
    below = _BELOW.get(found.watch.by[-1])
    return {
        **links.current(),
        RANGE: [CUSTOM],
        FIRST: [found.start.isoformat()],
        LAST: [(end - _DAY).isoformat()],
        **{name: list(kept) for name, kept in found.where},
        **({BY: [below]} if below else {}),
    }
