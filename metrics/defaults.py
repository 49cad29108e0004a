"""What a question means that leaves its range open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from connectors.clock import now
from metrics.catalogue import METRICS
from metrics.coverage import coverage_of
from metrics.leaves import expand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.engines.base import Connector
    from connectors.settings import Settings


def whole_range(
    connector: Connector, names: Sequence[str], settings: Settings
) -> tuple[date, date]:
    """All days with facts behind the metrics, half-open; today where there are none."""
    known = [name for name in names if name in METRICS]
    covered = coverage_of(connector, expand(known), settings.zone)
    today = now(settings.zone).date()
    first, last = covered.first or today, covered.last or today
    return first, last + timedelta(days=1)
