"""What is on screen as a file, with the question in it, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet  # type: ignore[import-untyped]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM = b"\xef\xbb\xbf"
_LONGEST = 32_767
"""Characters that a cell of a workbook may hold."""


class Sheet(NamedTuple):
    """A table to take away.

    Attributes:
        frame: what is shown.
        titles: its columns' names for people.
        question: the filters, as lines of name and value above the table; none for a table alone.
        formats: the number format of each column, as spreadsheets write it.
    """

    frame: pl.DataFrame
    titles: Sequence[str]
    question: Sequence[tuple[str, str]]
    formats: Sequence[str]


def to_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV in UTF-8 with a byte order mark, which spreadsheets need for Chinese."""
    out = StringIO()
    writer = csv.writer(out)
    for line in _lines(sheet):
        writer.writerow([_safe(cell) for cell in line])
    return _BOM + out.getvalue().encode()


def to_xlsx(sheet: Sheet) -> bytes:
    """The sheet as a workbook; ratios as percentages, texts as texts whatever they begin with."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    heads = len(sheet.question) + 1 if sheet.question else 0
    for number, line in enumerate(_lines(sheet)):
        formats = sheet.formats if number > heads else [""] * len(line)
        cells = zip(line, formats, strict=True)
        page.append([_cell(page, cell, form, bold=number == heads) for cell, form in cells])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(sheet: Sheet) -> Iterator[Sequence[object]]:
    if sheet.question:
        yield from sheet.question
        yield []
    yield sheet.titles
    yield from sheet.frame.iter_rows()


def _cell(page: WriteOnlyWorksheet, value: object, form: str, *, bold: bool) -> WriteOnlyCell:
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif form:
        cell.number_format = form
    if bold:
        cell.font = Font(bold=True)
    return cell


def _safe(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, as text; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        return f"'{cell}"
    return cell
