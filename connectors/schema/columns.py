"""The column kinds of the canonical tables: one function a kind, so that types never drift.

Every column carries its documentation (``doc``). Amounts are exact decimals in the warehouse's
currency; instants are UTC without an offset; dates and hours are those of the business time zone.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
)

METADATA = MetaData()

MONEY = Numeric(18, 4)
"""Amounts: exact to four decimals, so that sums do not depend on the order of rows."""


def text(name: str, doc: str, **options: Any) -> Column[str]:
    """A string column."""
    return Column(name, String, doc=doc, **options)


def key(name: str, doc: str) -> Column[str]:
    """A string column of the primary key."""
    return text(name, doc, primary_key=True, nullable=False)


def money(name: str, doc: str) -> Column[Any]:
    """An amount in the warehouse's currency."""
    return Column(name, MONEY, doc=doc)


def count(name: str, doc: str) -> Column[int]:
    """A whole number."""
    return Column(name, BigInteger, doc=doc)


def number(name: str, doc: str, **options: Any) -> Column[float]:
    """A measured number: scores, rates, indexes."""
    return Column(name, Double, doc=doc, **options)


def flag(name: str, doc: str) -> Column[bool]:
    """A yes/no column; null means that the source does not say."""
    return Column(name, Boolean, doc=doc)


def day(name: str, doc: str, **options: Any) -> Column[Any]:
    """A date of the business time zone."""
    return Column(name, Date, doc=doc, **options)


def instant(name: str, doc: str) -> Column[Any]:
    """A point in time, UTC."""
    return Column(name, DateTime, doc=doc)


def moment(event: str, doc: str) -> tuple[Column[Any], ...]:
    """An instant with its local date and hour, materialised because grouping by them is common."""
    return (
        instant(f"{event}_at", f"{doc}, UTC"),
        day(f"{event}_date", f"{doc}, date in the business time zone"),
        Column(f"{event}_hour", SmallInteger, doc=f"{doc}, hour in the business time zone"),
    )


def has_time() -> Column[bool]:
    """Whether the source gives a time of day; rows without stay out of hour views."""
    return flag("has_time", "False when the source gives a date only (held as local midnight)")


def product_columns() -> tuple[Column[Any], ...]:
    """The product's attributes as they were when the fact happened."""
    return (
        text("sku_id", "SKU 码"),
        text("skc_id", "Style and colour, SKC 款色"),
        text("style_id", "Style 款"),
        text("category", "Category as of the fact"),
        text("color", "Colour as of the fact"),
        text("size", "Size as of the fact"),
    )


def currency_columns() -> tuple[Column[Any], ...]:
    """What the source's amounts were converted from; null where it was the warehouse's own."""
    return (
        text("currency", "Currency of the source's amounts, ISO 4217"),
        number("exchange_rate", "Units of the warehouse's currency for one of the source's"),
    )


def imported_table(name: str, doc: str, *columns: Column[Any]) -> Table:
    """A table filled by imports: its own columns and where each row came from."""
    origin = (
        text("import_source", "Mapping that imported the row"),
        text("import_document", "Unit that its source delivers whole: an order, a day, a file"),
    )
    return Table(name, METADATA, *columns, *origin, comment=doc)


def dimension_table(name: str, doc: str, *columns: Column[Any]) -> Table:
    """An imported table of what things are today: later knowledge replaces earlier."""
    known = instant("known_at", "When the source stated it, UTC; null is older than any instant")
    return imported_table(name, doc, *columns, known)
