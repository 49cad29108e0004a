"""Reading: one source of any format becomes a frame of text, with the line of every row."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from connectors.importing.decode import opened, text_of
from connectors.importing.delimited import read_delimited
from connectors.importing.guard import check_archive
from connectors.importing.jsonlines import read_json_lines
from connectors.importing.parquet import read_parquet
from connectors.importing.source import layout
from connectors.importing.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from connectors.importing.source import Limits, Reading, Source

_USUAL_DELIMITERS = {"csv": ",", "tsv": "\t"}
_THREADS = 2
_AHEAD = 4
_SMALL = 16 * 2**20  # larger files are read alone: several at once would add up in memory


def read(source: Source, reading: Reading, limits: Limits) -> pl.DataFrame:
    """The rows of a source as they are written: nothing trimmed, nothing converted.

    Returns:
        `__line` (Int64: the line on which the row's record starts in the decoded text, counted
        from 1; the row number of a worksheet or a Parquet file) and then every column in file
        order as String. Empty cells are null, short rows are filled up with nulls, blank lines
        are left out; a header without rows gives an empty frame.

    Raises:
        UserError: for whatever keeps the source from being read: no such file, no right to it,
            empty, damaged, cut off, too large (`limits`), another encoding, delimiter or format
            than declared, duplicate column names, rows longer than the header.
    """
    chosen, compression = layout(source, reading)
    if chosen in _USUAL_DELIMITERS:
        text = text_of(source, compression, reading.encoding, limits)
        usual = _USUAL_DELIMITERS[chosen]
        return read_delimited(source.name, text, reading.delimiter, usual, reading.header)
    if chosen == "jsonl":
        text = text_of(source, compression, reading.encoding, limits)
        return read_json_lines(source.name, text)
    with opened(source, limits) as file:
        if chosen == "parquet":
            return read_parquet(source.name, source.path, limits)
        check_archive(source.name, file, source.path.stat().st_size, limits)
        return read_workbook(source.name, file, reading.sheet, reading.header, limits)


def read_many(
    sources: Sequence[Source], reading: Reading, limits: Limits
) -> Iterator[tuple[Source, pl.DataFrame]]:
    """Each source with its rows as `read` gives them, in the order given, read a little ahead.

    Raises:
        UserError: as `read` does, when the source's turn comes.
    """
    waiting: deque[tuple[Source, Future[pl.DataFrame]]] = deque()
    pool = ThreadPoolExecutor(_THREADS)
    try:
        for source in sources:
            small = _is_small(source)
            while waiting and (len(waiting) > _AHEAD or not small):
                yield _first(waiting)
            if small:
                waiting.append((source, pool.submit(read, source, reading, limits)))
            else:
                yield source, read(source, reading, limits)
        while waiting:
            yield _first(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _first(waiting: deque[tuple[Source, Future[pl.DataFrame]]]) -> tuple[Source, pl.DataFrame]:
    source, frame = waiting.popleft()
    return source, frame.result()


def _is_small(source: Source) -> bool:
    try:
        return source.path.stat().st_size <= _SMALL
    except OSError:
        return True  # reading it says what is wrong
