"""From numbers to what tables hold: times, ids and words as Polars expressions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from connectors.demo.seasons import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.seasons import Calendar


def at(calendar: Calendar, seconds: str | pl.Expr) -> pl.Expr:
    """The local time, so many seconds after the first day began; null past the last day."""
    given = pl.col(seconds) if isinstance(seconds, str) else seconds
    first = datetime.combine(calendar.first, datetime.min.time())
    moment = pl.lit(first) + pl.duration(microseconds=given * 1_000_000)
    past = given < calendar.days * DAY
    return pl.when(past).then(moment).cast(pl.Datetime("us"))


def on(calendar: Calendar, day: str | pl.Expr) -> pl.Expr:
    """The date of the day of this number."""
    given = pl.col(day) if isinstance(day, str) else day
    first = pl.lit(calendar.first, pl.Date).cast(pl.Int32)
    return (first + given.cast(pl.Int32)).cast(pl.Date)


def word(words: Sequence[str | None] | pl.Series, number: str | pl.Expr) -> pl.Expr:
    """The word with this number; null for −1."""
    given = pl.col(number) if isinstance(number, str) else number
    names = pl.Series([*words, None], dtype=pl.String)  # −1 is the last of them
    return given.map_batches(names.gather, return_dtype=pl.String)


def numbered(head: str | pl.Expr, number: str | pl.Expr, digits: int) -> pl.Expr:
    """An id: a head and a number with leading zeros; null without a number."""
    given = pl.col(number) if isinstance(number, str) else number
    return (pl.lit(head) if isinstance(head, str) else head) + given.cast(pl.String).str.zfill(
        digits
    )
