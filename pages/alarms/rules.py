"""The rules: edited in a form or as TOML, tried on the last year before they are kept."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.errors import UserError
from connectors.state import AlarmRule
from connectors.text import N_
from metrics.alarms.check import in_order
from metrics.alarms.kinds import KINDS
from metrics.alarms.rule_files import default_rules, read_rules, toml_of, toml_text
from pages.alarms.form import Form
from pages.alarms.shared import alarms
from pages.alarms.trial import trial
from pages.ui import failures, links
from pages.ui.reader import reader
from pages.ui.text import _

if TYPE_CHECKING:
    from connectors.state import AlarmState
    from metrics.alarms.rules import Rule
    from pages.ui.board import Board

TITLE = N_("Alarm rules")
_RULE, _NEW, _TRIED = "rule", "new", "tried rule"
_VIEWS = {"form": N_("Form"), "toml": N_("As TOML")}
_BLANK = """[my_rule]
kind = "threshold"
title = ""
metric = "paid_sales"
by = ["shop"]
below = 1000
for = 1
"""


def show(board: Board) -> None:
    """The page, from top to bottom."""
    state, rules = alarms(board)
    st.title(_(TITLE), anchor=False)
    chosen = _choice(rules)
    rule = rules.get(chosen)
    text = _edited(chosen, toml_of(rule) if rule else _BLANK, rules)
    edited = _read(text, rules)
    with st.container(horizontal=True):
        is_tried = st.button(
            _("Try it on the last year"),
            icon=":material/history:",
            type="primary",
            disabled=edited is None,
        )
        # It is kept after one has seen what it would have done: never blindly.
        if is_tried:
            st.session_state[_TRIED] = text
        seen = edited is not None and st.session_state.get(_TRIED) == text
        is_kept = st.button(_("Save"), icon=":material/save:", disabled=not seen)
        _restore(state, chosen)
    if edited is None or not seen:
        if edited is not None:
            st.caption(_("Try it first: then it can be saved."))
        return
    if is_kept:
        _keep(state, edited, text)
    trial(board, state, edited)


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


def _edited(chosen: str, kept: str, rules: dict[str, Rule]) -> str:
    """The rule as it stands in the form or in the text, whichever is in view."""
    draft = f"draft:{chosen}"
    view = st.segmented_control(
        _("Edit"),
        list(_VIEWS),
        default="form",
        format_func=lambda name: _(_VIEWS[name]),
        key=f"view:{chosen}",
        label_visibility="collapsed",
        required=True,
    )
    begun = f"begun:{chosen}"
    if begun not in st.session_state or st.session_state[begun][0] != view:
        # Widgets keep what is typed by themselves: they begin anew only when the view changes.
        st.session_state[begun] = (view, str(st.session_state.get(draft, kept)))
    text = st.session_state[begun][1]
    if view == "form" and (found := _tables(text)):
        text = _form(chosen, *found, rules)
    else:
        text = _text(chosen, text)
    st.session_state[draft] = text
    return text


def _form(chosen: str, name: str, given: dict[str, object], rules: dict[str, Rule]) -> str:
    if chosen == _NEW:
        name = st.text_input(_("Name"), name, max_chars=60, help=_("Small letters, digits and _."))
    else:
        st.caption(_(KINDS[rules[chosen].kind].title))
    return toml_text(name, Form(chosen, given, rules).show())


def _text(chosen: str, text: str) -> str:
    return st.text_area(
        _("The rule as TOML"),
        value=text,
        key=f"toml:{chosen}",
        height="content",
        help=_(
            "assets/alarms.toml holds the rules that ship; metrics/alarms/rules.py says what each "
            "key means."
        ),
    )


def _tables(text: str) -> tuple[str, dict[str, object]] | None:
    """The name and the keys of the first rule of a text; None for what no form can show."""
    try:
        name, given = next(iter(tomllib.loads(text).items()))
    except (tomllib.TOMLDecodeError, StopIteration):
        return None
    return (name, given) if isinstance(given, dict) else None


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
        old = kept.get(rule.name) or AlarmRule(name=rule.name, text=text)
        state.put(replace(old, text=text), reader())
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
            _forget(name)
            st.rerun()


def _forget(name: str) -> None:
    """What was typed of a rule that is no more."""
    begun = (f"draft:{name}", f"begun:{name}", f"toml:{name}", f"form:{name}:")
    for key in [key for key in st.session_state if str(key).startswith(begun)]:
        st.session_state.pop(key)
