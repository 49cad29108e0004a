"""A batch of source rows becomes staged rows of tables; every source row gets one fate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from connectors.importing.companions import Companions
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
from connectors.importing.staging import Feeding

if TYPE_CHECKING:
    from connectors.importing.batches import Batch
    from connectors.importing.mapping import Mapping
    from connectors.importing.staging import Staged, Target


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
            found = headers(mapping.columns, batch.raw.columns)
            rows = companions.join(_typed(batch.raw, mapping, found, outcome))
            rows = apply_rules(with_splits(derive(rows, mapping), mapping), rules)
            outcome.documents.append(_documents(rows))
            rows = _without_rejected(_without_excluded(rows, outcome), outcome)
            absent = frozenset(name for name, header in found.items() if header is None)
            _feed(rows, Feeding(mapping, target, absent), outcome)
    companions.settle()
    return outcome


def _typed(
    raw: pl.DataFrame, mapping: Mapping, found: dict[str, str | None], outcome: Outcome
) -> pl.DataFrame:
    cells = mark_blocks(read_cells(raw, mapping, mapping.columns, found), mapping)
    return type_cells(_without_excluded(cells, outcome), mapping.columns, found)


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


def _feed(rows: pl.DataFrame, feeding: Feeding, outcome: Outcome) -> None:
    """Feeds the rows; one that a table refuses is rejected whole, and the others are fed anew."""
    while True:
        staged, refused = feeding.attempt(rows)
        if refused.is_empty():
            break
        _without_rejected(rows.drop(PROBLEM).join(refused, on=ROW, how="inner"), outcome)
        rows = rows.join(refused, on=ROW, how="anti")
    outcome.staged.extend(feeding.final(each) for each in staged)
