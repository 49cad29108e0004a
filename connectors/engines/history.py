"""The import log, the standing rejects and the state of each table, read through any connector."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, String, cast, func, literal, null, select, union_all

from connectors.engines.base import Merge, TableStatus
from connectors.engines.system import import_log, import_rejects
from connectors.schema import DIMENSIONS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import polars as pl
    from sqlalchemy import Column, Select, Table

    from connectors.engines.base import Connector, ImportRun

_NO_DATE = cast(null(), Date)
_NEVER = {"imported_at": None, "mapping": None, "merge": None}


def as_row(run: ImportRun) -> dict[str, Any]:
    """`run` by the columns of the import log."""
    whole = ("mapping", "started_at", "finished_at", "read", "loaded", "updated", "unchanged")
    return {
        **{name: getattr(run, name) for name in whole},
        "table_name": run.table,
        "files": len(run.files),
        "file_names": _json(run.files),
        "excluded": sum(run.excluded.values()),
        "excluded_by": _json(dict(run.excluded)),
        "rejected": sum(run.rejected.values()),
        "rejected_by": _json(dict(run.rejected)),
        "tables": _json({name: merge._asdict() for name, merge in run.tables.items()}),
    }


def imports(connector: Connector) -> pl.DataFrame:
    """The import log, the latest run first; columns as `system.import_log` documents them."""
    return connector.frame(select(import_log).order_by(import_log.c.import_id.desc()))


def rejects(connector: Connector) -> pl.DataFrame:
    """The rejects that stand, by file and line; columns as `system.import_rejects` documents."""
    by = (import_rejects.c.mapping, import_rejects.c.file, import_rejects.c.line)
    return connector.frame(select(import_rejects).order_by(*by))


def status(connector: Connector, tables: Iterable[str] = TABLES) -> list[TableStatus]:
    """The state of canonical tables: of all, in the order of the schema, or of those named."""
    names = tuple(tables)
    counted = connector.frame(union_all(*(_counted(TABLES[name]) for name in names)))
    rows = {row["name"]: row for row in counted.to_dicts()}
    last = _last_imports(connector)
    standing = _standing(connector)
    return [
        TableStatus(
            table=name,
            rows=rows[name]["rows"],
            first=rows[name]["first"],
            last=rows[name]["last"],
            **last.get(name, _NEVER),
            rejects=standing.get(name, 0),
        )
        for name in names
    ]


def main_date(table: Table) -> Column[date] | None:
    """The date that a fact is counted by; a dimension has none."""
    dates = [column for column in table.columns if isinstance(column.type, Date)]
    if table in DIMENSIONS or not dates:
        return None
    return table.c.sold_date if "sold_date" in table.c else dates[0]


def _counted(table: Table) -> Select[*tuple[Any, ...]]:
    day = main_date(table)
    first, last = (func.min(day), func.max(day)) if day is not None else (_NO_DATE, _NO_DATE)
    name = literal(table.name, String).label("name")
    rows = func.count().label("rows")
    return select(name, rows, first.label("first"), last.label("last")).select_from(table)


def _last_imports(connector: Connector) -> dict[str, dict[str, Any]]:
    """Per table, the last run that staged rows for it."""
    names = (import_log.c.mapping, import_log.c.finished_at, import_log.c.tables)
    runs = connector.frame(select(*names).order_by(import_log.c.import_id))
    last: dict[str, dict[str, Any]] = {}
    for mapping, finished_at, tables in runs.iter_rows():
        for table, counts in json.loads(tables).items():
            merge = Merge(**counts)
            last[table] = {"imported_at": finished_at, "mapping": mapping, "merge": merge}
    return last


def _standing(connector: Connector) -> dict[str, int]:
    by_table = select(import_rejects.c.table_name, func.count().label("rows"))
    return dict(connector.frame(by_table.group_by(import_rejects.c.table_name)).iter_rows())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
