"""Files that belong together: an item export without dates, and the order export that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.errors import UserError
from connectors.importing.report import SUPERSEDED
from connectors.importing.rows import (
    FILE,
    PROBLEM,
    ROW,
    headers,
    missing,
    read_cells,
    type_cells,
    wanted_by,
)
from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Collection

    from connectors.importing.batches import Batch
    from connectors.importing.mapping import Column, Companion, Mapping
    from connectors.importing.transform import Outcome

JOINED = "joined_in"
"""The rule of companion rows: what they say is in the lines that they were joined to."""
ALONE = N_("no line of the other file goes with it")
NO_COMPANION = N_("no row of the other file goes with it")
AMBIGUOUS = N_("several rows of the file that differ")
_MATCHED, _WHY = "__matched", "__why"


class Companions:
    """The rows of a run's companion files, by companion, and which of them were joined."""

    def __init__(self, mapping: Mapping, batches: list[Batch], outcome: Outcome) -> None:
        self._mapping = mapping
        self._outcome = outcome
        if mapping.companions and all(batch.part for batch in batches):
            raise _needs(mapping, mapping.columns)
        self._refused: dict[str, pl.DataFrame] = {}
        self._rows = {
            name: self._read(name, [batch.raw for batch in batches if batch.part == name])
            for name in mapping.companions
        }
        self._joined: dict[str, list[pl.DataFrame]] = {name: [] for name in mapping.companions}

    def join(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with the companions' columns; a row whose companion is not there says why."""
        for name, companion in self._mapping.companions.items():
            extra = self._rows[name].select(*companion.columns, pl.lit(value=True).alias(_MATCHED))
            rows = rows.join(extra, on=companion.on, how="left", maintain_order="left")
            rows = rows.join(self._refused[name], companion.on, "left", maintain_order="left")
            why = pl.lit(f"{name}: ") + pl.col(_WHY).fill_null(NO_COMPANION)
            alone = pl.when(pl.col(_MATCHED).is_null()).then(why)
            rows = rows.with_columns(pl.col(PROBLEM).fill_null(alone)).drop(_MATCHED, _WHY)
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
            raise _needs(self._mapping, companion.columns)
        rows = pl.concat([self._typed(raw, companion) for raw in raws]).sort(ROW)
        rows = rows.with_columns(pl.col(PROBLEM).fill_null(_ambiguous(companion)))
        refused = rows.filter(pl.col(PROBLEM).is_not_null())
        self._reject(refused, None)
        self._refused[name] = refused.unique(
            companion.on, keep="first", maintain_order=True
        ).select(*companion.on, pl.col(PROBLEM).alias(_WHY))
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
        named = self._mapping.document
        document = pl.col(named) if named and named in rows.columns else pl.lit(None)
        self._outcome.rejected.append(
            rows.select(ROW, reason=why, document=document.cast(pl.String))
        )


def _ambiguous(companion: Companion) -> pl.Expr:
    """The problem of rows of one file that say different things under one key."""
    said = pl.struct(*companion.columns).n_unique().over([FILE, *companion.on])
    return pl.when(said > 1).then(pl.lit(f"{', '.join(companion.on)}: {AMBIGUOUS}"))


def _needs(mapping: Mapping, columns: dict[str, Column]) -> UserError:
    wanted = [wanted_by(name, each)[0] for name, each in columns.items() if not each.optional]
    message = "{mapping} needs a second file with the columns {columns}: name both files."
    return UserError(message, mapping=mapping.name, columns=", ".join(wanted))


def part_of(mapping: Mapping, file: str, found: Collection[str]) -> str | None:
    """Which companion a file is, by its headers; None for the main one.

    Raises:
        UserError: when it lacks a column of each; it names the one that the nearest lacks.
    """
    parts: dict[str | None, dict[str, Column]] = {None: mapping.columns} | {
        name: companion.columns for name, companion in mapping.companions.items()
    }
    fits = {name: _fit(columns, found) for name, columns in parts.items()}
    nearest = min(parts, key=lambda name: (fits[name].lack, -fits[name].found))
    if fits[nearest].missing:
        raise missing(file, fits[nearest].missing[0], found)
    return nearest


class _Fit(NamedTuple):
    """How a file's headers fit columns: the share of needed ones that it lacks, those found."""

    lack: float
    found: int
    missing: list[list[str]]


def _fit(columns: dict[str, Column], found: Collection[str]) -> _Fit:
    chosen = headers(columns, found)
    needed = {name: wanted_by(name, each) for name, each in columns.items() if not each.optional}
    lacking = [wanted for name, wanted in needed.items() if chosen[name] is None]
    there = sum(header is not None for header in chosen.values())
    return _Fit(len(lacking) / max(len(needed), 1), there, lacking)
