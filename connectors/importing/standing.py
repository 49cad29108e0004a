"""How things stand: the tables of the warehouse, how fresh they are and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from connectors.engines.base import TableStatus


def status_json(tables: Sequence[TableStatus], today: date) -> list[dict[str, Any]]:
    """A record a table, as the README documents it.

    Args:
        tables: from `connectors.engines.status`.
        today: the day in the business time zone; how old a table is counts from it.
    """
    return [
        {
            "table": each.table,
            "rows": each.rows,
            "first_date": each.first and each.first.isoformat(),
            "last_date": each.last and each.last.isoformat(),
            "age_days": each.last and (today - each.last).days,
            "imported_at": each.imported_at and f"{each.imported_at.isoformat()}Z",
            "mapping": each.mapping,
            "rejects": each.rejects,
        }
        for each in tables
    ]


def status_lines(tables: Sequence[TableStatus], today: date, _: Callable[[str], str]) -> list[str]:
    """The tables that hold anything, or were refused something, for people."""
    names = [
        _("table"),
        _("rows"),
        _("first date"),
        _("last date"),
        _("days old"),
        _("imported"),
        _("mapping"),
        _("rejects"),
    ]
    rows = [names]
    rows += [_cells(each, today) for each in tables if each.rows or each.rejects]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _cells(each: TableStatus, today: date) -> list[str]:
    return [
        each.table,
        f"{each.rows:,}",
        f"{each.first or '—'}",
        f"{each.last or '—'}",
        f"{(today - each.last).days if each.last else '—'}",
        f"{each.imported_at:%Y-%m-%d %H:%M}Z" if each.imported_at else "—",
        each.mapping or "—",
        f"{each.rejects:,}",
    ]
