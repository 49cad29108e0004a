"""Instants and the local date and hour: the one place where imports change time zones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
from sqlalchemy import DateTime

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import Table


_DAY = 86_400_000_000  # microseconds


class Zones(NamedTuple):
    """IANA names of the source's clock and of the business's."""

    source: str
    business: str


def moments(table: Table) -> list[str]:
    """The moments of a table whose local date and hour are kept, as "ordered"."""
    names = table.columns.keys()
    return [name.removesuffix("_hour") for name in names if name.endswith("_hour")]


def with_times(table: Table, rows: pl.DataFrame, zones: Zones) -> pl.DataFrame:
    """`rows` with every instant in UTC without a zone, and each moment's local date and hour.

    An instant comes as Date (local midnight), as naive Datetime (the source's clock) or as
    Datetime in UTC. A moment without an instant may come as its date alone. Of a table with
    `has_time` its first moment decides it where the mapping does not.
    """
    columns: dict[str, pl.Expr] = {}
    events = moments(table)
    for event in events:
        at = f"{event}_at" if f"{event}_at" in rows.columns else f"{event}_date"
        if at in rows.columns:
            local = local_time(pl.col(at), rows.schema[at], zones)
            columns[f"{event}_at"] = utc(pl.col(at), rows.schema[at], zones)
            columns[f"{event}_date"] = local.dt.date()
            columns[f"{event}_hour"] = local.dt.hour().cast(pl.Int64)
            if (
                event == events[0]
                and "has_time" in table.columns
                and "has_time" not in rows.columns
            ):
                known = pl.col(at).is_not_null()
                columns["has_time"] = known if rows.schema[at] != pl.Date else pl.lit(value=False)
    for column in table.columns:
        name = column.name
        if isinstance(column.type, DateTime) and name in rows.columns and name not in columns:
            columns[name] = utc(pl.col(name), rows.schema[name], zones)
    return _with_sale(table, rows.with_columns(**columns))


def _with_sale(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """What is not sold at a time of its own counts when it was ordered."""
    if (
        "sold_at" not in table.columns
        or "sold_at" in rows.columns
        or "ordered_at" not in rows.columns
    ):
        return rows
    return rows.with_columns(
        pl.col(f"ordered_{part}").alias(f"sold_{part}") for part in ("at", "date", "hour")
    )


def utc(at: pl.Expr, dtype: pl.DataType, zones: Zones) -> pl.Expr:
    """The instant of `at`, UTC without a zone."""
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        return at.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    zone = zones.business if dtype == pl.Date else zones.source
    return at.cast(pl.Datetime("us")).map_batches(
        partial(_in_utc, zone=zone), return_dtype=pl.Datetime("us")
    )


def local_time(at: pl.Expr, dtype: pl.DataType, zones: Zones) -> pl.Expr:
    """What the business's clock shows at `at`, without a zone."""
    naive = not (isinstance(dtype, pl.Datetime) and dtype.time_zone)
    if dtype == pl.Date or (naive and zones.source == zones.business):
        return at.cast(pl.Datetime("us"))
    there = utc(at, dtype, zones).dt.replace_time_zone("UTC")
    return there.dt.convert_time_zone(zones.business).dt.replace_time_zone(None)


def _in_utc(naive: pl.Series, zone: str) -> pl.Series:
    ahead = _always_ahead(naive, zone)
    if ahead is not None:
        return naive - ahead
    there = _zoned(naive, zone)
    if there.null_count() > naive.null_count():
        # A time that the clock skips in spring is the one that it shows an hour later.
        there = there.fill_null(_zoned(naive.dt.offset_by("1h"), zone))
    return there.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _always_ahead(naive: pl.Series, zone: str) -> timedelta | None:
    """How far the clock is ahead of UTC on all days of `naive`; None where that changes.

    Subtracting it takes a tenth of the time in which a zone is asked for every row; it is asked
    for every day, which pays from as many rows on.
    """
    first, last = naive.to_physical().min(), naive.to_physical().max()
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    sampled = range(first - _DAY, last + 2 * _DAY, _DAY)
    if len(sampled) > len(naive):
        return None
    days = pl.Series(sampled, dtype=pl.Int64).cast(pl.Datetime("us"))
    utc = _zoned(days, zone).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    ahead = (days - utc).unique()
    return ahead.item() if len(ahead) == 1 else None


def _zoned(naive: pl.Series, zone: str) -> pl.Series:
    return naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
