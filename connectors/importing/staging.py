"""What a mapping's feeds make of sound rows: staged rows of canonical tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.importing.complete import completed
from connectors.importing.currency import OWNER_DAY, converted, day_of, money_columns
from connectors.importing.feeds import CURRENCY, fed, taken, varying
from connectors.importing.rows import FILE, PROBLEM, ROW, VERSION
from connectors.importing.times import Zones, with_times
from connectors.importing.validate import with_problems
from connectors.schema import DIMENSIONS, IMPORTED
from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    from connectors.importing.currency import Rates
    from connectors.importing.mapping import Feed, Mapping

ORDER = "__order"
NO_FEED = N_("no table takes the row")
_MONEY = pl.Decimal(18, 4)
_DIMENSION_NAMES = {table.name for table in DIMENSIONS}


class Target(NamedTuple):
    """What amounts and times are brought to; `currency` is told what rows name, and fixed once."""

    zones: Zones
    currency: Callable[[pl.Series], str | None]
    rates: Rates


class Staged(NamedTuple):
    """Rows for one table; `owner` when they decide the fate of their source rows."""

    table: Table
    owner: bool
    rows: pl.DataFrame


def owns(feed: Feed, mapping: Mapping) -> bool:
    """Whether a feed decides what becomes of the rows that it takes."""
    facts = any(each.table not in _DIMENSION_NAMES for each in mapping.feeds)
    return not feed.beside and not (facts and feed.table in _DIMENSION_NAMES)


@dataclass(frozen=True)
class Feeding:
    """The feeds of a mapping on rows of files with one header.

    `absent` is the columns that the mapping allows to be missing, and which are.
    """

    mapping: Mapping
    target: Target
    absent: frozenset[str]

    def attempt(self, rows: pl.DataFrame) -> tuple[list[Staged], pl.DataFrame]:
        """What all feeds make of `rows`, and which rows (`__row`, `__problem`) a table refuses.

        A row belongs to the first owner that takes it; it is refused when none does.
        """
        made: list[Staged] = []
        left = rows
        for feed in sorted(self.mapping.feeds, key=lambda each: not owns(each, self.mapping)):
            owner = owns(feed, self.mapping)
            mine = taken(left if owner else rows, feed, self.mapping)
            left = left.join(mine, on=ROW, how="anti") if owner else left
            made.append(Staged(IMPORTED[feed.table], owner, self._made(mine, feed, made)))
        bad = [each.rows.filter(pl.col(PROBLEM).is_not_null()) for each in made]
        nowhere = left.select(ROW, pl.lit(NO_FEED).alias(PROBLEM))
        problems = pl.concat([*(each.select(ROW, PROBLEM) for each in bad), nowhere])
        return made, problems.unique(ROW, keep="first", maintain_order=True)

    def final(self, staged: Staged) -> Staged:
        """`staged` as engines take it: money as decimals, provenance, no helper columns."""
        table, owner, rows = staged
        amounts = [name for name in money_columns(table) if name in rows.columns]
        unused = [FILE, CURRENCY, PROBLEM, OWNER_DAY]
        if table in DIMENSIONS:
            unused.append("import_document")
        final = rows.drop(unused, strict=False).with_columns(
            pl.lit(self.mapping.source_name).alias("import_source"),
            pl.col(ROW).alias(ORDER),
            pl.col(amounts).round(4).cast(_MONEY),
        )
        return Staged(table, owner, final)

    def _made(self, rows: pl.DataFrame, feed: Feed, before: list[Staged]) -> pl.DataFrame:
        table = IMPORTED[feed.table]
        made = fed(rows, feed, self.mapping, self.absent)
        if owns(feed, self.mapping):
            return self._finished(table, made)
        if table not in DIMENSIONS:
            days = _days(before)
            return self._finished(table, made.join(days, ROW, "left", maintain_order="left"))
        keys = [key.name for key in table.primary_key]
        stated = made.drop_nulls([key for key in keys if key in made.columns])
        folded = self._finished(table, _folded(stated))
        if folded[PROBLEM].null_count() == folded.height:
            return folded
        return self._finished(table, stated)  # every row that says so is to blame

    def _finished(self, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
        rows = with_times(table, completed(table, rows), self.target.zones)
        rows = converted(table, rows, self.target.currency(rows[CURRENCY]), self.target.rates)
        return with_problems(table, rows)


def _days(made: list[Staged]) -> pl.DataFrame:
    """`__row` and `__owner_day`, from what the owners made of the rows."""
    owners = (each.rows for each in made if each.owner)
    days = pl.concat([rows.select(ROW, day_of(rows).alias(OWNER_DAY)) for rows in owners])
    return days.unique(ROW)


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    """Equal statements of a dimension once, as of the latest: a fact's rows repeat them."""
    own = [FILE, ROW, VERSION, "import_document"]
    own += [name for name in ("known_at",) if name in rows.columns]
    said = [name for name in rows.columns if name not in own]
    apart = varying(rows, said)
    constant = [name for name in said if name not in apart]
    return rows.group_by(apart).agg(pl.col(constant).first(), pl.col(own).max())
