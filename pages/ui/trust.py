"""The trust line: how fresh the data is, where it comes from, how complete it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st
from babel.dates import format_timedelta

from connectors.clock import now
from connectors.engines import imports, rejects
from pages.ui import formats
from pages.ui.names import plain, shortened, small
from pages.ui.source_titles import source_titles
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from connectors.settings import Settings
    from metrics import Query
    from pages.ui.board import Board

_STALE = timedelta(days=2)
_SOURCES_SHOWN = 3
_VERSIONS = 10
COVERAGE = ("customer_coverage", "cost_coverage")


def trust_line(board: Board, whole: Query) -> None:
    """One line under the title; what should worry a reader stands out in it.

    Args:
        board: who asks.
        whole: a question over the whole range, with the metrics of `COVERAGE` among others.
    """
    result = board.ask(whole)
    sources, rejected = _imported(board.connector.version, board.settings)
    parts = [_freshness(result.as_of, board), *_said(sources)]
    if result.currency:
        parts.append(plain(result.currency))
    customers, costs = (result.frame[name][0] for name in COVERAGE)
    share = formats.short(customers, "ratio", None)
    parts.append(_("{share} of sales with a known customer").format(share=share))
    share = formats.short(costs, "ratio", None)
    parts.append(_("{share} with a known cost").format(share=share))
    if rejected:
        count = formats.exact(rejected, "count", None)
        parts.append(f":orange[{_('Rejected rows: {count}').format(count=count)}]")
    st.markdown(small(*parts))


def demo_banner(board: Board) -> None:
    """Says so when the numbers are made up."""
    if board.connector.meta().demo:
        st.warning(_("This is the demo shop: its numbers are made up."), icon=":material/science:")


def _freshness(as_of: datetime, board: Board) -> str:
    text = _("Data up to {moment}").format(moment=formats.up_to(as_of))
    age = now(board.settings.zone).replace(tzinfo=None) - as_of
    if age < _STALE:
        return text
    ago = format_timedelta(-age, add_direction=True, locale=formats.locale())
    return f":orange[{text} ({ago})]"


@st.cache_resource(max_entries=_VERSIONS, show_spinner=False)
def _imported(version: str, _settings: Settings) -> tuple[pl.Series, int]:  # noqa: ARG001
    """The mappings of the imports, the latest first, and how many rows stand rejected."""
    log = imports(_settings.warehouse, _settings)
    rejected = rejects(_settings.warehouse, _settings).height
    return log["mapping"].cast(pl.String).unique(maintain_order=True), rejected


def _said(sources: pl.Series) -> Iterator[str]:
    names = sources.replace(source_titles()).unique(maintain_order=True)
    if len(names):
        more = f" +{len(names) - _SOURCES_SHOWN}" if len(names) > _SOURCES_SHOWN else ""
        yield plain(", ".join(shortened(each) for each in names.head(_SOURCES_SHOWN))) + more
