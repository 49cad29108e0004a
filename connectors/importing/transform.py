"""A batch of source rows becomes staged rows of canonical tables; every source row gets one fate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.importing import currency
from connectors.importing.companions import Companions
from connectors.importing.complete import completed
from connectors.importing.feeds import CURRENCY, fed, taken
from connectors.importing.rows import (
    AMOUNT,
    DOCUMENT,
    EXCLUDED,
    FILE,
    PROBLEM,
    ROW,
    VERSION,
    Rules,
    apply_rules,
    derive,
    headers,
    mark_blocks,
    read_cells,
    type_cells,
)
from connectors.importing.splits import with_splits
from connectors.importing.times import Zones, with_times
from connectors.importing.validate import with_problems
from connectors.schema import DIMENSIONS, IMPORTED
from connectors.text import N_

if TYPE_CHECKING:
    from sqlalchemy import Table

    from connectors.importing.batches import Batch
    from connectors.importing.currency import Rates
    from connectors.importing.mapping import Feed, Mapping

ORDER = "__order"
MONEY_DTYPE = pl.Decimal(18, 4)
NO_FEED = N_("no table takes the row")
_DIMENSION_NAMES = {table.name for table in DIMENSIONS}


class Target(NamedTuple):
    """What amounts and times are brought to."""

    zones: Zones
    currency: str | None
    rates: Rates


class Staged(NamedTuple):
    """Rows for one table; `owner` when they decide the fate of their source rows."""

    table: Table
    owner: bool
    rows: pl.DataFrame


@dataclass(frozen=True)
class Outcome:
    """What became of one batch.

    `excluded`: `__file`, rule, rows, amount. `rejected`: `__row`, reason, document.
    `documents`: document, `__file`, version (the greatest of its rows).
    """

    staged: list[Staged] = field(default_factory=list)
    excluded: list[pl.DataFrame] = field(default_factory=list)
    rejected: list[pl.DataFrame] = field(default_factory=list)
    documents: list[pl.DataFrame] = field(default_factory=list)


def transform(batches: list[Batch], rules: Rules, target: Target) -> Outcome:
    """The outcome of rows that were read together, their companions included.

    Args:
        batches: as read.
        rules: the mapping in force.
        target: the zones, currency and rates to bring them to.
    """
    outcome, mapping = Outcome(), rules.mapping
    companions = Companions(mapping, batches, outcome)
    for batch in batches:
        if batch.part is None:
            rows = companions.join(_typed(batch.raw, mapping, outcome))
            rows = apply_rules(with_splits(derive(rows, mapping), mapping), rules)
            outcome.documents.append(_documents(rows))
            rows = _without_rejected(_without_excluded(rows, outcome), outcome)
            _feed(rows, mapping, target, outcome)
    companions.settle()
    return outcome


def _typed(raw: pl.DataFrame, mapping: Mapping, outcome: Outcome) -> pl.DataFrame:
    found = headers(mapping.columns, raw.columns)
    cells = mark_blocks(read_cells(raw, mapping, mapping.columns, found), mapping)
    return type_cells(_without_excluded(cells, outcome), mapping.columns, found)


def owns(feed: Feed, mapping: Mapping) -> bool:
    """Whether a feed decides what becomes of the rows that it takes."""
    facts = any(each.table not in _DIMENSION_NAMES for each in mapping.feeds)
    return not feed.beside and not (facts and feed.table in _DIMENSION_NAMES)


def _without_excluded(rows: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    if rows[EXCLUDED].null_count() == rows.height:
        return rows
    left_out = rows.filter(pl.col(EXCLUDED).is_not_null())
    amount = pl.col(AMOUNT).sum() if AMOUNT in rows.columns else pl.lit(None, pl.Float64)
    outcome.excluded.append(
        left_out.group_by(FILE, pl.col(EXCLUDED).alias("rule")).agg(
            pl.len().alias("rows"), amount.alias("amount")
        )
    )
    return rows.filter(pl.col(EXCLUDED).is_null())


def _without_rejected(rows: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    if rows[PROBLEM].null_count() == rows.height:
        return rows
    bad = pl.col(PROBLEM).is_not_null()
    reason, document = pl.col(PROBLEM).alias("reason"), pl.col(DOCUMENT).alias("document")
    outcome.rejected.append(rows.filter(bad).select(ROW, reason, document))
    return rows.filter(~bad)


def _documents(rows: pl.DataFrame) -> pl.DataFrame:
    sound = rows.filter(pl.col(PROBLEM).is_null() & pl.col(DOCUMENT).is_not_null())
    return sound.group_by(pl.col(DOCUMENT).alias("document"), FILE).agg(
        pl.col(VERSION).max().alias("version")
    )


def _feed(rows: pl.DataFrame, mapping: Mapping, target: Target, outcome: Outcome) -> None:
    staged: list[Staged] = []
    left = rows
    for feed in mapping.feeds:
        if not owns(feed, mapping):
            continue
        own = taken(left, feed, mapping)
        left = left.join(own.select(ROW), on=ROW, how="anti") if own.height else left
        staged.append(Staged(IMPORTED[feed.table], True, _canonical(own, feed, mapping, target)))
    nowhere = left.with_columns(pl.lit(NO_FEED).alias(PROBLEM))
    rows = rows.join(left.select(ROW), on=ROW, how="anti") if left.height else rows
    for feed in mapping.feeds:
        if not owns(feed, mapping):
            beside = _canonical(taken(rows, feed, mapping), feed, mapping, target)
            staged.append(Staged(IMPORTED[feed.table], False, beside))
    _without_rejected(nowhere, outcome)
    _keep_sound(staged, rows, mapping.name, outcome)


def _canonical(rows: pl.DataFrame, feed: Feed, mapping: Mapping, target: Target) -> pl.DataFrame:
    table = IMPORTED[feed.table]
    made = fed(rows, feed, mapping)
    if not owns(feed, mapping) and table in DIMENSIONS:
        keys = [column.name for column in table.primary_key]
        made = made.drop_nulls([key for key in keys if key in made.columns])
    made = with_times(table, completed(table, made), target.zones)
    made = currency.converted(table, made, target.currency, target.rates)
    return with_problems(table, made)


def _keep_sound(
    staged: list[Staged], rows: pl.DataFrame, source: str, outcome: Outcome
) -> None:
    """A row that one table cannot take is rejected whole, so that nothing is half loaded."""
    problems = [
        each.rows.filter(pl.col(PROBLEM).is_not_null()).select(ROW, PROBLEM) for each in staged
    ]
    bad = pl.concat(problems).unique(ROW, keep="first", maintain_order=True)
    if bad.height:
        joined = bad.join(rows.select(ROW, DOCUMENT), on=ROW, how="left", maintain_order="left")
        _without_rejected(joined, outcome)
    for table, owner, made in staged:
        sound = made.join(bad, on=ROW, how="anti") if bad.height else made
        final = _final(table, sound, source)
        if not owner and table in DIMENSIONS:
            final = _folded(final)
        outcome.staged.append(Staged(table, owner, final))


def _final(table: Table, rows: pl.DataFrame, source: str) -> pl.DataFrame:
    amounts = [name for name in currency.money_columns(table) if name in rows.columns]
    return rows.drop(FILE, CURRENCY, PROBLEM).with_columns(
        pl.lit(source).alias("import_source"),
        pl.col(ROW).alias(ORDER),
        pl.col(amounts).round(4).cast(MONEY_DTYPE),
    )


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    """Equal statements of a dimension once, as of the latest: a fact row each repeats them."""
    if "known_at" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.Datetime("us")).alias("known_at"))
    own = (ROW, ORDER, VERSION, "known_at")
    said = [name for name in rows.columns if name not in own]
    return rows.group_by(said).agg(pl.col(own).max())
