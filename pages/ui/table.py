"""The drill-down table: a row a member, the total asked for itself, a click descends."""

from __future__ import annotations

from functools import partial
from math import isnan
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from connectors.text import N_
from metrics import DIMENSIONS, METRICS
from metrics.output import heading
from metrics.series import with_changes
from pages.ui import formats
from pages.ui.cards import begins_late
from pages.ui.definition import definition, described, why_unknown
from pages.ui.drill import Drill, breadcrumbs, level_choice, read_drill
from pages.ui.export import Sheet, to_csv, to_xlsx
from pages.ui.members import paths
from pages.ui.names import member, plain
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metrics import Query, Result
    from metrics.metric import Metric
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TOP = 20
_FILES = (
    (N_("Download CSV"), "csv", "text/csv", to_csv),
    (
        N_("Download XLSX"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        to_xlsx,
    ),
)
_CHANGE = "_change"
_COLOURS = {
    "light": {"red": "color: #b3261e", "green": "color: #0b6b3a"},
    "dark": {"red": "color: #ff8f88", "green": "color: #74d6a0"},
}
"""Of changes; each reaches a contrast of 4.5 on its background."""


def drill_table(board: Board, filters: Filters, names: Sequence[str], whole: Query) -> None:
    """The best members of the level that the link names, with a total and "(other)".

    The change of the first metric stands beside it. A click on a row keeps its member and shows
    the level below.

    Args:
        board: who asks.
        filters: what is asked about.
        names: the metrics.
        whole: the question over the whole range that has them, perhaps among others.
    """
    drill = read_drill(paths(board))
    by = drill.by
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="drill"):
        level_choice(drill)
        breadcrumbs(drill, filters)
    grouped = filters.query(*names, by=(by,), top=TOP)
    result, total = board.ask(grouped), board.ask(whole)
    members = with_changes(result.frame, grouped)
    if not members.height:
        st.info(_("Nothing was sold in this range with these filters."), icon=":material/info:")
        return
    first = with_changes(total.frame, whole).with_columns(pl.lit(_("Total")).alias(by))
    titles = [_("Total"), *(member(by, value) for value in members[by])]
    shown = pl.concat([first.select(members.columns), members]).with_columns(
        pl.Series(by, titles, dtype=pl.String)
    )
    known = [name for name in names if shown[name].count()]
    _show(shown.select(_columns(by, known, members)), drill, members[by].to_list(), result, board)
    _unknown([name for name in names if name not in known], total)
    with st.container(horizontal=True, key="take-away"):
        with st.popover(_("Definitions"), icon=":material/help:", type="tertiary"):
            definition(names, result, filters)
        _download(shown, by, result, filters)


def _columns(by: str, names: Sequence[str], members: pl.DataFrame) -> list[str]:
    change = f"{names[0]}{_CHANGE}"
    return [by, names[0], *([change] if change in members.columns else []), *names[1:]]


def _unknown(names: Sequence[str], total: Result) -> None:
    """Columns that would hold nothing but dashes, and why."""
    for name in names:
        why = why_unknown(name, total)
        text = _("{title} is not known").format(title=_(METRICS[name].title))
        st.caption(plain(f"{text}: {why}" if why else text))


def _show(
    shown: pl.DataFrame, drill: Drill, values: list[str | None], result: Result, board: Board
) -> None:
    by = drill.by
    key = f"table:{by}:{hash(tuple(values))}"
    st.dataframe(
        _styled(shown, by, result, board.settings.good_colour),
        hide_index=True,
        column_config=_configured(shown, by),
        key=key,
        on_select=lambda: _descend(key, drill, values),
        selection_mode="single-cell",
        height="content",
        placeholder=formats.DASH,
        alt=_("By {dimension}").format(dimension=_(DIMENSIONS[by].title)),
    )
    st.caption(_("Click a row to look inside it."))


def _descend(key: str, drill: Drill, values: list[str | None]) -> None:
    cells = st.session_state[key].selection.cells
    if cells and (row := int(cells[0][0])) > 0:
        drill.descend(values[row - 1])


def _configured(shown: pl.DataFrame, by: str) -> dict[str, Any]:
    configured: dict[str, Any] = {
        by: st.column_config.TextColumn(_(DIMENSIONS[by].title), pinned=True, width="medium")
    }
    for name in shown.columns[1:]:
        base = METRICS[name.removesuffix(_CHANGE)]
        is_change = name.endswith(_CHANGE)
        title = _("Change") if is_change else _(base.title)
        configured[name] = st.column_config.NumberColumn(
            title, help=None if is_change else _(base.description), alignment="right"
        )
    return configured


def _styled(shown: pl.DataFrame, by: str, result: Result, good: str) -> Any:
    """Numbers as the language writes them, still sorted as numbers; changes in their colours."""
    styler = shown.to_pandas().style.format(
        {name: _formatter(name, result.currency) for name in shown.columns if name != by}
    )
    changes = [] if begins_late(result) else [each for each in shown.columns if _CHANGE in each]
    for name in changes:
        styler = styler.map(_coloured(METRICS[name.removesuffix(_CHANGE)], good), subset=[name])
    return styler.map(lambda _value: "font-weight: 600", subset=(0, shown.columns))


def _formatter(name: str, currency: str | None) -> Callable[[float], str]:
    unit = METRICS[name.removesuffix(_CHANGE)].unit
    if name.endswith(_CHANGE):
        return lambda value: formats.change(_known(value), unit)
    return lambda value: formats.whole(_known(value), unit, currency)


def _coloured(metric: Metric, good: str) -> Callable[[float], str]:
    """The style of a change: good news, bad news, or neither."""
    colours = _COLOURS[st.context.theme.type or "light"]
    bad = "green" if good == "red" else "red"
    signs = {"up": 1, "down": -1, "neither": 0}

    def style(value: float) -> str:
        verdict = (_known(value) or 0) * signs[metric.better]
        return "" if verdict == 0 else colours[good if verdict > 0 else bad]

    return style


def _known(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value


def _download(shown: pl.DataFrame, by: str, result: Result, filters: Filters) -> None:
    question = [*described(filters), (_("Data up to"), formats.up_to(result.as_of))]
    if result.currency:
        question.append((_("Currency"), result.currency))
    titles = [_heading(name) for name in shown.columns]
    sheet = Sheet(shown, titles, question, [_number_format(name) for name in shown.columns])
    for title, kind, mime, written in _FILES:
        st.download_button(
            _(title),
            partial(written, sheet),
            f"{by}-{filters.start}-{filters.end}.{kind}",
            mime,
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def _number_format(column: str) -> str:
    metric = METRICS.get(column.removesuffix(_CHANGE))
    if metric is None:
        return ""
    if metric.unit == "ratio" or column.endswith(_CHANGE):
        return "0.00%"
    return "#,##0" if metric.unit == "count" else "#,##0.00"


def _heading(column: str) -> str:
    if column.endswith(_CHANGE):
        title = _(METRICS[column.removesuffix(_CHANGE)].title)
        return _("Change of {title}").format(title=title)
    return heading(column, _)
