"""Which column of a source is which of ours, and how its dates and numbers are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st
from sqlalchemy import Date, DateTime

from connectors.importing.canonical import fillable, kind_of
from connectors.importing.handmade import needed
from connectors.importing.propose import (
    DateReading,
    date_readings,
    money_signs,
    number_styles,
    proposed_columns,
)
from connectors.schema.column_titles import COLUMN_TITLES
from connectors.text import N_
from pages.ui.names import plain, shortened
from pages.ui.text import _
from pages.ui.upload import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, Table

    from connectors.importing.sample import Sample

_ORDERS = {
    "ymd": N_("Year, month, day"),
    "dmy": N_("Day, month, year"),
    "mdy": N_("Month, day, year"),
}
_WIDTH = 220


class Choices(NamedTuple):
    """What was chosen, as `Handmade` has it; `style` is the marks of decimals and thousands."""

    columns: dict[str, str]
    constants: dict[str, str]
    readings: dict[str, DateReading]
    style: tuple[str, str]
    signs: str


def ask_columns(table: Table, sample: Sample, files: tuple[str, ...]) -> Choices | None:
    """Asks for the columns, with proposals; None while something lacks, which is said.

    Args:
        table: that the rows go to.
        sample: what the files hold.
        files: what tells the files from others.
    """
    key = f"{table.name}:{files}:{hash(sample.headers[0])}"
    columns = _headers(table, sample.headers[0], key)
    constants = _constants(table, columns, key)
    readings, asked = _readings(table, columns, sample, key)
    style = _style(table, columns, sample, key)
    given = {*columns, *constants}
    lacking = [_(COLUMN_TITLES[name]) for name in needed(table) if name not in given]
    lacking += [_("how to read {column}").format(column=_(COLUMN_TITLES[name])) for name in asked]
    lacking += [] if style else [_("how numbers are written")]
    if lacking or not style:
        st.info(plain(_("Still to choose: {what}").format(what=", ".join(lacking))))
        return None
    return Choices(columns, constants, readings, style, _signs(table, columns, sample))


def _headers(table: Table, headers: tuple[str, ...], key: str) -> dict[str, str]:
    """Our column → the source's; those needed or proposed at once, the others on demand."""
    proposed = remembered("hand:proposed", key, lambda: proposed_columns(table, headers))
    wanted = needed(table)
    every = fillable(table)
    first = [each for each in every if each.name in wanted or each.name in proposed]
    chosen = _selectors(first, headers, proposed, wanted, key)
    with st.expander(_("More columns")):
        rest = [each for each in every if each not in first]
        chosen |= _selectors(rest, headers, proposed, wanted, key)
    return chosen


def _selectors(
    columns: Iterable[Column[object]],
    headers: tuple[str, ...],
    proposed: dict[str, str],
    wanted: list[str],
    key: str,
) -> dict[str, str]:
    chosen: dict[str, str] = {}
    with st.grid(3, min_column_width=_WIDTH):
        for column in columns:
            title = _(COLUMN_TITLES[column.name])
            header = st.selectbox(
                f"{title} \\*" if column.name in wanted else title,
                headers,
                index=headers.index(proposed[column.name]) if column.name in proposed else None,
                format_func=shortened,
                placeholder=_("Not in the files"),
                key=f"hand:column:{column.name}:{key}",
            )
            if header is not None:
                chosen[column.name] = header
    return chosen


def _constants(table: Table, columns: dict[str, str], key: str) -> dict[str, str]:
    """What stands in every row of a column that is needed and not in the files."""
    fixed: dict[str, str] = {}
    absent = [table.columns[name] for name in needed(table) if name not in columns]
    with st.grid(3, min_column_width=_WIDTH):
        for column in absent:
            label = _("{column}, the same in every row").format(
                column=_(COLUMN_TITLES[column.name])
            )
            widget = f"hand:constant:{column.name}:{key}"
            if isinstance(column.type, Date):
                day = st.date_input(label, value=None, key=widget)
                text = day.isoformat() if day else ""
            elif kind_of(column) in ("text", "identifier"):
                text = st.text_input(label, max_chars=100, key=widget).strip()
            else:
                continue
            if text:
                fixed[column.name] = text
    return fixed


def _readings(
    table: Table, columns: dict[str, str], sample: Sample, key: str
) -> tuple[dict[str, DateReading], list[str]]:
    """How each date is read, and those of which that is still to be said."""
    found: dict[str, DateReading] = {}
    dated = [n for n in columns if isinstance(table.columns[n].type, Date | DateTime)]
    for name in dated:
        texts = sample.rows[columns[name]]
        ways = remembered(f"hand:dates:{name}", (columns[name], key), lambda: date_readings(texts))  # noqa: B023 (called at once)
        if reading := _reading(name, columns[name], ways, key):
            found[name] = reading
    return found, [name for name in dated if name not in found]


def _reading(name: str, header: str, ways: list[DateReading], key: str) -> DateReading | None:
    title = _(COLUMN_TITLES[name])
    if not ways:
        text = _("{column}: the cells of {header} are no dates that can be read.")
        st.warning(plain(text.format(column=title, header=shortened(header))))
        return None
    if len(ways) == 1:
        text = _("{column}: {cell} is read as {meant}")
        st.caption(plain(text.format(column=title, cell=ways[0].cell, meant=ways[0].meant)))
        return ways[0]
    at = st.selectbox(
        _("{column}: several readings fit. Which is it?").format(column=title),
        range(len(ways)),
        index=None,
        format_func=lambda nth: (
            f"{_(_ORDERS[ways[nth].order])}: {ways[nth].cell} → {ways[nth].meant}"
        ),
        placeholder=_("Choose how dates are written"),
        key=f"hand:date:{name}:{header}:{key}",
    )
    return None if at is None else ways[at]


def _numbers(table: Table, columns: dict[str, str]) -> list[str]:
    kinds = ("integer", "decimal")
    return [header for name, header in columns.items() if kind_of(table.columns[name]) in kinds]


def _style(
    table: Table, columns: dict[str, str], sample: Sample, key: str
) -> tuple[str, str] | None:
    headers = _numbers(table, columns)
    texts = [sample.rows[header] for header in headers]
    styles = remembered("hand:styles", (key, *headers), lambda: number_styles(texts))
    if len(styles) == 1:
        return styles[0]
    chosen: tuple[str, str] | None = st.selectbox(
        _("Several readings of the numbers fit. How is a thousand and a half written?"),
        styles,
        index=None,
        format_func=lambda style: f"1{style[1]}000{style[0]}5",
        placeholder=_("Choose how numbers are written"),
        key=f"hand:style:{key}",
    )
    return chosen


def _signs(table: Table, columns: dict[str, str], sample: Sample) -> str:
    return money_signs([sample.rows[header] for header in _numbers(table, columns)])
