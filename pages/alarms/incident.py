"""One incident: what happened, to whom, what it costs, who does what, and what that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS
from metrics.alarms.words import title_of
from pages.alarms.deeds import deeds
from pages.alarms.history import history_chart
from pages.alarms.shared import INCIDENT, alarms, badge, facts, number, seen, unit_of
from pages.alarms.steps import steps
from pages.ui import formats, links
from pages.ui.names import member, plain, small
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import Incident
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

TITLE = N_("Incident")
_FILTERED = ("platform", "shop", "mode", "creator", "category", "style", "skc", "sku", "region")


def show(board: Board) -> None:
    """The page, from top to bottom."""
    state, rules = alarms(board)
    asked = links.one(INCIDENT)
    incident = state.incident(asked) if asked else None
    if incident is None or not seen(board, [incident], rules):
        st.title(_(TITLE), anchor=False)
        st.info(_("Choose an incident on the Alarms page."), icon=":material/info:")
        if "alarms" in board.pages:
            st.page_link(board.pages["alarms"], label=_("Alarms"), icon=":material/notifications:")
        return
    rule = rules.get(incident.rule)
    st.title(plain(title_of(incident, rules, _, member)), anchor=False)
    said = facts(incident, rule, board.connector.meta().currency)
    st.markdown(f"{badge(incident)} {small(*said)}")
    steps(incident, state)
    if rule is not None:
        history_chart(board, incident, rule)
        _contributors(board, incident, rule)
        _way_down(board, incident)
    deeds(board, incident, rule, state)


def _contributors(board: Board, incident: Incident, rule: Rule) -> None:
    """The members furthest beyond their limit."""
    top = incident.contributors.get("top", [])
    if not rule.by or not top:
        return
    st.subheader(_("Largest contributors"), anchor=False)
    currency, unit = board.connector.meta().currency, unit_of(rule)
    rows = [
        {
            **{name: member(name, each["segment"][name]) for name in rule.by},
            "value": number(each["value"], unit, currency),
            "limit": number(each["limit"], unit, currency),
        }
        for each in top
    ]
    titles = {name: st.column_config.Column(_(DIMENSIONS[name].title)) for name in rule.by}
    titles |= {
        "value": st.column_config.Column(_("Value")),
        "limit": st.column_config.Column(_("Limit")),
    }
    st.dataframe(pl.DataFrame(rows), hide_index=True, column_config=titles)
    if incident.members > len(rows):
        st.caption(
            _("{count} members in all").format(count=formats.exact(incident.members, "count", None))
        )


def _way_down(board: Board, incident: Incident) -> None:
    """The sales of the same members on the same days."""
    if "sales" not in board.pages:
        return
    filters = {name: list(kept) for name, kept in incident.segment if name in _FILTERED}
    days = {"range": "custom", "first": str(incident.start), "last": str(incident.last_day)}
    st.page_link(
        board.pages["sales"],
        label=_("Sales of these days"),
        icon=":material/monitoring:",
        query_params={**days, **filters},
    )
