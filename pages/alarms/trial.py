"""What a rule would have found in the last year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import N_
from metrics.alarms.backtest import BackTest, back_test
from metrics.alarms.judge import NOW_ONLY
from pages.alarms.shared import asking, unit_of
from pages.ui import failures, formats
from pages.ui.names import plain
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import AlarmState
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

_COLUMNS = {
    "segment": N_("Members"),
    "start": N_("First day"),
    "last": N_("Latest day"),
    "days": N_("Days"),
    "value": N_("Value"),
    "cost": N_("Cost"),
    "known": N_("Known"),
}


def trial(board: Board, state: AlarmState, rule: Rule) -> None:
    """Judges the last year day by day, and shows what comes of it."""
    if rule.kind in NOW_ONLY:
        st.info(_("This kind of rule knows the present only; the past cannot be tried."))
        return
    with st.spinner(_("Trying it day by day …")), failures.shown():
        known = (*state.incidents(over=True, most=2_000), *state.incidents(most=2_000))
        _result(back_test(rule, asking(board), known), rule, board)


def _result(tried: BackTest, rule: Rule, board: Board) -> None:
    if not tried.frame.height:
        st.success(_("It would not have fired in the last year."), icon=":material/check_circle:")
        return
    message = _("It would have fired {count} times in the last year, {rate} a month.")
    rate = formats.exact(tried.per_month, "number", None)
    st.markdown(plain(message.format(count=tried.frame.height, rate=rate)))
    if tried.missed:
        missed = _("It misses {count} incidents that people called useful.")
        st.warning(missed.format(count=tried.missed))
    titles = {name: st.column_config.Column(_(title)) for name, title in _COLUMNS.items()}
    currency = board.connector.meta().currency
    titles["value"] = st.column_config.NumberColumn(
        _("Value"), format="percent" if unit_of(rule) == "ratio" else "localized"
    )
    titles["cost"] = st.column_config.NumberColumn(f"{_('Cost')} {currency or ''}", format="%,d")
    shown = tried.frame.select(*_COLUMNS).sort("start", descending=True)
    st.dataframe(shown, hide_index=True, column_config=titles, placeholder=formats.DASH)
