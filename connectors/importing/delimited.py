"""CSV and TSV: Polars reads what follows the rules, the csv module what does not."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError
from connectors.importing.columns import LINE, column_names
from connectors.importing.records import Quoting, quoting, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    Record = tuple[int, list[str]]

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 20
_BATCH = 20_000


@dataclass(frozen=True)
class _Table:
    """A text cut to begin at its header (or first row), and what is known of it."""

    file: str
    text: bytes
    delimiter: str
    names: list[str]
    line: int  # the line of the source on which `text` begins
    header: bool


def read_delimited(
    file: str, text: bytes, delimiter: str | None, usual: str, header: int
) -> pl.DataFrame:
    """The rows of a CSV text, all String, empty cells null, blank lines left out.

    A short row is filled up with nulls; empty cells past the header's last are dropped.

    Args:
        file: the source's name, for messages.
        text: valid UTF-8 without a byte order mark.
        delimiter: as declared, or None: then it is `usual`, and checked against the text.
        usual: the delimiter that goes with the format.
        header: the line from which on the first record names the columns; 0 for none.

    Returns:
        `__line` (Int64, where the row's record starts) and the columns in file order.

    Raises:
        UserError: for duplicate names, a row with more cells than the header, a quote that is not
            closed, no header at all, or one column where another delimiter would give more.
    """
    table = _table(file, text, delimiter or usual, header)
    if delimiter is None and len(table.names) == 1:
        _check_delimiter(table)
    style = quoting(table.text, table.delimiter)
    frame = None if style == "loose" else _by_polars(table, style)
    return _by_csv(table) if frame is None else frame


def _table(file: str, text: bytes, delimiter: str, header: int) -> _Table:
    line = max(header, 1)
    text = _from_line(text, line)
    # Not strict: with the wrong delimiter quotes are odd too, and that is no news then.
    found = _records(file, text, delimiter, line, strict=False)
    begin, cells = next((each for each in found if each[1]), (line, []))
    if not cells:
        raise UserError(
            "{file}: nothing from line {line} on. Which line names the columns?",
            file=file,
            line=line,
        )
    names = column_names(cells if header else [None] * len(cells), file)
    return _Table(file, _from_line(text, begin - line + 1), delimiter, names, begin, header > 0)


def _from_line(text: bytes, line: int) -> bytes:
    start = sum(len(each) for each in islice(BytesIO(text), line - 1))
    return text[start:] if start else text


def _check_delimiter(table: _Table) -> None:
    for other in _DELIMITERS:
        sample = islice(_records(table.file, table.text, other, table.line, strict=False), _SAMPLE)
        widths = {len(cells) for _, cells in sample if cells}
        if other != table.delimiter and len(widths) == 1 and widths != {1}:
            raise UserError(
                "{file}: one column when cut at {delimiter!r}, but {count} at {other!r}. Wrong "
                "delimiter? Declare it in the mapping: delimiter = {other!r}.",
                file=table.file,
                delimiter=table.delimiter,
                count=widths.pop(),
                other=other,
            )


def _by_polars(table: _Table, style: Quoting) -> pl.DataFrame | None:
    """The frame, or None when Polars finds fault: the csv module then names the line."""
    try:
        frame = pl.read_csv(
            table.text,
            separator=table.delimiter,
            quote_char='"' if style == "strict" else None,
            has_header=table.header,
            infer_schema=False,
            null_values="",  # a cell that is "" is as empty as one without quotes
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(table.names):
        return None
    frame.columns = table.names
    return _numbered(table, frame, style)


def _numbered(table: _Table, frame: pl.DataFrame, style: Quoting) -> pl.DataFrame | None:
    text = table.text
    lines = text.count(b"\n") + (not text.endswith(b"\n")) - table.header
    # Polars makes a row of nulls of a blank line.
    blanks = all(column.null_count() for column in frame.iter_columns())
    if frame.height == lines and not blanks:
        first = table.line + table.header
        numbers = pl.int_range(first, first + lines, dtype=pl.Int64, eager=True)
    else:
        at, blank = (each[table.header :] for each in records(text, style))
        if len(at) != frame.height:
            return None
        frame = frame.filter(pl.Series(~blank))
        numbers = pl.Series(at[~blank] + table.line - 1, dtype=pl.Int64)
    return frame.insert_column(0, numbers.alias(LINE))


def _by_csv(table: _Table) -> pl.DataFrame:
    filled = (
        each for each in _records(table.file, table.text, table.delimiter, table.line) if each[1]
    )
    rows = islice(filled, int(table.header), None)
    frames = [_frame(table, [])]
    while batch := list(islice(rows, _BATCH)):
        frames.append(_frame(table, batch))
    return pl.concat(frames)


def _frame(table: _Table, batch: list[Record]) -> pl.DataFrame:
    width = len(table.names)
    for line, cells in batch:
        if any(cells[width:]):
            raise _too_wide(table, line, len(cells))
    columns = list(zip_longest(*(cells[:width] for _, cells in batch)))
    columns += [(None,) * len(batch)] * (width - len(columns))
    numbers = [line for line, _ in batch]
    schema = dict.fromkeys(table.names, pl.String)
    frame = pl.DataFrame(dict(zip(table.names, columns, strict=True)), schema=schema)
    return frame.with_columns(pl.all().replace("", None)).insert_column(
        0, pl.Series(LINE, numbers, dtype=pl.Int64)
    )


def _too_wide(table: _Table, line: int, found: int) -> UserError:
    return UserError(
        "{file}, line {line}: {found} cells where the header names {expected}. Either the "
        "delimiter is not {delimiter!r}, or a cell holds it without quotes around the cell.",
        file=table.file,
        line=line,
        found=found,
        expected=len(table.names),
        delimiter=table.delimiter,
    )


def _records(
    file: str, text: bytes, delimiter: str, line: int, *, strict: bool = True
) -> Iterator[Record]:
    """Each record with the line it begins on, `text` beginning on `line`; a blank has no cells."""
    csv.field_size_limit(2**31 - 1)
    lines = (str(each, "utf-8") for each in BytesIO(text))
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    while True:
        begin = line + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UserError(
                "{file}, line {line}: a quote that is not closed, or text after a closing one "
                "({reason}). Write a quote within a quoted cell twice.",
                file=file,
                line=begin,
                reason=error,
            ) from None
        yield begin, cells
