"""The rules: edited as TOML, tried on the last year before they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.errors import UserError
from connectors.state import AlarmRule
from connectors.text import N_
from metrics.alarms.backtest import BackTest, back_test
from metrics.alarms.check import in_order
from metrics.alarms.judge import NOW_ONLY
from metrics.alarms.kinds import KINDS
from metrics.alarms.rule_files import default_rules, read_rules, toml_of
from pages.alarms.shared import alarms, asking, unit_of
from pages.ui import failures, formats, links
from pages.ui.names import plain
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import AlarmState
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

TITLE = N_("Alarm rules")
_RULE, _NEW, _TRIED = "rule", "new", "tried"
_BLANK = """[my_rule]
kind = "threshold"
title = ""
metric = "paid_sales"
by = ["shop"]
below = 1000
for = 1
"""
_COLUMNS = {
    "segment": N_("Members"),
    "start": N_("First day"),
    "last": N_("Latest day"),
    "days": N_("Days"),
    "value": N_("Value"),
    "cost": N_("Cost"),
    "known": N_("Known"),
}


def show(board: Board) -> None:
    """The page, from top to bottom."""
    state, rules = alarms(board)
    st.title(_(TITLE), anchor=False)
    chosen = _choice(rules)
    rule = rules.get(chosen)
    if rule is not None:
        st.caption(_(KINDS[rule.kind].title))
    key = f"toml:{chosen}"
    text = st.text_area(
        _("The rule as TOML"),
        value=toml_of(rule) if rule else _BLANK,
        key=key,
        height="content",
        help=_(
            "assets/alarms.toml holds the rules that ship; metrics/alarms/rules.py says what each "
            "key means."
        ),
    )
    edited = _read(text, rules)
    with st.container(horizontal=True):
        is_tried = st.button(
            _("Try it on the last year"), icon=":material/history:", type="primary"
        )
        is_kept = st.button(_("Save"), icon=":material/save:", disabled=edited is None)
        _restore(state, chosen)
    if edited is None:
        return
    if is_kept:
        _keep(state, edited, text)
    if is_tried:
        _trial(board, state, edited)


def _choice(rules: dict[str, Rule]) -> str:
    asked = links.one(_RULE)
    options = [*rules, _NEW]
    value = asked if asked in options else options[0]
    return str(
        st.selectbox(
            _("Rule"),
            options,
            format_func=lambda name: _(rules[name].title) if name in rules else _("A new rule"),
            key=links.show(_RULE, value),
            on_change=_choose,
        )
    )


def _choose() -> None:
    links.change({_RULE: st.session_state[links.widget_key(_RULE)]})


def _read(text: str, rules: dict[str, Rule]) -> Rule | None:
    """The rule that the text holds, or None with what is wrong with it."""
    try:
        found = read_rules(text, _("The rule"))
        in_order([*(rule for name, rule in rules.items() if name != found[0].name), found[0]])
    except UserError as error:
        failures.show(error)
        return None
    return found[0]


def _keep(state: AlarmState, rule: Rule, text: str) -> None:
    kept = {each.name: each for each in state.rules()}
    with failures.shown():
        old = kept.get(rule.name)
        own = {"id": old.id, "version": old.version} if old else {}
        state.put(AlarmRule(name=rule.name, text=text, **own), reader())  # type: ignore[arg-type]
        st.success(_("Saved."), icon=":material/check:")


def _restore(state: AlarmState, name: str) -> None:
    """The way back to what ships, or away with a rule of one's own."""
    kept = {each.name: each for each in state.rules()}.get(name)
    if kept is None:
        return
    ships = name in {rule.name for rule in default_rules()}
    title = _("Back to the rule that ships") if ships else _("Delete")
    if st.button(title, icon=":material/delete:"):
        with failures.shown():
            state.delete(kept, reader())
            st.session_state.pop(f"toml:{name}", None)
            st.rerun()


def _trial(board: Board, state: AlarmState, rule: Rule) -> None:
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
