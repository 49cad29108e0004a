"""The few forms that aggregates of the dictionary take."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, case, func, literal_column

ZERO: ColumnElement[Any] = literal_column("0")


def total(column: ColumnElement[Any], *when: ColumnElement[bool]) -> ColumnElement[Any]:
    """The sum over the rows that fulfil `when`; null only where every such row is unknown."""
    return func.sum(case((and_(*when), column), else_=ZERO) if when else column)


def known_total(column: ColumnElement[Any], *when: ColumnElement[bool]) -> ColumnElement[Any]:
    """The sum over the rows that fulfil `when`, an unknown value counting as nothing."""
    return total(func.coalesce(column, ZERO, type_=column.type), *when)


def count_rows(*when: ColumnElement[bool]) -> ColumnElement[Any]:
    """How many rows fulfil `when`."""
    return func.count(case((and_(*when), literal_column("1")), else_=None))


def distinct(fact: Table, column: str, *when: ColumnElement[bool]) -> ColumnElement[Any]:
    """How many distinct values per shop: order and customer numbers are unique in a shop only."""
    identity = fact.c.shop_id + "/" + fact.c[column]
    return func.count(case((and_(*when), identity), else_=None).distinct())


def is_true(column: Column[Any]) -> ColumnElement[bool]:
    """Whether a flag is set; unknown is not."""
    return column.is_(True)
