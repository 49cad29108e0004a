"""Excel workbooks: cells become the text that the same table has as CSV."""

from __future__ import annotations

import warnings
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice, zip_longest
from typing import IO, TYPE_CHECKING, Any

import polars as pl
from openpyxl import load_workbook  # type: ignore[import-untyped]

from connectors.errors import UserError, unknown
from connectors.importing.columns import LINE, column_names
from connectors.importing.guard import too_large, workbook_damage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet._read_only import (  # type: ignore[import-untyped]
        ReadOnlyWorksheet,
    )

    from connectors.importing.source import Limits

    Row = tuple[int, tuple[Any, ...]]

_BATCH = 2_000
_LAST_ROW = 2**20  # Excel's own; a damaged row number may be anything
_CELL_BYTES = 16  # what Polars takes at least for one

# What openpyxl leaves out (styles, validations) is nothing that an import needs.
warnings.filterwarnings("ignore", module="openpyxl")


def read_workbook(
    name: str, file: IO[bytes], sheet: str | None, header: int, limits: Limits
) -> pl.DataFrame:
    """The rows of one worksheet, all String, empty cells null, blank rows left out.

    Numbers are in their shortest form (617, 616.56), booleans true and false, dates and times
    ISO (2022-04-30, 2022-04-30 08:26:00, 08:26:00; a column whose cells are all at midnight holds
    dates), durations h:mm:ss, errors as Excel shows them (#REF!), formulas by their last result.

    Args:
        name: the source's name, for messages.
        file: the workbook, checked by `guard.check_archive`.
        sheet: the worksheet's name; None is the first one.
        header: the row from which on the first that is not blank names the columns; 0 for none.
        limits: for the size that the cells come to.

    Returns:
        `__line` (Int64, the worksheet's row number) and the columns up to the widest row's last.

    Raises:
        UserError: for an unknown sheet, no header, duplicate names, damage, or too many cells.
    """
    chosen, sheets = _sheet(name, file, sheet)
    rows = _rows(name, chosen)
    first = next((row for row in rows if row[0] >= header), None)
    if first is None:
        values = {"file": name, "sheet": chosen.title, "row": max(header, 1)}
        raise UserError(
            "{file}: the sheet {sheet!r} has no header from row {row} on. Sheets: {valid}.",
            **values,
            valid=", ".join(sheets),
        )
    names = [_cell(cell) for cell in first[1]] if header else []
    return _table(name, names, rows if header else chain([first], rows), limits)


def _sheet(name: str, file: IO[bytes], wanted: str | None) -> tuple[ReadOnlyWorksheet, list[str]]:
    with workbook_damage(name):
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        chosen = sheets.get(wanted or next(iter(sheets), ""))
    if chosen is None:
        raise unknown("sheet", wanted or "", sheets, name)
    # The size that a sheet declares is often that of an earlier version of it.
    chosen.reset_dimensions()
    return chosen, list(sheets)


def _rows(name: str, sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    """The rows that hold anything, with their numbers."""
    with workbook_damage(name):
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > _LAST_ROW:
                raise ValueError(f"row {number}")
            if trimmed := _trimmed(cells):
                yield number, trimmed


def _trimmed(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    end = len(cells)
    while end and cells[end - 1] in (None, ""):
        end -= 1
    return cells[:end]


def _table(
    name: str, header: list[str | None], rows: Iterator[Row], limits: Limits
) -> pl.DataFrame:
    schema = {LINE: pl.Int64, **{str(index): pl.String for index in range(len(header))}}
    frames = [pl.DataFrame(schema=schema)]
    has_time: dict[str, bool] = {}
    width, height = len(header), 0
    while batch := list(islice(rows, _BATCH)):
        columns = {str(i): cells for i, cells in enumerate(zip_longest(*(row for _, row in batch)))}
        width, height = max(width, len(columns)), height + len(batch)
        if width * height * _CELL_BYTES > limits.max_bytes:
            raise too_large(name, limits)
        _note_times(columns, has_time)
        frames.append(_frame(batch, columns))
    dates = [index for index, timed in has_time.items() if not timed]
    midnight = pl.col(dates).str.strip_suffix(" 00:00:00")
    frame = pl.concat(frames, how="diagonal").with_columns(midnight)
    frame.columns = [LINE, *column_names([*header, *[None] * (width - len(header))], name)]
    return frame


def _note_times(columns: dict[str, tuple[Any, ...]], has_time: dict[str, bool]) -> None:
    """Notes of each column that holds dates whether one of them has a time of day."""
    for index, cells in columns.items():
        if times := {cell.time() for cell in cells if isinstance(cell, datetime)}:
            has_time[index] = has_time.get(index, False) or times != {time.min}


def _frame(batch: list[Row], columns: dict[str, tuple[Any, ...]]) -> pl.DataFrame:
    texts = {index: [_cell(cell) for cell in cells] for index, cells in columns.items()}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    numbers = pl.Series(LINE, [number for number, _ in batch], dtype=pl.Int64)
    return frame.insert_column(0, numbers)


def _cell(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return str(value).lower()
        case float():
            return f"{Decimal(repr(value)):f}".removesuffix(".0")
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)
