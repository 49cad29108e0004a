"""Amounts in the warehouse's currency: the first import fixes it, dated rates convert others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from babel.numbers import list_currencies
from sqlalchemy import select

from connectors.errors import UserError
from connectors.importing.feeds import CURRENCY
from connectors.importing.rows import PROBLEM
from connectors.schema import rates
from connectors.schema.columns import MONEY
from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    from connectors.engines.base import Writer

    Rates = Callable[[frozenset[str]], pl.DataFrame]

MAX_RATE_AGE_DAYS = 7
"""A rate holds until the next one, but no longer than this: it bridges weekends and holidays."""
NO_RATE = N_("no exchange rate for its date")
NO_CURRENCY = N_("not a currency")
OWNER_DAY = "__owner_day"
"""The day of the order line, in the rows of a refund whose own day nobody tells."""
_DATE, _RATE = "__date", "__rate"
_DATES = (
    "sold_date",
    "refunded_date",
    "event_date",
    "answered_date",
    "received_date",
    "ordered_date",
    "stock_date",
    "spend_date",
    "cost_date",
    "traffic_date",
)


def money_columns(table: Table) -> list[str]:
    """The columns of a table that hold amounts."""
    return [column.name for column in table.columns if column.type is MONEY]


def warehouse_currency(writer: Writer, configured: str | None, first: str | None) -> str | None:
    """The currency of the warehouse, fixed now if this is the first import that tells one.

    Args:
        writer: the import run.
        configured: the setting `currency`, which goes before what a source tells.
        first: the currency of the source.

    Raises:
        UserError: when the setting contradicts what the warehouse holds.
    """
    held = writer.meta.currency
    if held and configured and held != configured:
        raise UserError(
            "The warehouse holds {held}, the setting currency is {configured}. "
            "Set it to {held}, or build another warehouse.",
            held=held,
            configured=configured,
        )
    if held is None and (chosen := configured or first):
        writer.set_currency(chosen)
        return chosen
    return held


def fixed_currency(writer: Writer, configured: str | None, named: pl.Series) -> str | None:
    """The currency of the warehouse; while it has none, the one that most of `named` name.

    Args:
        writer: the import run.
        configured: the setting `currency`.
        named: the currencies of rows; null for the warehouse's own.
    """
    if writer.meta.currency is None:
        known = named.filter(named.is_in(list(list_currencies()))).value_counts(name="rows")
        first = known.sort("rows", named.name, descending=[True, False])[named.name].head(1)
        return warehouse_currency(writer, configured, next(iter(first), None))
    return writer.meta.currency


def load_rates(writer: Writer, target: str | None, wanted: frozenset[str]) -> pl.DataFrame:
    """The rates into `target`, by currency and date.

    Raises:
        UserError: when there is none at all for a currency in `wanted`.
    """
    held = writer.frame(
        select(rates.c.from_currency, rates.c.rate_date, rates.c.rate)
        .where(rates.c.to_currency == target)
        .order_by(rates.c.from_currency, rates.c.rate_date)
    )
    for missing in sorted(wanted - set(held["from_currency"])):
        raise UserError(
            "The amounts are in {currency}, the warehouse is in {target}, and there is no rate "
            "from one to the other. Import rates first (columns rate_date, from_currency, "
            "to_currency, rate): "
            "python -m connectors import rates.csv --as rates --mapping canonical",
            currency=missing,
            target=target,
        )
    return held.rename({"from_currency": CURRENCY, "rate_date": _DATE, "rate": _RATE})


def converted(
    table: Table, rows: pl.DataFrame, target: str | None, rates_of: Rates
) -> pl.DataFrame:
    """`rows` with every amount in the currency `target`.

    Rows of another currency get `currency` and `exchange_rate`, where the table has them, and a
    problem where there is no rate (from `load_rates`) that is fresh enough on their day.
    """
    amounts = [name for name in money_columns(table) if name in rows.columns]
    others = frozenset(rows[CURRENCY].drop_nulls().unique()) - {target}
    if not amounts or not others:
        return rows
    held = rates_of(others.intersection(list_currencies()))
    rows = rows.with_columns(day_of(rows).alias(_DATE)).with_row_index("__at").sort(_DATE)
    rows = rows.join_asof(
        held.sort(_DATE),
        on=_DATE,
        by=CURRENCY,
        tolerance=f"{MAX_RATE_AGE_DAYS}d",
        check_sortedness=False,
    ).sort("__at")
    return _applied(table, rows, amounts, target).drop("__at", _DATE, _RATE)


def day_of(rows: pl.DataFrame) -> pl.Expr:
    """The day whose rate converts a row: its own, else that of the row that it goes with."""
    days = [pl.col(name) for name in (*_DATES, OWNER_DAY) if name in rows.columns]
    if "known_at" in rows.columns:
        days.append(pl.col("known_at").dt.date())
    return pl.coalesce(*days, pl.lit(None, pl.Date))


def _applied(
    table: Table, rows: pl.DataFrame, amounts: list[str], target: str | None
) -> pl.DataFrame:
    currency, rate = pl.col(CURRENCY), pl.col(_RATE)
    other = (currency != target).fill_null(value=False)
    columns = {
        name: pl.when(other).then(pl.col(name) * rate).otherwise(pl.col(name)) for name in amounts
    }
    if "exchange_rate" in table.columns:
        columns["currency"] = pl.when(other).then(currency)
        columns["exchange_rate"] = pl.when(other).then(rate)
    known = currency.is_in(list(list_currencies()))
    problem = (
        pl.when(other & ~known)
        .then(pl.lit(f"{table.name}.currency: {NO_CURRENCY}"))
        .when(other & rate.is_null())
        .then(pl.lit(f"{table.name}.currency: {NO_RATE}"))
    )
    return rows.with_columns(pl.col(PROBLEM).fill_null(problem), **columns)
