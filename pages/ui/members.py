"""Which members a dimension has of late: what filters offer, and what is worth drilling into."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from metrics import UNKNOWN, Query
from metrics.dimensions import PATHS

if TYPE_CHECKING:
    from pages.ui.board import Board

_OF_LATE = timedelta(days=366)
_DAY = timedelta(days=1)
_MEASURE = "paid_sales"
_MOST = 500


def members(board: Board, dimension: str) -> tuple[str, ...]:
    """The members of the last year with data, those with the most sales first."""
    covered = board.coverage(_MEASURE)
    if covered.first is None or covered.last is None or dimension in board.access.hidden:
        return ()
    start = max(covered.first, covered.last - _OF_LATE)
    question = Query((_MEASURE,), start, covered.last + _DAY, by=(dimension,))
    found = board.ask(question).frame[dimension].head(_MOST).to_list()
    return tuple(UNKNOWN if value is None else value for value in found)


def paths(board: Board) -> tuple[tuple[str, ...], ...]:
    """The drill paths that lead somewhere, without levels that the data does not know.

    At least one, even where there is nothing to choose between.
    """
    known = {
        name: [each for each in members(board, name) if each != UNKNOWN]
        for path in PATHS
        for name in path
    }
    levels = [tuple(name for name in path if known[name]) for path in PATHS]
    useful = tuple(path for path in levels if any(len(known[name]) > 1 for name in path))
    return useful or tuple(filter(None, levels)) or PATHS[:1]
