"""What a number means and where it comes from: one click away from wherever it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from metrics import DIMENSIONS, METRICS
from metrics.compare import OF_COMPARISONS
from metrics.metric import Aggregate, Choice, Formula, RowSet
from metrics.output import said
from pages.ui import failures, formats
from pages.ui.filters import COMPARISONS
from pages.ui.names import member, plain, table_title
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metrics import Note, Result
    from metrics.metric import Metric
    from pages.ui.filters import Filters

_NAME = re.compile(r"[a-z_][a-z_0-9]*")


class About(NamedTuple):
    """What a definition explains.

    Attributes:
        key: its own on the page.
        names: the metrics.
        result: the answer that they stand in.
        filters: what was asked about.
    """

    key: str
    names: Sequence[str]
    result: Result
    filters: Filters


@st.fragment
def definition(title: str, about: About, help: str | None = None, icon: str | None = None) -> None:  # noqa: A002
    """A title that opens what it means; nothing of that is made before somebody wants to know."""
    key = f"about-{about.key}"
    box = st.popover(title, type="tertiary", help=help, icon=icon, key=key, on_change="rerun")
    if box.open:
        with box, failures.shown():
            _explain(about.names, about.result, about.filters)


def _explain(names: Sequence[str], result: Result, filters: Filters) -> None:
    """Formula, meaning and gaps of metrics in an answer; its filters, as-of time and SQL."""
    for name in names:
        metric = METRICS[name]
        st.markdown(f"**{plain(_(metric.title))}**")
        st.text(f"{formula(metric)}\n{_(metric.description)}")
        for line in reasons(name, result):
            st.warning(plain(line), icon=":material/info:")
    st.text("\n".join(_facts(result, filters)))
    with st.expander(_("SQL")):
        for statement in result.sql:
            st.code(statement, language="sql", wrap_lines=True)


def formula(metric: Metric) -> str:
    """How a metric is computed, in the reader's words."""
    kind = metric.kind
    if isinstance(kind, Formula):
        text = re.sub(r"or_zero\((\w+)\)", r"\1", kind.text)
        return "= " + _NAME.sub(lambda found: _titled(found[0]), text)
    if isinstance(kind, Choice):
        return "= " + " | ".join(_titled(name) for _value, name in kind.options)
    if isinstance(kind, Aggregate | RowSet):
        return _("Counted from: {table}").format(table=table_title(kind.table.name))
    return _("As planned or forecast")


def _titled(name: str) -> str:
    """A metric's title; the functions of formulas keep their names."""
    return _(METRICS[name].title) if name in METRICS else name


def reasons(name: str, result: Result) -> tuple[str, ...]:
    """Why the metric, or one that its formula needs, is unknown or incomplete."""
    return tuple(dict.fromkeys(said(note, _) for note in _notes(name, result)))


def why_unknown(name: str, result: Result) -> str | None:
    """The reason for a dash; None when there is none but that nothing happened."""
    notes = (note for note in _notes(name, result) if note.message not in OF_COMPARISONS)
    return next((said(note, _) for note in notes), None)


def say_why(name: str, result: Result, otherwise: str) -> None:
    """In place of what would be drawn: why the metric is unknown, or what else there is to say."""
    st.info(plain(why_unknown(name, result) or otherwise), icon=":material/info:")


def unknown(names: Sequence[str], result: Result) -> None:
    """Columns that would hold nothing but dashes, and why."""
    for name in names:
        why = why_unknown(name, result)
        text = _("{title} is not known").format(title=_(METRICS[name].title))
        st.caption(plain(f"{text}: {why}" if why else text))


def _notes(name: str, result: Result) -> Iterator[Note]:
    needed = {name, *_needed(METRICS[name])}
    return (note for note in result.notes if note.metric in needed)


def described(filters: Filters) -> Iterator[tuple[str, str]]:
    """The filters as pairs of name and value, for people."""
    yield _("Range"), formats.days(filters.start, filters.end)
    yield _("Compare with"), _(COMPARISONS[filters.compare].title)
    for dimension, kept in filters.where:
        names = ", ".join(member(dimension, each) for each in kept)
        yield _(DIMENSIONS[dimension].title), names


def _facts(result: Result, filters: Filters) -> Iterator[str]:
    for name, value in described(filters):
        yield f"{name}: {value}"
    yield _("Data up to {moment}").format(moment=formats.up_to(result.as_of))


def _needed(metric: Metric) -> Iterator[str]:
    kind = metric.kind
    names = [name for _value, name in kind.options] if isinstance(kind, Choice) else []
    if isinstance(kind, Formula):
        names = _NAME.findall(kind.text)
    for name in names:
        if name in METRICS:
            yield name
            yield from _needed(METRICS[name])
