"""What the columns of the state hold that no database has a type for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, String, TypeDecorator

from connectors.state.segments import Segment, segment_of, segment_text

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class SegmentText(TypeDecorator[Segment]):
    """A segment as its canonical JSON."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Segment | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else segment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Segment | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else segment_of(json.loads(value))


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept naive in UTC as the warehouse does."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)
