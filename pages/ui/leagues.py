"""League tables of campaigns: creators by what they sell, advertised styles by what is at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.text import N_
from metrics import OTHER
from metrics.series import with_changes
from pages.ui.definition import say_why
from pages.ui.panel import panel
from pages.ui.rows import Rows, member_table
from pages.ui.text import _

if TYPE_CHECKING:
    from metrics import Query
    from pages.ui.board import Board
    from pages.ui.filters import Filters

TOP = 20


class League(NamedTuple):
    """A table of the best members of a dimension.

    Attributes:
        key: its name for tests, and that of its files.
        title: what it shows.
        by: the dimension.
        names: the metrics; the first ranks.
        nothing: what is said without a row.
    """

    key: str
    title: str
    by: str
    names: tuple[str, ...]
    nothing: str


CREATORS = League(
    "creators",
    N_("Creators"),
    "creator",
    (
        "paid_sales",
        "expected_net_sales",
        "orders",
        "order_value",
        "refund_rate",
        "gross_margin",
        "contribution",
        "contribution_margin",
    ),
    N_("No sale in view names its creator."),
)
ADVERTISED = League(
    "advertised",
    N_("Advertised styles with broken sizes"),
    "style",
    ("spend_at_stake", "spend", "broken_size_rate", "available", "days_of_cover", "net_roas"),
    N_("No spend in view names the style that it advertises."),
)


def league_question(filters: Filters, of: League) -> Query:
    """What a table asks."""
    return filters.query(*of.names, by=(of.by,), top=TOP)


def league(board: Board, filters: Filters, of: League) -> None:
    """The first members by the first metric; a click on one keeps it."""
    if of.by in board.access.hidden:
        return
    question = league_question(filters, of)
    result = board.ask(question)
    with panel(of.key, _(of.title), of.names, result, filters):
        known = pl.col(of.by).is_not_null() & (pl.col(of.by) != OTHER)
        rows = with_changes(result.frame, question).filter(known, pl.col(of.names[0]) > 0)
        if rows.is_empty():
            say_why(of.names[0], result, _(of.nothing))
            return
        member_table(board, filters, Rows(of.key, of.by, of.names, rows, result))
