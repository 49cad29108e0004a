"""Where the records of a delimited text stand, and how it quotes: told from its bytes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Positions = NDArray[np.int64]

Quoting = Literal["none", "strict", "loose"]

_QUOTE, _NEWLINE, _RETURN = b'"\n\r'
_STEP = 2**22  # bytes looked at together: bounds the memory that positions take


def quoting(text: bytes, delimiter: str) -> Quoting:
    """How `text` uses quotes.

    "none": no cell begins with a quote, so that a quote is a letter like any other (="0012").
    "strict": every quote opens or closes a cell, or is one of a doubled pair in it (RFC 4180).
    "loose": anything else; only a reader that goes letter by letter knows what it means.
    """
    if b'"' not in text:
        return "none"
    opens, closes = _bytes(delimiter.encode() + b"\n"), _bytes(delimiter.encode() + b'\r\n"')
    buffer = np.frombuffer(text, np.uint8)
    seen, cells, strict = 0, text.startswith(b'"'), True
    for at in _quotes(buffer):
        before = buffer[at[at > 0] - 1]
        cells = cells or bool(opens[before].any())
        first, second = at[seen % 2 :: 2], at[1 - seen % 2 :: 2]
        before, after = buffer[first[first > 0] - 1], buffer[second[second < len(text) - 1] + 1]
        strict = strict and bool((opens[before] | (before == _QUOTE)).all() and closes[after].all())
        seen += len(at)
    if not cells:
        return "none"
    return "strict" if strict and seen % 2 == 0 else "loose"


def records(text: bytes, style: Quoting) -> tuple[Positions, NDArray[np.bool_]]:
    """The line (from 1) that each record of `text` starts on, and whether the record is blank.

    A newline between quotes does not end a record when the style is "strict".
    """
    ends, lines, total = _ends(text, quoted=style == "strict")
    if not text.endswith(b"\n"):
        ends, lines = np.append(ends, len(text)), np.append(lines, total + 1)
    starts = np.append(0, ends[:-1] + 1)
    buffer = np.frombuffer(text, np.uint8)
    lengths = ends - starts
    blank = lengths == 0
    single = np.flatnonzero(lengths == 1)
    blank[single] = buffer[starts[single]] == _RETURN
    return np.append(1, lines[:-1] + 1), blank


def _quotes(buffer: NDArray[np.uint8]) -> Iterator[Positions]:
    for start in range(0, len(buffer), _STEP):
        yield np.flatnonzero(buffer[start : start + _STEP] == _QUOTE) + start


def _bytes(members: bytes) -> NDArray[np.bool_]:
    """A table that says of each byte whether it is one of `members`."""
    table = np.zeros(256, np.bool_)
    table[list(members)] = True
    return table


def _ends(text: bytes, *, quoted: bool) -> tuple[Positions, Positions, int]:
    """Positions of the newlines that end records, the lines they end, and how many lines end."""
    buffer = np.frombuffer(text, np.uint8)
    ends, lines = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    newlines_seen = quotes_seen = 0
    for start in range(0, len(buffer), _STEP):
        part = buffer[start : start + _STEP]
        newlines = np.flatnonzero(part == _NEWLINE)
        quotes = np.flatnonzero(part == _QUOTE) if quoted else np.empty(0, np.int64)
        outside = (quotes_seen + np.searchsorted(quotes, newlines)) % 2 == 0
        ends.append(newlines[outside] + start)
        lines.append(np.flatnonzero(outside) + newlines_seen + 1)
        newlines_seen += len(newlines)
        quotes_seen += len(quotes)
    return np.concatenate(ends), np.concatenate(lines), newlines_seen
