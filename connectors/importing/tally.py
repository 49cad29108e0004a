"""What becomes of a run's rows, gathered batch by batch and settled at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import polars as pl

from connectors.engines.base import REJECTS
from connectors.importing.report import SUPERSEDED, FileReport
from connectors.importing.rows import FILE, POSITION_BITS, ROW
from connectors.importing.staging import Staged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.importing.source import Source
    from connectors.importing.transform import Outcome

_RAW = ("__line", FILE, ROW, "file", "line")
_REJECTS = {FILE: pl.Int64, **dict.fromkeys(REJECTS, pl.String), "line": pl.Int64}
_EXCLUDED = {FILE: pl.Int64, "rule": pl.String, "rows": pl.Int64, "amount": pl.Float64}
_DOCUMENTS = {"document": pl.String, FILE: pl.Int64, "version": pl.String}


class Tally:
    """The fates of all rows of a run: `staged` for its tables, and what was left out and why.

    `rejects`: `__file` and the columns `REJECTS`. `excluded`: `__file`, rule, rows, amount.
    `documents`: what the run delivers whole: document, `__file`, version.
    """

    def __init__(self) -> None:
        self.read: Counter[int] = Counter()
        self.staged: list[Staged] = []
        self.rejects = pl.DataFrame(schema=_REJECTS)
        self.excluded = pl.DataFrame(schema=_EXCLUDED)
        self.documents = pl.DataFrame(schema=_DOCUMENTS)

    def take(self, outcome: Outcome, raws: Sequence[pl.DataFrame]) -> None:
        """Adds the outcome of the rows `raws`."""
        for raw in raws:
            self.read.update(dict(raw.group_by(FILE).len().iter_rows()))
            for rejected in outcome.rejected:
                self.rejects = _added(self.rejects, _with_raw(rejected, raw))
        for excluded in outcome.excluded:
            self.excluded = _added(self.excluded, excluded)
        for documents in outcome.documents:
            self.documents = _added(self.documents, documents)
        self.staged += outcome.staged

    def settle_documents(self) -> None:
        """Leaves each document to the one file that states it last, as separate runs would.

        The last is the file with the greatest version in the document, then the last by name.
        """
        order = ["document", "version", FILE]
        ranked = self.documents.sort(order, nulls_last=False)
        last = ranked.unique("document", keep="last")
        beaten = ranked.join(last, on=["document", FILE], how="anti")
        if beaten.is_empty():
            return
        file = (pl.col(ROW) // 2**POSITION_BITS).alias(FILE)
        pair = ["import_document", FILE]
        for number, (table, owner, rows) in enumerate(self.staged):
            if "import_document" in rows.columns:
                placed = rows.with_columns(file)
                old = placed.join(beaten, left_on=pair, right_on=["document", FILE], how="semi")
                self.staged[number] = Staged(table, owner, rows.join(old, on=ROW, how="anti"))
                if owner:
                    self._exclude(old)

    def _exclude(self, rows: pl.DataFrame) -> None:
        counted = rows.group_by(FILE).agg(pl.col(ROW).n_unique().alias("rows"))
        named = counted.select(FILE, pl.lit(SUPERSEDED).alias("rule"), "rows", amount=None)
        self.excluded = _added(self.excluded, named)

    def excluded_rows(self) -> dict[str, int]:
        """Rows by rule, the rules in order."""
        return _counted(self.excluded, "rule")

    def excluded_amounts(self) -> dict[str, float]:
        """What the rows come to by rule, where the mapping tells an amount."""
        known = self.excluded.filter(pl.col("amount").is_not_null())
        summed = known.group_by("rule").agg(pl.col("amount").sum().round(4)).sort("rule")
        return dict(summed.iter_rows())

    def rejected_rows(self) -> dict[str, int]:
        """Rows by reason, the most frequent first."""
        counted = (
            self.rejects.group_by("reason").len().sort(["len", "reason"], descending=[True, False])
        )
        return dict(counted.iter_rows())

    def files(self, sources: Sequence[Source]) -> list[FileReport]:
        """The report of every file, in the order of their names."""
        excluded = _by_file(self.excluded.group_by(FILE, "rule").agg(pl.col("rows").sum()))
        rejected = _by_file(self.rejects.group_by(FILE, "reason").len())
        return [
            self._file(number, source, excluded[number], rejected[number])
            for number, source in enumerate(sources)
        ]

    def _file(
        self, number: int, source: Source, excluded: dict[str, int], rejected: dict[str, int]
    ) -> FileReport:
        left = sum(excluded.values()) + sum(rejected.values())
        read = self.read[number]
        return FileReport(source.name, read, read - left, excluded, rejected)


def _added(frame: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, more.select(frame.columns).cast(frame.schema)])


def _by_file(counted: pl.DataFrame) -> defaultdict[int, dict[str, int]]:
    """The counts (`__file`, name, rows) of each file by name, the names in order."""
    files: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for file, name, rows in counted.sort(counted.columns[:2]).iter_rows():
        files[file][name] = rows
    return files


def _counted(excluded: pl.DataFrame, by: str) -> dict[str, int]:
    return dict(excluded.group_by(by).agg(pl.col("rows").sum()).sort(by).iter_rows())


def _with_raw(rejected: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in raw.columns if name not in _RAW]
    row = pl.struct(columns).struct.json_encode().alias("row")
    found = raw.join(rejected, on=ROW, how="inner", maintain_order="left")
    return found.select(FILE, row, *(name for name in REJECTS if name != "row"))
