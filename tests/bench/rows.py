"""Rows of canonical tables, made by the database itself: for speed, not for truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, cast, literal_column, null, select, text

if TYPE_CHECKING:
    from sqlalchemy import Table


def made_rows(table: Table, values: dict[str, str], count: int) -> Select[Any]:
    """`count` rows of a table, numbered `i`; what has no SQL in `values` is null."""

    def value(name: str) -> ColumnElement[Any]:
        column = table.c[name]
        made = literal_column(values[name]) if name in values else null()
        return cast(made, column.type).label(name)

    numbers = text(f"(SELECT range AS i FROM range({count})) AS numbers")
    return select(*(value(column.name) for column in table.columns)).select_from(numbers)
