"""A small business written out in a test, imported the way that users import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.engines import connect
from connectors.settings import Settings
from metrics import Access, Query, run
from tests.numbers.conftest import imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from connectors.engines import Connector
    from metrics import Result

EVERYONE = Access("unrestricted")


def business(url: str, folder: Path, tables: Mapping[str, str]) -> Iterator[Connector]:
    """A warehouse of the given tables, each a CSV text with columns named like the table's."""
    for table, text in tables.items():
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        imported(url, str(file), "--as", table, "--mapping", "canonical")
    connector = connect(url, Settings(warehouse=url))
    yield connector
    connector.close()


def asked(
    connector: Connector,
    days: tuple[date, date],
    *metrics: str,
    access: Access = EVERYONE,
    **more: Any,
) -> Result:
    """The answer over [first, end)."""
    return run(Query(metrics, *days, **more), access, connector)


def row(
    connector: Connector, days: tuple[date, date], *metrics: str, **more: Any
) -> dict[str, Any]:
    """The one row of an answer without groups."""
    return asked(connector, days, *metrics, **more).frame.row(0, named=True)


def by(
    connector: Connector, days: tuple[date, date], key: str, *metrics: str, **more: Any
) -> dict[Any, tuple[Any, ...]]:
    """Member of a dimension, or period, → the numbers."""
    groups: dict[str, Any] = {} if key == "period" else {"by": (key,)}
    frame = asked(connector, days, *metrics, **groups, **more).frame
    return {found[0]: found[1:] for found in frame.select(key, *metrics).rows()}


def reasons(
    connector: Connector, days: tuple[date, date], *metrics: str, **more: Any
) -> dict[str, str]:
    """Metric → why it is unknown."""
    return {note.metric: note.message for note in asked(connector, days, *metrics, **more).notes}
