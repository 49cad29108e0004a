"""Files that belong together: an item export without dates, and the order export that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError
from connectors.importing.report import SUPERSEDED
from connectors.importing.rows import FILE, PROBLEM, ROW, headers, missing, read_cells, type_cells
from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Collection

    from connectors.importing.batches import Batch
    from connectors.importing.mapping import Companion, Mapping
    from connectors.importing.transform import Outcome

JOINED = "joined_in"
"""The rule of companion rows: what they say is in the lines that they were joined to."""
ALONE = N_("no line of the other file goes with it")
NO_COMPANION = N_("no row of the other file goes with it")
_MATCHED = "__matched"


class Companions:
    """The rows of a run's companion files, by companion, and which of them were joined."""

    def __init__(self, mapping: Mapping, batches: list[Batch], outcome: Outcome) -> None:
        self._mapping = mapping
        self._outcome = outcome
        self._rows = {
            name: self._read(name, [batch.raw for batch in batches if batch.part == name])
            for name in mapping.companions
        }
        self._joined: dict[str, list[pl.DataFrame]] = {name: [] for name in mapping.companions}

    def join(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with the companions' columns; a row without its companion has a problem."""
        for name, companion in self._mapping.companions.items():
            extra = self._rows[name].select(*companion.columns, pl.lit(value=True).alias(_MATCHED))
            rows = rows.join(extra, on=companion.on, how="left", maintain_order="left")
            alone = pl.when(pl.col(_MATCHED).is_null()).then(pl.lit(f"{name}: {NO_COMPANION}"))
            rows = rows.with_columns(pl.col(PROBLEM).fill_null(alone)).drop(_MATCHED)
            self._joined[name].append(rows.select(companion.on))
        return rows

    def settle(self) -> None:
        """Gives every companion row its fate, once all rows were joined."""
        for name, companion in self._mapping.companions.items():
            used = pl.concat(self._joined[name])
            rows = self._rows[name]
            self._exclude(rows.join(used, on=companion.on, how="semi"), JOINED)
            self._reject(rows.join(used, on=companion.on, how="anti"), f"{name}: {ALONE}")

    def _read(self, name: str, raws: list[pl.DataFrame]) -> pl.DataFrame:
        companion = self._mapping.companions[name]
        if not raws:
            wanted = [(each.headers or [key])[0] for key, each in companion.columns.items()]
            message = "{mapping} needs a second file with the columns {columns}: name both files."
            raise UserError(message, mapping=self._mapping.name, columns=", ".join(wanted))
        rows = pl.concat([self._typed(raw, companion) for raw in raws]).sort(ROW)
        self._reject(rows.filter(pl.col(PROBLEM).is_not_null()), None)
        sound = rows.filter(pl.col(PROBLEM).is_null())
        last = sound.unique(companion.on, keep="last", maintain_order=True)
        self._exclude(sound.join(last, on=ROW, how="anti"), SUPERSEDED)
        return last

    def _typed(self, raw: pl.DataFrame, companion: Companion) -> pl.DataFrame:
        found = headers(companion.columns, raw.columns)
        cells = read_cells(raw, self._mapping, companion.columns, found)
        return type_cells(cells, companion.columns, found)

    def _exclude(self, rows: pl.DataFrame, rule: str) -> None:
        counted = rows.group_by(FILE).agg(pl.len().alias("rows"))
        amount = pl.lit(None, pl.Float64).alias("amount")
        self._outcome.excluded.append(
            counted.select(FILE, pl.lit(rule).alias("rule"), "rows", amount)
        )

    def _reject(self, rows: pl.DataFrame, reason: str | None) -> None:
        why = pl.col(PROBLEM) if reason is None else pl.lit(reason)
        document = pl.lit(None, pl.String).alias("document")
        self._outcome.rejected.append(rows.select(ROW, why.alias("reason"), document))


def part_of(mapping: Mapping, file: str, found: Collection[str]) -> str | None:
    """Which companion a file is, by its headers; None for the main one.

    Raises:
        UserError: when it lacks a column of each.
    """
    parts = {None: mapping.columns} | {
        name: companion.columns for name, companion in mapping.companions.items()
    }
    fitting: dict[str | None, int] = {}
    lacks: tuple[str, ...] = ()
    for name, columns in parts.items():
        try:
            chosen = headers(columns, found)
        except KeyError as error:
            lacks = lacks or error.args
        else:
            fitting[name] = sum(header is not None for header in chosen.values())
    if not fitting:
        raise missing(file, lacks, found)
    return max(fitting, key=lambda name: fitting[name])
