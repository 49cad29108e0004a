"""Files read and put together by header, so that one pass serves many small files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from connectors.importing.columns import LINE
from connectors.importing.companions import part_of
from connectors.importing.read import read_many
from connectors.importing.rows import FILE, POSITION_BITS, ROW
from connectors.importing.source import Limits, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from connectors.importing.mapping import Mapping
    from connectors.importing.source import Source
    from connectors.settings import Settings

_ROWS = 200_000
"""Rows in a batch: enough to make the passes cheap, few enough to transform one while reading the
next, and to bound the memory."""


class Batch(NamedTuple):
    """Rows of files with one header: as read, with `__file`, `__row`, `file` and `line`.

    `part` is the companion that the files are; None for the main one.
    """

    part: str | None
    raw: pl.DataFrame


def read_batches(
    mapping: Mapping,
    sources: Sequence[Source],
    settings: Settings,
    progress: Callable[[int, int], None],
) -> Iterator[list[Batch]]:
    """All rows of `sources`, which are numbered in their order; those that go together at once.

    Raises:
        UserError: as reading does, and for a file that lacks a column.
    """
    waiting: dict[tuple[str, ...], dict[int, pl.DataFrame]] = {}
    parts: dict[tuple[str, ...], str | None] = {}
    heights: Counter[tuple[str, ...]] = Counter()
    names = pl.Series([source.name for source in sources], dtype=pl.String)
    read = read_many(sources, _reading(mapping), _limits(settings))
    for number, (source, frame) in enumerate(read):
        header = tuple(frame.columns)
        if header not in parts:
            parts[header] = part_of(mapping, source.name, header)
        waiting.setdefault(header, {})[number] = frame
        heights[header] += frame.height
        if heights[header] >= _ROWS and not mapping.companions:
            yield [Batch(parts[header], _together(waiting.pop(header), names))]
            del heights[header]
        progress(number + 1, len(sources))
    yield [Batch(parts[header], _together(frames, names)) for header, frames in waiting.items()]


def _together(frames: dict[int, pl.DataFrame], names: pl.Series) -> pl.DataFrame:
    heights = [frame.height for frame in frames.values()]
    file = pl.Series(FILE, np.repeat(list(frames), heights), dtype=pl.Int64)
    together = pl.concat(frames.values(), rechunk=True)
    return together.with_columns(
        file,
        (pl.col(LINE) + file * 2**POSITION_BITS).alias(ROW),
        names.gather(file).alias("file"),
        pl.col(LINE).alias("line"),
    )


def _reading(mapping: Mapping) -> Reading:
    source = mapping.source
    return Reading(source.format, source.encoding, source.delimiter, source.sheet, source.header)


def _limits(settings: Settings) -> Limits:
    return Limits(
        int(settings.max_source_bytes), int(settings.max_line_bytes), settings.max_expansion_ratio
    )
