"""What a record may hold: refused in one line, before anything is written."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from connectors.errors import UserError

if TYPE_CHECKING:
    from datetime import date

SHORT, LONG = 200, 8_000
"""Characters that a name and a text may have."""


def check_text(name: str, value: str, where: str, longest: int = SHORT) -> None:
    """Raises a UserError for a text that is too long or holds what PostgreSQL cannot keep."""
    if len(value) > longest:
        raise UserError(
            "{where}: {name} has {length} characters, {longest} are allowed.",
            where=where,
            name=name,
            length=len(value),
            longest=longest,
        )
    if "\x00" in value:
        raise UserError("{where}: {name} holds a null character.", where=where, name=name)


def check_name(name: str, value: str, where: str) -> None:
    """Raises a UserError for a name that is empty, has blanks around it, or is no text to keep."""
    if not value or value != value.strip():
        raise UserError(
            "{where}: {name} is {value!r}: write something, without blanks around it.",
            where=where,
            name=name,
            value=value,
        )
    check_text(name, value, where)


def check_range(start: date, end: date, where: str) -> None:
    """Raises a UserError unless `end`, the day after the last, is after `start`."""
    if end <= start:
        raise UserError(
            "{where}: the range ends on {end}, not after its start {start}: to is the day after "
            "the last.",
            where=where,
            end=end,
            start=start,
        )


def check_number(name: str, value: float, where: str) -> None:
    """Raises a UserError for what is not a finite number."""
    if not isfinite(value):
        raise UserError(
            "{where}: {name} is {value}, not a number.", where=where, name=name, value=value
        )
