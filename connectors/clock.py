"""What time it is: the one place that asks, so that tests and demos can set it."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.errors import UserError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def now(tz: ZoneInfo) -> datetime:
    """The present, aware, in `tz`.

    `BOARD_NOW` (an ISO date, or a date and time) overrides it; one without an offset is read
    in `tz`.

    Raises:
        UserError: when `BOARD_NOW` is no ISO date or time.
    """
    text = os.environ.get("BOARD_NOW")
    if not text:
        return datetime.now(tz)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(
            "BOARD_NOW is {text!r}: write a date or a time as 2024-06-18 or 2024-06-18T09:30.",
            text=text,
        ) from None
    return given.replace(tzinfo=tz) if given.tzinfo is None else given.astimezone(tz)
