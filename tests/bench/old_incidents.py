"""What the page of alarms reads from a state with a million incidents that are over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from connectors.settings import Settings
from connectors.state import Incident, open_alarms
from tests.bench.timing import Figure, compared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.state import AlarmState

OLD, FEW = 1_000_000, 1_000
LIMIT = 2.0
"""How much longer the reads may take with all of them than with few."""
_DAY = date(2026, 10, 31)
_MORE = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
INSERT INTO incidents ({columns})
SELECT {values} FROM numbers, (SELECT * FROM incidents WHERE state = 'resolved' LIMIT 1)
"""
_OWN = {
    "id": "'old-' || n",
    "rule": "'old-' || (n % 20)",
    "start": "date('2000-01-01', (n / 20) || ' days')",
    "last_day": "date('2000-01-02', ((n / 20) % 9000) || ' days')",
}


def figures() -> Iterator[Figure]:
    """The reads of the page with a million old incidents beside those with a thousand."""
    with TemporaryDirectory(prefix="board-bench-") as folder:
        many, few = (_state(Path(folder) / f"{count}.db", count) for count in (OLD, FEW))
        name = f"alarms page, {OLD:,} old incidents / {FEW:,}"
        yield compared(name, lambda: read(many), lambda: read(few), limit=LIMIT)


def read(state: AlarmState) -> int:
    """What `pages/alarms/work.py` reads."""
    listed = (state.incidents(), state.incidents(over=True, most=20))
    counted = (state.incidents(most=2_000), state.incidents(over=True, most=2_000))
    return state.unsent() + len(state.watches()) + sum(map(len, (*listed, *counted)))


def _state(file: Path, old: int) -> AlarmState:
    state = open_alarms(Settings(state=str(file)))
    for number in range(20):
        day = _DAY - timedelta(days=number)
        state.put(Incident(rule=f"rule-{number}", start=day, last_day=day, judged_day=day), "bench")
    over = Incident(rule="over", start=_DAY, last_day=_DAY, judged_day=_DAY, state="resolved")
    state.put(over, "bench")
    with closing(sqlite3.connect(file)) as connection, connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(incidents)")]
        values = ", ".join(_OWN.get(name, name) for name in names)
        connection.execute(_MORE.format(count=old, columns=", ".join(names), values=values))
    return state
