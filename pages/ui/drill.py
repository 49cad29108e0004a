"""Where on a drill path a page stands, and the steps down and back up: all in the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from metrics import DIMENSIONS, OTHER, UNKNOWN
from pages.ui import links
from pages.ui.names import member, plain
from pages.ui.pair import PAIR
from pages.ui.text import _

if TYPE_CHECKING:
    from pages.ui.filters import Filters

BY = "by"


@dataclass(frozen=True)
class Drill:
    """A level of a path.

    Attributes:
        paths: the paths that there are; at least one.
        by: the dimension that the page groups by.
    """

    paths: tuple[tuple[str, ...], ...]
    by: str

    @property
    def path(self) -> tuple[str, ...]:
        """The path of the level."""
        return next(path for path in self.paths if self.by in path)

    @property
    def below(self) -> str | None:
        """The level below, or None at the end."""
        after = self.path[self.path.index(self.by) + 1 :]
        return after[0] if after else None

    def descend(self, value: str | None) -> None:
        """Keeps one member and groups by the level below it, if there is one."""
        if value != OTHER:
            kept = UNKNOWN if value is None else value
            links.change({self.by: kept, BY: self.below or self.by, PAIR: None})


def read_drill(paths: tuple[tuple[str, ...], ...]) -> Drill:
    """The level that the link names, else the first."""
    levels = [name for path in paths for name in path]
    asked = links.one(BY)
    return Drill(paths, asked if asked in levels else levels[0])


def level_choice(drill: Drill) -> None:
    """The choice of a level; the way down for those who cannot click a row."""
    st.selectbox(
        _("Group by"),
        [name for path in drill.paths for name in path],
        format_func=lambda name: _(DIMENSIONS[name].title),
        key=links.show(BY, drill.by),
        on_change=_change_level,
        filter_mode=None,
        width=160,
    )


def breadcrumbs(drill: Drill, filters: Filters) -> None:
    """The levels passed on the way down; a click climbs back."""
    above = [name for name in drill.path[: drill.path.index(drill.by)] if filters.members(name)]
    if not above:
        return
    _crumb(_("All"), drill, drill.path[0], icon=None)
    for name in above:
        kept = filters.members(name)
        title = plain(member(name, kept[0])) + (f" +{len(kept) - 1}" if kept[1:] else "")
        _crumb(title, drill, Drill(drill.paths, name).below or name)


def _crumb(
    title: str, drill: Drill, to: str, icon: str | None = ":material/chevron_right:"
) -> None:
    """A step back: grouped by `to`, without the filters at and below it."""
    below = drill.path[drill.path.index(to) :]
    st.button(
        title,
        key=f"crumb:{to}",
        type="tertiary",
        icon=icon,
        disabled=to == drill.by,
        on_click=links.change,
        args=({**dict.fromkeys(below), BY: to, PAIR: None},),
        help=_("Group by {dimension}").format(dimension=_(DIMENSIONS[to].title)),
    )


def _change_level() -> None:
    links.change({BY: st.session_state[links.widget_key(BY)], PAIR: None})
