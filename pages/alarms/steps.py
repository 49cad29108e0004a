"""What can be done with an incident: take note, assign, snooze, close; and say if it helped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from connectors.state.records import utc_now
from connectors.text import N_
from pages.ui import failures
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import AlarmState, Incident

VERDICTS = {"useful": N_("Useful"), "false": N_("False alarm")}
_SNOOZE = {1: N_("1 day"), 3: N_("3 days"), 7: N_("1 week")}


def steps(incident: Incident, state: AlarmState) -> None:
    """The buttons; each is one edit, refused when someone else was faster."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _note(incident, state)
        _assign(incident, state)
        if incident.state != "resolved":
            _snooze(incident, state)
            _button(_("Close"), "check_circle", state, _closed(incident))
        else:
            _button(_("Open again"), "undo", state, _opened(incident))
        st.segmented_control(
            _("Was it of use?"),
            list(VERDICTS),
            format_func=lambda name: _(VERDICTS[name]),
            default=incident.verdict or None,
            key=f"verdict:{incident.id}",
            on_change=_judge,
            args=(incident, state),
        )


def _note(incident: Incident, state: AlarmState) -> None:
    if incident.acknowledged_at is None:
        noted = replace(incident, acknowledged_at=utc_now(), acknowledged_by=reader())
        _button(_("Take note"), "visibility", state, noted)


def _assign(incident: Incident, state: AlarmState) -> None:
    key = f"owner:{incident.id}"
    st.text_input(
        _("Owner"),
        value=incident.owner,
        key=key,
        max_chars=60,
        width=160,
        on_change=_give,
        args=(incident, state, key),
    )


def _snooze(incident: Incident, state: AlarmState) -> None:
    with st.popover(_("Snooze"), icon=":material/snooze:"):
        for days, title in _SNOOZE.items():
            until = utc_now().date() + timedelta(days=days)
            _button(_(title), "schedule", state, replace(incident, snoozed_until=until))
        if incident.snoozed_until:
            st.caption(_("Snoozed until {day}").format(day=incident.snoozed_until))


def _closed(incident: Incident) -> Incident:
    return replace(incident, state="resolved", resolved_at=utc_now(), resolved_by=reader())


def _opened(incident: Incident) -> Incident:
    return replace(
        incident, state="firing", resolved_at=None, resolved_by="", reopened=incident.reopened + 1
    )


def _button(title: str, icon: str, state: AlarmState, changed: Incident) -> None:
    st.button(title, icon=f":material/{icon}:", on_click=keep, args=(changed, state))


def _give(incident: Incident, state: AlarmState, key: str) -> None:
    keep(replace(incident, owner=str(st.session_state[key]).strip()), state)


def _judge(incident: Incident, state: AlarmState) -> None:
    verdict = st.session_state[f"verdict:{incident.id}"] or ""
    keep(replace(incident, verdict=verdict), state)


def keep(changed: Incident, state: AlarmState) -> None:
    """Keeps an edit under the reader's name, or says why not."""
    with failures.shown():
        state.put(changed, reader())
