"""What every format's frame has in common: the line column and the names of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = "__line"
"""The first column of every frame read: where in the source the row stands."""

_MOST = 2**14  # what Excel holds; many more are a damaged file, and cost memory without bound


def column_names(cells: Sequence[str | None], file: str) -> list[str]:
    """The names in a header as they are written; a blank one becomes column_<n>, from 1.

    Raises:
        UserError: for more columns than any table has, and when two columns have one name or one
            has that of the line column.
    """
    if len(cells) > _MOST:
        raise UserError(
            "{file}: {count} columns, more than {most}. Is it really a table?",
            file=file,
            count=len(cells),
            most=_MOST,
        )
    names = [
        cell if cell and cell.strip() else f"column_{number}"
        for number, cell in enumerate(cells, 1)
    ]
    first: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if (other := first.setdefault(name, number)) != number:
            raise UserError(
                "{file}: columns {first} and {second} are both named {name!r}. Rename one of them.",
                file=file,
                first=other,
                second=number,
                name=name,
            )
    if LINE in first:
        raise UserError(
            "{file}: a column cannot be named {name!r}: the import keeps line numbers there.",
            file=file,
            name=LINE,
        )
    return names
