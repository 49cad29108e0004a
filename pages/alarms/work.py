"""Alarms: the open work by severity, what ended lately, and each rule's own record."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics.alarms.record import records
from metrics.alarms.words import SEVERITIES, STATES
from pages.alarms.shared import alarms, facts, headline, open_link, seen
from pages.ui import formats
from pages.ui.names import small
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import AlarmState, Incident
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

TITLE = N_("Alarms")
_SHOWN, _ENDED, _COUNTED = 200, 20, 2_000
_COLUMNS = {
    "title": N_("Rule"),
    "state": N_("State"),
    "fired": N_("Fired"),
    "useful": N_("Useful"),
    "false": N_("False alarm"),
    "note": N_("Hours until noted"),
    "end": N_("Days until over"),
}


def show(board: Board) -> None:
    """The page, from top to bottom."""
    state, rules = alarms(board)
    st.title(_(TITLE), anchor=False)
    incidents = seen(board, state.incidents(most=_SHOWN), rules)
    _counts(incidents, state)
    if not incidents:
        st.success(_("Nothing is open."), icon=":material/check_circle:")
    for incident in incidents:
        _row(incident, rules, board)
    _ended(state, rules, board)
    _records(board, state, rules)


def _counts(incidents: list[Incident], state: AlarmState) -> None:
    counts = Counter(incident.severity for incident in incidents)
    with st.container(horizontal=True):
        for severity, title in SEVERITIES.items():
            st.metric(_(title), counts[severity], border=True, width=108)
    if failed := state.unsent():
        message = _("{count} notifications could not be sent yet; they are tried again.")
        st.warning(message.format(count=failed), icon=":material/mail_off:")


def _row(incident: Incident, rules: dict[str, Rule], board: Board) -> None:
    currency = board.connector.meta().currency
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(headline(incident, rules))
            st.markdown(small(*facts(incident, rules.get(incident.rule), currency)))
        with st.container(width="content"):
            open_link(incident, board)


def _ended(state: AlarmState, rules: dict[str, Rule], board: Board) -> None:
    ended = seen(board, state.incidents(over=True, most=_ENDED), rules)
    if ended:
        with st.expander(_("Ended lately")):
            for incident in ended:
                _row(incident, rules, board)


def _records(board: Board, state: AlarmState, rules: dict[str, Rule]) -> None:
    st.subheader(_("Rules"), anchor=False)
    incidents = (*state.incidents(most=_COUNTED), *state.incidents(over=True, most=_COUNTED))
    found = records(rules.values(), state.watches(), seen(board, incidents, rules))
    rows = [
        {
            "title": _(each.rule.title),
            "state": _(STATES[each.state]) + (f": {each.note}" if each.note else ""),
            "fired": each.fired,
            "useful": each.useful,
            "false": each.false,
            "note": each.hours_to_note,
            "end": each.days_to_end,
        }
        for each in found
    ]
    frame = pl.DataFrame(rows, schema_overrides={"note": pl.Float64, "end": pl.Float64})
    titles = {name: st.column_config.Column(_(title)) for name, title in _COLUMNS.items()}
    for name in ("note", "end"):
        titles[name] = st.column_config.NumberColumn(_(_COLUMNS[name]), format="%.1f")
    st.dataframe(frame, hide_index=True, column_config=titles, placeholder=formats.DASH)
