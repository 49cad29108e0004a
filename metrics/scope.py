"""A checked question with all that answering it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from metrics.dimensions import Located, locate
from metrics.params import value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Table

    from connectors.engines.base import Connector
    from connectors.settings import Settings
    from metrics.access import Access
    from metrics.periods import WeekStart
    from metrics.query import Query

PERIOD = "period"
ROWS = "__rows"


@dataclass(frozen=True)
class Scope:
    """A checked question with all that answering it depends on.

    Attributes:
        query: what is asked.
        access: what the asker may see.
        connector: who is asked.
        present: the tables that hold rows there.
        settings: the settings in force.
        members: the members of the first dimension that stay themselves; the rest is "(other)".
        until: local clock time at which an earlier range is cut, to be as old as the current one.
    """

    query: Query
    access: Access
    connector: Connector
    present: frozenset[str]
    settings: Settings
    members: tuple[str | None, ...] | None = None
    until: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return self.settings.zone

    @property
    def week_start(self) -> WeekStart:
        """The first day of a week."""
        return self.settings.week_start

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell the rows of the answer apart."""
        return ((PERIOD,) if self.query.grain else ()) + self.query.by

    def param(self, name: str) -> str:
        """The value of a setting of the question."""
        return value(self.query.params, name)

    def locate(self, dimension: str, fact: Table) -> Located | None:
        """Where the fact has the dimension, today's or as sold as the question says."""
        as_now = self.param("attributes") == "as_now"
        return locate(dimension, fact, self.present, as_now=as_now)


def local_midnight(day: date) -> datetime:
    """The local clock time at which a day begins."""
    return datetime.combine(day, time(0))


def beginning(period: date) -> datetime:
    """The local clock time at which a period begins: an hour is that already."""
    return period if isinstance(period, datetime) else local_midnight(period)
