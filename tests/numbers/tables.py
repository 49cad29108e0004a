"""Answers of the metrics and of the oracle in one form, key → values, and their comparison."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from metrics import Access, Query, run

if TYPE_CHECKING:
    import sqlite3

    from connectors.engines import Connector

EVERYONE = Access("unrestricted")
Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def asked(raw: sqlite3.Connection, values: list[str], where: str, *keys: str) -> Rows:
    """Key → values, by plain SQL over the raw rows."""
    chosen = ", ".join([*keys, *values])
    grouped = f" GROUP BY {', '.join(str(n + 1) for n in range(len(keys)))}" if keys else ""
    rows = raw.execute(f"SELECT {chosen} FROM raw WHERE {where}{grouped}").fetchall()
    return {row[: len(keys)]: row[len(keys) :] for row in rows}


def answered(connector: Connector, query: Query, *keys: str) -> Rows:
    """Key → values, as the metrics answer."""
    rows = run(query, EVERYONE, connector).frame.select(*keys, *query.metrics).iter_rows()
    return {
        tuple(str(key) if isinstance(key, date | datetime) else key for key in row[: len(keys)]): (
            row[len(keys) :]
        )
        for row in rows
    }


def assert_equal(got: Rows, expected: Rows) -> None:
    """The same keys, the same numbers but for the last digits of a float."""
    assert set(got) == set(expected)
    for key, values in expected.items():
        for mine, other in zip(got[key], values, strict=True):
            assert mine == (None if other is None else pytest.approx(other, rel=1e-9, abs=1e-6)), (
                key
            )
