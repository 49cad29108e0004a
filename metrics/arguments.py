"""What options of the commands mean."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence


def day(option: str, text: str) -> date:
    """The date that an option names.

    Raises:
        UserError: when it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(
            "{option} is {text!r}: write a date as 2024-06-18.", option=option, text=text
        ) from None


def pairs(option: str, given: Sequence[str]) -> list[tuple[str, str]]:
    """The names and values of an option that takes NAME=VALUE, in order.

    Raises:
        UserError: for what is not written so.
    """
    found = []
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise UserError("{option} takes NAME=VALUE, not {text!r}.", option=option, text=text)
        found.append((name, value))
    return found
