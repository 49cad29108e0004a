"""Rejected rows as a sheet to be mended elsewhere, and what was changed in it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError
from connectors.importing.columns import LINE
from connectors.importing.read import read
from connectors.importing.sample import limits_of
from connectors.importing.source import Reading

if TYPE_CHECKING:
    from connectors.importing.source import Source
    from connectors.settings import Settings

    Changes = dict[int, dict[str, str | None]]

_OWN = ("line", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM = b"\xef\xbb\xbf"


def rows_of(rejects: pl.DataFrame) -> pl.DataFrame:
    """The raw rows of rejects of one file: `line`, `reason`, and the source's columns as texts.

    A column of the source that has one of these two names comes with ' (2)' after it.
    """
    cells = [json.loads(row) for row in rejects["row"]]
    names = list(dict.fromkeys(name for row in cells for name in row))
    columns = {_shown(name): [row.get(name) for row in cells] for name in names}
    raw = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return rejects.select(_OWN).hstack(raw)


def reject_sheet(rows: pl.DataFrame) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark; no cell is one that a spreadsheet runs."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_safe(name) for name in rows.columns])
    for line, *cells in rows.iter_rows():
        writer.writerow([line, *(_safe(cell) for cell in cells)])
    return _BOM + out.getvalue().encode()


def changes_in(source: Source, rows: pl.DataFrame, settings: Settings) -> Changes:
    """What differs between a mended sheet and the rejected rows: line → column → text.

    Args:
        source: the sheet: CSV or XLSX with the columns of `reject_sheet`, lines in any order.
        rows: from `rows_of`.
        settings: for the limits.

    Raises:
        UserError: when it cannot be read, or lacks a column.
    """
    sheet = read(source, Reading(), limits_of(settings))
    names = {_safe(name) or name: name for name in rows.columns}
    for name in names:
        if name not in sheet.columns:
            message = "{file} lacks the column {name!r}: mend the file that was downloaded here."
            raise UserError(message, file=source.name, name=name)
    then = {row["line"]: row for row in rows.iter_rows(named=True)}
    changes: Changes = {}
    for now in sheet.drop(LINE).iter_rows(named=True):
        line = int(now["line"]) if (now["line"] or "").isdecimal() else 0
        for shown, name in names.items():
            if (
                name not in _OWN
                and line in then
                and now[shown] != (_safe(then[line][name]) or None)
            ):
                changes.setdefault(line, {})[raw_name(name)] = now[shown]
    return changes


def raw_name(name: str) -> str:
    """The name of a column of `rows_of` in the source itself."""
    return name.removesuffix(" (2)") if name.removesuffix(" (2)") in _OWN else name


def _shown(name: str) -> str:
    return f"{name} (2)" if name in _OWN else name


def _safe(cell: str | None) -> str | None:
    """A text that a spreadsheet would take for a formula, with a mark that it is none."""
    return f"'{cell}" if cell and cell.lstrip().startswith(_FORMULA) else cell
