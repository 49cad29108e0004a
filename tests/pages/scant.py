"""Warehouses that hold as little as a warehouse can: a row a table, and in it what it must have."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.engines import open_for_import
from connectors.schema import IMPORTED
from connectors.settings import Settings
from metrics.derived import BUILDERS
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Column, Table

    from tests.pages.shop import Row

    Keeps = Callable[[Column[Any]], bool]

_VALUES: dict[type, Any] = {
    str: "x",
    int: 1,
    bool: True,
    date: shop.LAST,
    datetime: datetime.combine(shop.LAST, time(4)),
    Decimal: Decimal(1),
    float: 1.0,
}


def build(folder: Path, keeps: Keeps) -> None:
    """One row in every table that can be imported, null in each column that is not kept."""
    with open_for_import(str(folder), Settings(warehouse=str(folder)), wait=0) as writer:
        for table in IMPORTED.values():
            writer.stage(table, shop._frame(table, [_row(table, keeps)]))
            writer.merge(table)
        for builder in BUILDERS:
            builder.build(writer)


def whole(_column: Column[Any]) -> bool:
    """Everything."""
    return True


def dated(column: Column[Any]) -> bool:
    """What a row must have, and when it was."""
    return bare(column) or column.type.python_type in {date, datetime}


def bare(column: Column[Any]) -> bool:
    """What a row must have."""
    return not column.nullable


def _row(table: Table, keeps: Keeps) -> Row:
    return {
        column.name: _VALUES[column.type.python_type] if keeps(column) else None
        for column in table.columns
        if not column.name.startswith("import_")
    }
