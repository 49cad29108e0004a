"""The buttons under a table that take it away as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from connectors.text import N_
from pages.ui import formats
from pages.ui.columns import number_format, title_of
from pages.ui.definition import described
from pages.ui.export import Sheet, to_csv, to_xlsx
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrics import Result
    from pages.ui.filters import Filters

_FILES = (
    (N_("Download CSV"), "csv", "text/csv", to_csv),
    (
        N_("Download XLSX"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        to_xlsx,
    ),
)


def downloads(
    shown: pl.DataFrame,
    name: str,
    result: Result,
    filters: Filters,
    titles: Mapping[str, str] | None = None,
) -> None:
    """A button a kind of file; the question stands above the table in it.

    Args:
        shown: what is on screen; a list in a cell is written as its values, one after the other.
        name: what the files are called, before the range.
        result: the answer that is shown.
        filters: what was asked about.
        titles: of columns that are neither dimension nor metric.
    """
    question = [*described(filters), (_("Data up to"), formats.up_to(result.as_of))]
    if result.currency:
        question.append((_("Currency"), result.currency))
    heads = [(titles or {}).get(each) or title_of(each) for each in shown.columns]
    kinds = [number_format(each) for each in shown.columns]
    sheet = Sheet(_flat(shown), heads, question, kinds)
    for title, kind, mime, written in _FILES:
        st.download_button(
            _(title),
            partial(written, sheet),
            f"{name}-{filters.start}-{filters.end}.{kind}",
            mime,
            key=f"download:{name}:{kind}",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def _flat(shown: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, dtype in shown.schema.items() if isinstance(dtype, pl.List)]
    return shown.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(" ", ignore_nulls=False) for name in lists
    )
