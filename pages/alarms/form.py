"""The form of a rule: what its kind takes, each key with its valid choices."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from connectors.schema import IMPORTED
from connectors.text import N_
from metrics import DIMENSIONS, METRICS
from metrics.alarms.kinds import KINDS
from metrics.alarms.rules import Severity
from metrics.alarms.words import SEVERITIES
from pages.alarms.fields import Fields
from pages.ui.names import table_title
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrics.alarms.kinds import KindOf
    from metrics.alarms.rules import Rule

_SIDES = {"below": N_("Below"), "above": N_("Above")}
_COMPARES = {"previous": N_("The days before"), "year": N_("The year before")}
_NUMBERS = {
    "critical": N_("Critical beyond"),
    "clear": N_("Over again from"),
}
_WHOLE = {
    "over": (N_("Over days"), 1, 92),
    "hours": (N_("Over hours"), 0, 24),
    "from_day": (N_("From day of the month"), 1, 28),
    "members": (N_("Members at once"), 1, 10_000),
}
_DAYS = {
    "for": N_("Days until it fires"),
    "keep": N_("Days until it is over"),
    "repeat": N_("Days until told again"),
}


class Form(Fields):
    """The widgets of a rule, each beginning with what the rule says.

    Attributes:
        given: the rule by the keys of its TOML; what the form does not show stays in it.
    """

    def __init__(self, name: str, given: dict[str, Any], rules: Mapping[str, Rule]) -> None:
        """Takes the rule's name, what it says, and all rules by name."""
        super().__init__(name, given)
        self.rules = {own: rule.title for own, rule in rules.items() if own != name}

    def show(self) -> dict[str, Any]:
        """Shows the widgets; what they say, by the keys of the TOML."""
        with st.container(border=True):
            self._what()
        with st.container(border=True):
            self._limit()
        with st.container(border=True):
            self._whom()
        st.caption(_("What the form does not show, as members to watch, is written as TOML."))
        empty: tuple[Any, ...] = (None, {}, "", [])
        return {
            key: value
            for key, value in self.given.items()
            if value not in empty or (key == "group" and value == [])
        }

    def _what(self) -> None:
        self.text("title", _("Title"), _)
        kind = self.one("kind", _("Kind"), list(KINDS), lambda name: _(KINDS[name].title))
        of = KINDS[kind or "threshold"]
        self._keep_only(of)
        with st.container(horizontal=True):
            if "metric" in of.needs:
                known = list(of.metrics or METRICS)
                self.one("metric", _("Metric"), known, lambda name: _(METRICS[name].title))
            if "table" in of.needs:
                self.one("table", _("Table"), list(IMPORTED), table_title)
            if "compare" in of.needs:
                self.one("compare", _("Against"), list(_COMPARES), lambda n: _(_COMPARES[n]))
            if "by" in (*of.needs, *of.takes):
                self.many("by", _("Each member of"), list(DIMENSIONS), _dimension)
                self._group()
            if "against" in (*of.needs, *of.takes):
                self.one("against", _("Beside others of"), list(DIMENSIONS), _dimension)

    def _group(self) -> None:
        """Which members have an incident of their own; all of them unless said."""
        by = list(self.given["by"])
        kept = self.given.get("group")
        shown = [name for name in by if kept is None or name in kept]
        chosen = st.multiselect(
            _("One incident for each"),
            by,
            shown,
            format_func=_dimension,
            key=self.key("group"),
            placeholder=_("One for all"),
        )
        self.given["group"] = None if chosen == by else chosen

    def _limit(self) -> None:
        of = KINDS[self.given.get("kind", "threshold")]
        side = "above" if "above" in self.given else "below"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            side_now = st.selectbox(
                _("Fires"),
                list(_SIDES),
                list(_SIDES).index(side),
                format_func=lambda name: _(_SIDES[name]),
                key=self.key("side"),
                width=140,
            )
            value = self._limit_value(of, self.given.pop(side, None))
            self.given[side_now] = value
            if not isinstance(value, str):
                for key, title in _NUMBERS.items():
                    self.number(key, _(title))
            for key, (title, least, most) in _WHOLE.items():
                if key in of.takes:
                    self.whole(key, _(title), least, most)
        if "minimum" in (*of.needs, *of.takes):
            self._minimum()

    def _limit_value(self, of: KindOf, value: Any) -> Any:
        """A number, or a metric of the same member where the kind allows one."""
        metrics = [] if of.limits is None else list(of.limits or METRICS)
        chosen = value if isinstance(value, str) else None
        if metrics:
            chosen = st.selectbox(
                _("Metric as the limit"),
                metrics,
                metrics.index(chosen) if chosen in metrics else None,
                format_func=lambda name: _(METRICS[name].title),
                placeholder=_("A number"),
                key=self.key("limit_metric"),
                width=220,
            )
        if chosen:
            return chosen
        number = value if isinstance(value, (int, float)) else None
        return st.number_input(
            _("Limit"),
            value=None if number is None else float(number),
            step=None,
            format="%g",
            key=self.key("limit"),
            width=140,
            placeholder=_("A number"),
        )

    def _minimum(self) -> None:
        """The first of the least volumes; others are kept."""
        least = dict(self.given.get("minimum", {}))
        first = next(iter(least), None)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = list(METRICS)
            name = st.selectbox(
                _("Judged from a volume of"),
                names,
                names.index(first) if first in names else None,
                format_func=lambda each: _(METRICS[each].title),
                placeholder=_("Any"),
                key=self.key("volume"),
                width=260,
            )
            number = st.number_input(
                _("At least"),
                value=float(least.get(str(first), 0.0)),
                format="%g",
                key=self.key("volume_least"),
                width=140,
            )
        rest = {key: value for key, value in least.items() if key != first}
        self.given["minimum"] = {**({name: number} if name else {}), **rest}

    def _whom(self) -> None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for key, title in _DAYS.items():
                self.whole(key, _(title), 1, 92, default=7 if key == "repeat" else 1)
            severities = list(get_args(Severity))
            self.one("severity", _("Severity"), severities, lambda n: _(SEVERITIES[n]), "warning")
            self.text("owner", _("Owner"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            self._quiet()
            others, said = list(self.rules), lambda name: _(self.rules[name])
            self.many("depends", _("Says nothing while these fire"), others, said)
            kept = bool(self.given.get("enabled", True))
            enabled = st.toggle(_("Checked"), kept, key=self.key("enabled"))
            self.given["enabled"] = None if enabled else False

    def _quiet(self) -> None:
        quiet = self.given.get("quiet") or {}
        begin, end = (
            st.time_input(title, _clock(quiet.get(key)), key=self.key(f"quiet_{key}"), width=140)
            for key, title in (("from", _("Nobody is told from")), ("to", _("Until")))
        )
        both = begin is not None and end is not None
        self.given["quiet"] = {"from": f"{begin:%H:%M}", "to": f"{end:%H:%M}"} if both else None

    def _keep_only(self, of: KindOf) -> None:
        """What was said of another kind goes."""
        own = {key for kind in KINDS.values() for key in (*kind.needs, *kind.takes)}
        for key in own - {*of.needs, *of.takes}:
            self.given.pop(key, None)


def _dimension(name: str) -> str:
    return _(DIMENSIONS[name].title)


def _clock(text: Any) -> time | None:
    return time.fromisoformat(text) if isinstance(text, str) else None
