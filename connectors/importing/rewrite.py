"""Rows written as a source again, each on the line on which it stood."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError
from connectors.importing.columns import LINE
from connectors.importing.source import ENCODINGS, TEXT_FORMATS, layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from connectors.importing.source import Reading, Source

_USUAL = {"csv": ",", "tsv": "\t"}


def rewrite(folder: Path, rows: pl.DataFrame, source: Source, reading: Reading) -> Path:
    """Writes `rows` into a file in `folder` that `read` reads as they are; returns it.

    Lines in between are blank. What was a workbook or Parquet becomes CSV, on one line a row.

    Args:
        folder: an existing one.
        rows: as `read` gave them, sorted by line.
        source: the file that they are from.
        reading: how its mapping reads it.

    Raises:
        UserError: when the mapping insists on a format that is no text, or the texts cannot be
            written in its encoding.
    """
    was, _ = layout(source, reading)
    if reading.format and reading.format not in TEXT_FORMATS:
        message = "{file}: its mapping reads {format} only. Mend the file and import it again."
        raise UserError(message, file=source.name, format=reading.format)
    form = was if was in TEXT_FORMATS else "csv"
    if form != was:
        rows = rows.with_columns(pl.col(pl.String).str.replace_all(r"[\r\n]+", " "))
    text = _json(rows) if form == "jsonl" else _csv(rows, reading, _USUAL[form])
    path = folder / f"part.{form}"
    encoding = ENCODINGS[(reading.encoding or "utf-8").lower()]
    try:
        path.write_bytes(text.encode(encoding))
    except UnicodeEncodeError as error:
        raise UserError(
            "{file} is in {encoding}, which has no {letter!r}: write it without.",
            file=source.name,
            encoding=encoding,
            letter=error.object[error.start : error.end],
        ) from None
    return path


class _Lines:
    """A text in which rows are put on their lines; one whose line is passed comes next."""

    def __init__(self) -> None:
        self.text = StringIO(newline="")
        self._line = 1

    def put(self, line: int, text: str) -> None:
        self.text.write("\n" * (line - self._line))
        self.text.write(text)
        self._line = max(line, self._line) + text.count("\n")


def _csv(rows: pl.DataFrame, reading: Reading, usual: str) -> str:
    lines, delimiter = _Lines(), reading.delimiter or usual
    if reading.header:
        lines.put(reading.header, _record(rows.columns[1:], delimiter))
    for line, *cells in rows.iter_rows():
        lines.put(line, _record(cells, delimiter))
    return lines.text.getvalue()


def _record(cells: Sequence[str | None], delimiter: str) -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _json(rows: pl.DataFrame) -> str:
    lines = _Lines()
    for row in rows.iter_rows(named=True):
        lines.put(row.pop(LINE), json.dumps(row, ensure_ascii=False) + "\n")
    return lines.text.getvalue()
