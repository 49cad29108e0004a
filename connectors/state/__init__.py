"""The board's own state: targets, baselines, benchmarks, saved views, and who changed what.

Small and transactional, so never in the warehouse: SQLite, or PostgreSQL by URL. What goes in and
comes out are plain frozen records; sessions and tables stay inside.
"""

from connectors.state.alarm_records import (
    Action,
    AlarmRule,
    Incident,
    Message,
    Sending,
    Watch,
)
from connectors.state.alarms import AlarmState, Book, open_alarms
from connectors.state.backups import backup, restore
from connectors.state.records import Baseline, Benchmark, Change, Target, View
from connectors.state.segments import Segment, segment_of
from connectors.state.state import Edits, State, open_state

__all__ = [
    "Action",
    "AlarmRule",
    "AlarmState",
    "Baseline",
    "Benchmark",
    "Book",
    "Change",
    "Edits",
    "Incident",
    "Message",
    "Segment",
    "Sending",
    "State",
    "Target",
    "View",
    "Watch",
    "backup",
    "open_alarms",
    "open_state",
    "restore",
    "segment_of",
]
