"""The actions of an incident, and what they changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from connectors.state import Action
from metrics.alarms.outcome import daily, outcome
from pages.alarms.shared import asking
from pages.ui import failures, formats
from pages.ui.names import plain, small
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import AlarmState, Incident
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

_MEASURED = timedelta(days=14)
_DAY = timedelta(days=1)


def deeds(board: Board, incident: Incident, rule: Rule | None, state: AlarmState) -> None:
    """What is done, by whom, until when; and after it was done, what changed."""
    st.subheader(_("Actions"), anchor=False)
    for action in state.actions(str(incident.id)):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(f"**{plain(action.what)}**")
                st.markdown(small(*_facts(action)))
                if action.done and rule is not None:
                    _change(board, incident, rule, action.done)
            if action.done is None:
                st.button(
                    _("Done"),
                    key=f"done:{action.id}",
                    on_click=_keep,
                    args=(replace(action, done=board.today), state),
                )
    _new(board, incident, state)


def _facts(action: Action) -> list[str]:
    said = [plain(action.who)]
    if action.due:
        said.append(_("due {day}").format(day=formats.period(action.due, "day")))
    if action.done:
        said.append(_("done {day}").format(day=formats.period(action.done, "day")))
    return said


def _change(board: Board, incident: Incident, rule: Rule, done: date) -> None:
    """The measured change over the days since, at most two weeks of them."""
    last = asking(board).last_day(rule)
    if rule.metric is None or last is None or last < done:
        st.caption(_("The days after it are not known yet."))
        return
    start, end = incident.start - timedelta(days=365), min(last, done + _MEASURED) + _DAY
    frame = daily(rule.metric, incident.segment, asking(board), start, end)
    series = frame["value"].fill_null(float("nan")).to_numpy()
    measured = outcome(series, (incident.start - start).days, (done - start).days)
    if measured is None:
        st.caption(_("Too few days are known to measure a change."))
        return
    message = _(
        "Since then {change} against what was to be expected without it "
        "({low} to {high}, {days} days)"
    )
    change, low, high = (
        formats.change(each, "number") for each in (measured.change, measured.low, measured.high)
    )
    st.markdown(plain(message.format(change=change, low=low, high=high, days=measured.days)))
    if not measured.is_sure:
        st.caption(_("This may be chance."))


def _new(board: Board, incident: Incident, state: AlarmState) -> None:
    form = st.form(f"action:{incident.id}", clear_on_submit=True, border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        what = st.text_input(_("What"), max_chars=200)
        who = st.text_input(_("Owner"), value=incident.owner or reader(), max_chars=60, width=160)
        due = st.date_input(_("Until"), value=board.today + 3 * _DAY, width=160)
        if st.form_submit_button(_("Add"), icon=":material/add:") and what.strip():
            made = Action(incident=str(incident.id), what=what.strip(), who=who.strip(), due=due)
            _keep(made, state)
            st.rerun()


def _keep(action: Action, state: AlarmState) -> None:
    with failures.shown():
        state.put(action, reader())
