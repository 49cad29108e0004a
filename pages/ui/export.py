"""What is on screen as a file, with the question in it, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM = b"\xef\xbb\xbf"


def to_csv(
    frame: pl.DataFrame, titles: Sequence[str], question: Iterable[tuple[str, str]]
) -> bytes:
    """The frame as CSV in UTF-8 with a byte order mark, which spreadsheets need for Chinese.

    Args:
        frame: what is shown.
        titles: its columns' names for people.
        question: the filters, as lines of name and value above the table.
    """
    out = StringIO()
    writer = csv.writer(out)
    for line in question:
        writer.writerow([_safe(cell) for cell in line])
    writer.writerow([])
    writer.writerow([_safe(title) for title in titles])
    for row in frame.iter_rows():
        writer.writerow([_safe(cell) for cell in row])
    return _BOM + out.getvalue().encode()


def _safe(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, as text; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        return f"'{cell}"
    return cell
