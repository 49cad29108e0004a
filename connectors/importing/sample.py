"""A first look at sources that no mapping speaks of yet: their headers and their first rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from connectors.errors import UserError
from connectors.importing.companions import part_of
from connectors.importing.read import read
from connectors.importing.source import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Named

    import polars as pl

    from connectors.importing.mapping import Mapping
    from connectors.importing.source import Reading, Source
    from connectors.settings import Settings

MOST_ROWS = 20_000
"""Rows looked at: enough to tell a format by, few enough to be quick."""


class Sample(NamedTuple):
    """What files hold.

    Attributes:
        headers: the columns of each file, in file order.
        rows: the first rows of the first file, as `read` gives them.
        reading: how they were read; a delimiter that the first file asked for is in it.
    """

    headers: tuple[tuple[str, ...], ...]
    rows: pl.DataFrame
    reading: Reading


def take_sample(sources: tuple[Source, ...], reading: Reading, settings: Settings) -> Sample:
    """The headers of all `sources` and the first rows of the first one.

    Args:
        sources: at least one file.
        reading: how they are written; a missing delimiter is looked for.
        settings: for the limits.

    Raises:
        UserError: for whatever keeps one of them from being read, or when one holds no row.
    """
    limits = limits_of(settings)
    first, reading = _read_first(sources[0], reading, limits)
    others = [read(source, reading, limits) for source in sources[1:]]
    for source, frame in zip(sources, (first, *others), strict=True):
        if frame.is_empty():
            message = "{file} names {count} columns and has no rows below them."
            raise UserError(message, file=source.name, count=frame.width - 1)
    headers = tuple(tuple(frame.columns[1:]) for frame in (first, *others))
    return Sample(headers, first.head(MOST_ROWS), reading)


def limits_of(settings: Settings) -> Limits:
    """How large a source may be."""
    return Limits(
        int(settings.max_source_bytes), int(settings.max_line_bytes), settings.max_expansion_ratio
    )


def fitting(mappings: Named[str, Mapping], headers: Iterable[tuple[str, ...]]) -> list[str]:
    """The names of the mappings that can read files with these headers, the best first.

    The best is the one that has a use for the most columns.
    """
    wanted = list(headers)
    fits = {name: _used(mapping, wanted) for name, mapping in mappings.items()}
    able = [name for name, used in fits.items() if used is not None]
    return sorted(able, key=lambda name: -(fits[name] or 0))


def _read_first(source: Source, reading: Reading, limits: Limits) -> tuple[pl.DataFrame, Reading]:
    try:
        return read(source, reading, limits), reading
    except UserError as error:
        # What the reader says of a wrong delimiter names the right one.
        if not {"delimiter", "other"} <= error.values.keys():
            raise
        better = replace(reading, delimiter=str(error.values["other"]))
        return read(source, better, limits), better


def _used(mapping: Mapping, headers: list[tuple[str, ...]]) -> int | None:
    """How many columns of the files the mapping has a use for; None when it cannot read them."""
    try:
        parts = [part_of(mapping, "", header) for header in headers]
    except UserError:
        return None
    if None not in parts:
        return None
    used = 0
    for part, header in zip(parts, headers, strict=True):
        columns = mapping.columns if part is None else mapping.companions[part].columns
        known = {each for name, column in columns.items() for each in (column.headers or [name])}
        used += len(known.intersection(cell.strip() for cell in header))
    return used
