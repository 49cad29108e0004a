"""What dropped files are: a source that is known, one of the team's own, or one mapped by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from connectors.errors import UserError
from connectors.importing.canonical import canonical_mapping
from connectors.importing.load import Job
from connectors.importing.presets import CANONICAL, mapping_text, preset_names, read_mapping
from connectors.importing.sample import fitting, take_sample
from connectors.importing.saved import saved_names, saved_text
from connectors.importing.source import Reading
from connectors.schema import IMPORTED
from pages.data.hand import map_by_hand
from pages.ui import failures
from pages.ui.names import plain, shortened, table_title
from pages.ui.text import _
from pages.ui.upload import files_key, remembered, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from connectors.importing.mapping import Mapping
    from connectors.importing.sample import Sample
    from connectors.importing.source import Source
    from connectors.settings import Settings

BY_HAND = "by hand"
"""No mapping can be named so: names have no blanks."""
_COLUMNS = 3


@dataclass(frozen=True)
class Plan:
    """How the files are to be imported.

    `text` is the mapping's TOML, "" for the canonical one; `switches` are those of its rules.
    """

    mapping: Mapping
    text: str
    table: str
    switches: dict[str, bool] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from any other plan."""
        return (self.mapping.name, self.text, self.table, *sorted(self.switches.items()))

    def job(self, sources: tuple[Source, ...]) -> Job:
        """The import of these files."""
        return Job(self.mapping, self.table, sources, self.switches)


def choose(files: Sequence[UploadedFile], settings: Settings) -> Plan | None:
    """Asks what the files are, with a proposal from their columns; None while something lacks."""
    known = _presets() | _saved(settings)
    sample, problem = _looked_at(files, settings)
    fits = (
        fitting({name: plan.mapping for name, plan in known.items()}, sample.headers)
        if sample
        else []
    )
    name = _asked(fits, known, files)
    if name is None:
        if problem:
            failures.show(problem)
        return None
    if name == BY_HAND:
        made = map_by_hand(files, settings)
        return made and Plan(read_mapping(made.text, f"{made.name}.toml"), made.text, made.table)
    plan = _canonical(files) if name == CANONICAL else known[name]
    return plan and _switched(plan, files)


@cache
def _presets() -> dict[str, Plan]:
    return {name: _plan(name, mapping_text(name)) for name in preset_names()}


def _saved(settings: Settings) -> dict[str, Plan]:
    """The team's own; one that cannot be read any more is said to be so, and left out."""
    found = {}
    for name in saved_names(settings):
        try:
            found[name] = _plan(name, saved_text(settings, name))
        except UserError as error:
            st.warning(plain(error.text(_)))
    return found


def _plan(name: str, text: str) -> Plan:
    mapping = read_mapping(text, f"{name}.toml")
    return Plan(mapping, text, mapping.feeds[0].table)


def _looked_at(
    files: Sequence[UploadedFile], settings: Settings
) -> tuple[Sample | None, UserError | None]:
    """What the files hold; or what keeps them from being read without being told how."""

    def look() -> tuple[Sample | None, UserError | None]:
        with st.spinner(_("Reading …")), stored(files) as sources:
            try:
                return take_sample(sources, Reading(), settings), None
            except UserError as error:
                return None, error

    return remembered("import:look", files_key(files), look)


def _asked(fits: list[str], known: dict[str, Plan], files: Sequence[UploadedFile]) -> str | None:
    titles = {CANONICAL: _("Columns named like ours"), BY_HAND: _("Map the columns by hand")}

    def title(name: str) -> str:
        if name in titles:
            return titles[name]
        plan = known[name]
        return f"{shortened(_(plan.mapping.title))} · {table_title(plan.table)}"

    chosen: str | None = st.selectbox(
        _("What are these files?"),
        [*fits, *(name for name in known if name not in fits), CANONICAL, BY_HAND],
        index=0 if fits else None,
        format_func=title,
        placeholder=_("Choose a known source, or map the columns by hand"),
        key=f"import:source:{files_key(files)}",
    )
    if chosen in fits[:1]:
        st.caption(_("Proposed, because the columns are those of this source."))
    return chosen


def _canonical(files: Sequence[UploadedFile]) -> Plan | None:
    table = st.selectbox(
        _("Table"),
        list(IMPORTED),
        index=None,
        format_func=table_title,
        placeholder=_("Choose a table"),
        key=f"import:table:{files_key(files)}",
    )
    return Plan(canonical_mapping(table), "", table) if table else None


def _switched(plan: Plan, files: Sequence[UploadedFile]) -> Plan:
    """The plan with its rules as the reader wants them."""
    if not plan.mapping.rules:
        return plan
    st.caption(_("Rows left out on purpose, by rule"))
    switches = {
        name: st.toggle(
            plain(_(rule.about or name)),
            value=rule.default,
            key=f"import:rule:{name}:{files_key(files)}",
        )
        for name, rule in plan.mapping.rules.items()
    }
    return Plan(plan.mapping, plan.text, plan.table, switches)
