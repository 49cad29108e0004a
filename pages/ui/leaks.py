"""Key drop-off nodes: where orders are lost, and whether chance explains it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from metrics.dropoff import BASELINE_DAYS
from metrics.leaks import leaks
from pages.ui import formats, links
from pages.ui.columns import verdict_style
from pages.ui.downloads import downloads
from pages.ui.names import member
from pages.ui.panel import panel
from pages.ui.text import _
from pages.ui.written import Written, show_written

if TYPE_CHECKING:
    from connectors.settings import Settings
    from metrics import Access, Query
    from metrics.access import Filter
    from metrics.leaks import Leak
    from pages.ui.board import Board
    from pages.ui.filters import Filters

_MOST = 10


def drop_off_nodes(board: Board, filters: Filters, whole: Query) -> None:
    """The steps that lose more than chance, then the rest, the most orders first.

    A click keeps the segment.

    Args:
        board: who asks.
        filters: what is asked about, the unit of the funnel included.
        whole: a question over the whole range, for its as-of time.
    """
    found = _leaks(
        (filters.start, filters.end),
        filters.where,
        filters.params,
        board.access,
        board.settings,
        board.connector.version,
        _board=board,
    )
    losing = (each for each in found if each.lost_orders > 0)
    worst = sorted(losing, key=lambda each: not each.node.is_drop)[:_MOST]
    names = ("funnel_order_rate", "funnel_pay_rate", "pay_conversion")
    with panel("drop-offs", _("Where orders are lost"), names, board.ask(whole), filters):
        if not worst:
            st.info(_no_node(found), icon=":material/info:")
            return
        _show(board, filters, worst, whole)


@st.cache_data(max_entries=50, show_spinner=False)
def _leaks(
    span: tuple[date, date],
    where: tuple[Filter, ...],
    params: tuple[tuple[str, str], ...],
    access: Access,
    settings: Settings,  # noqa: ARG001 (part of the key)
    version: str,  # noqa: ARG001
    _board: Board,
) -> tuple[Leak, ...]:
    return leaks(_board.ask, access, span, where, params)


def _no_node(found: tuple[Leak, ...]) -> str:
    if found:
        return _("No step loses more than it did in the {days} days before.").format(
            days=BASELINE_DAYS
        )
    return _("Daily traffic or events are needed, and of the {days} days before too.").format(
        days=BASELINE_DAYS
    )


def _show(board: Board, filters: Filters, worst: list[Leak], whole: Query) -> None:
    shown = pl.DataFrame([_row(each) for each in worst], infer_schema_length=None)
    style = verdict_style(board.settings.good_colour)
    clear = _("more than chance")
    cells = Written(shown)
    cells.mark(_("Verdict"), lambda each: style(-1) if each == clear else "")
    key = f"drop-offs:{hash(tuple((e.step, e.node.members) for e in worst))}"
    show_written(
        cells,
        hide_index=True,
        key=key,
        on_select=lambda: _keep(key, worst),
        selection_mode="single-cell",
        height="content",
        alt=_("Where orders are lost"),
    )
    before = filters.start - timedelta(days=BASELINE_DAYS)
    text = _(
        "Usual: {days}. 95 % of ordinary ranges lie between the bounds; they are wider than coin "
        "tosses give, as far as days differ."
    )
    st.caption(text.format(days=formats.days(before, filters.start)))
    with st.container(horizontal=True):
        titles = {name: name for name in shown.columns}
        downloads(shown, "drop-offs", board.ask(whole), filters, titles)


def _row(leak: Leak) -> dict[str, str]:
    node = leak.node
    pairs = zip(leak.by, node.members, strict=True)
    bounds = (formats.short(each, "ratio", None) for each in (max(node.low, 0.0), node.high))
    return {
        _("Step"): _(leak.step.title),
        _("Segment"): " · ".join(member(name, each) for name, each in pairs),
        _("Lost orders"): formats.exact(leak.lost_orders, "count", None),
        _("Step rate"): formats.exact(node.rate, "ratio", None),
        _("Usual"): formats.exact(node.baseline, "ratio", None),
        _("By chance"): " – ".join(bounds),
        _("Verdict"): _("more than chance") if node.is_drop else _("within chance"),
    }


def _keep(key: str, worst: list[Leak]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        leak = worst[int(cells[0][0])]
        pairs = zip(leak.by, leak.node.members, strict=True)
        links.change({name: "(unknown)" if kept is None else kept for name, kept in pairs})
