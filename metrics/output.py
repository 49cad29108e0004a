"""Answers as text: tables to read, JSON and CSV for other programs."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

import polars as pl

from connectors.schema.titles import TITLES
from connectors.text import N_
from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.metric import Aggregate, Formula, Metric, RowSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metrics.answer import Result
    from metrics.compile import Note

_DASH = "—"


def described(metric: Metric) -> dict[str, Any]:
    """A metric as a record: name, title, description, kind, formula, table, unit, better, owner."""
    kind = metric.kind
    return {
        "name": metric.name,
        "title": metric.title,
        "description": metric.description,
        "kind": type(kind).__name__.lower(),
        "formula": kind.text if isinstance(kind, Formula) else None,
        "table": kind.table.name if isinstance(kind, Aggregate | RowSet) else None,
        "unit": metric.unit,
        "better": metric.better,
        "cohort": metric.cohort,
        "owner": metric.owner,
    }


def write_list(
    records: Iterable[dict[str, Any]], translate: Callable[[str], str], out: TextIO
) -> None:
    """One metric a paragraph: its names, and what it means."""
    for record in records:
        title = translate(record["title"])
        formula = f"  = {record['formula']}" if record["formula"] else ""
        out.write(f"{record['name']}  {title}{formula}\n    {translate(record['description'])}\n")


def write(
    result: Result, form: str, translate: Callable[[str], str], out: TextIO, err: TextIO
) -> None:
    """The answer as a table, JSON records or CSV; its notes go to `err`."""
    if form == "json":
        write_json(result.frame.to_dicts(), out)
    elif form == "csv":
        out.write(result.frame.write_csv())
    else:
        _write_table(result, translate, out)
    err.writelines(f"{note.metric}: {said(note, translate)}\n" for note in result.notes)


def said(note: Note, translate: Callable[[str], str]) -> str:
    """A note in the reader's language, tables and dimensions by their names on screen."""
    values = dict(note.values)
    if "table" in values:
        values["table"] = translate(TITLES[values["table"]])
    if "dimension" in values:
        values["dimension"] = translate(DIMENSIONS[values["dimension"]].title)
    return translate(note.message).format(**values)


def write_json(records: list[dict[str, Any]], out: TextIO) -> None:
    """Records as JSON; dates and hours in ISO form."""
    json.dump(records, out, ensure_ascii=False, default=_iso, indent=1)
    out.write("\n")


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _write_table(result: Result, translate: Callable[[str], str], out: TextIO) -> None:
    heads = [heading(name, translate) for name in result.frame.columns]
    rows = [
        [
            _cell(name, value, translate)
            for name, value in zip(result.frame.columns, row, strict=True)
        ]
        for row in result.frame.iter_rows()
    ]
    table = pl.DataFrame(rows, schema=dict.fromkeys(_unique(heads), pl.String), orient="row")
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_formatting="MARKDOWN",
        tbl_width_chars=10_000,
        fmt_str_lengths=200,
        tbl_cell_alignment="RIGHT",
    ):
        out.write(f"{table}\n")
    out.write(translate(N_("As of {as_of}")).format(as_of=result.as_of.isoformat(" ", "minutes")))
    out.write(f"{' · ' + result.currency if result.currency else ''}\n")


def _unique(heads: list[str]) -> list[str]:
    return [head if head not in heads[:n] else f"{head} ({n})" for n, head in enumerate(heads)]


_MARKS = {"period": N_("Period"), "partial": N_("Partial"), "immature": N_("Immature")}
_SUFFIXES = {
    "previous": N_("{title}, previous"),
    "year": N_("{title}, year before"),
    "target": N_("{title}, target"),
}


def heading(column: str, translate: Callable[[str], str]) -> str:
    """The reader's name of an answer's column: a metric, its comparison, a dimension, a mark."""
    base, _, suffix = column.rpartition("_")
    if column not in METRICS and base in METRICS and suffix in _SUFFIXES:
        return translate(_SUFFIXES[suffix]).format(title=translate(METRICS[base].title))
    known = METRICS.get(column) or DIMENSIONS.get(column)
    return translate(known.title if known else _MARKS.get(column, column))


def _cell(name: str, value: object, translate: Callable[[str], str]) -> str:
    if value is None:
        return _DASH
    if isinstance(value, bool):
        return translate(N_("yes")) if value else ""
    if isinstance(value, float):
        return f"{value:,.2f}" if _unit(name) != "ratio" else f"{value:.2%}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _unit(name: str) -> str | None:
    metric = METRICS.get(name) or METRICS.get(name.rpartition("_")[0])
    return metric.unit if metric else None
