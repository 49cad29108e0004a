"""Derived fact of members: how many came and went on the same days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from connectors.schema import customers, memberships

if TYPE_CHECKING:
    from sqlalchemy import Select


def memberships_select() -> Select[Any]:
    """The rows of `memberships`: a fifteenth of the members, and much less in a small shop."""
    same = [customers.c[each.name] for each in memberships.columns if each.name != "members"]
    return select(*same, func.count().label("members")).group_by(*same)
