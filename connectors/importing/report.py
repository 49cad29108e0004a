"""What an import did, in counts that add up: every source row has one fate."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from connectors.engines.base import Merge

SUPERSEDED = "superseded_in_run"
"""The rule of rows whose key, or whole document, the same run states once more, later."""


@dataclass(frozen=True)
class FileReport:
    """One file: rows read, and how many of them went to the tables, were left out or refused."""

    file: str
    read: int
    accepted: int
    excluded: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """One run. Counts are source rows, except in `tables`; amounts are in the source's currency."""

    mapping: str
    table: str
    read: int
    loaded: int
    updated: int
    unchanged: int
    excluded: dict[str, int]
    excluded_amount: dict[str, float]
    rejected: dict[str, int]
    first_rejects: list[str]
    tables: dict[str, Merge]
    removed: int
    currency: str | None
    first_date: date | None
    last_date: date | None
    seconds: float
    files: list[FileReport]

    def check(self) -> None:
        """Holds the report to its promise.

        Raises:
            RuntimeError: when the fates do not add up to the rows read.
        """
        fates = (self.loaded, self.updated, self.unchanged)
        named = (*self.excluded.values(), *self.rejected.values())
        if self.read != sum(fates) + sum(named):
            raise RuntimeError(f"the report does not add up: {self}")
        if self.read != sum(each.read for each in self.files):
            raise RuntimeError(f"the files do not add up to the rows read: {self}")

    def as_json(self) -> dict[str, Any]:
        """The report as the README documents it."""
        given = asdict(self)
        given["tables"] = {name: merge._asdict() for name, merge in self.tables.items()}
        for name in ("first_date", "last_date"):
            given[name] = given[name] and given[name].isoformat()
        return given

    def lines(self, _: Callable[[str], str]) -> list[str]:
        """The report for people, in the language of `_`."""
        head = _("{mapping} → {table}, files: {files}, seconds: {seconds:.1f}").format(
            mapping=self.mapping, table=self.table, files=len(self.files), seconds=self.seconds
        )
        rejected = {in_words(reason, _): rows for reason, rows in self.rejected.items()}
        counts = [
            (_("read"), self.read, ""),
            (_("loaded"), self.loaded, ""),
            (_("updated"), self.updated, ""),
            (_("unchanged"), self.unchanged, ""),
            (_("excluded"), sum(self.excluded.values()), self._rules()),
            (_("rejected"), sum(self.rejected.values()), _by_count(rejected)),
        ]
        width = max(len(label) for label, _rows, _why in counts)
        body = [f"  {label:<{width}} {count:>12,}  {why}".rstrip() for label, count, why in counts]
        return [head, *body, *self._tables(_), *self._rest(_)]

    def _rules(self) -> str:
        parts = []
        for rule, rows in self.excluded.items():
            amount = self.excluded_amount.get(rule)
            shown = "" if amount is None else f" ({amount:,.2f})"
            parts.append(f"{rule} {rows:,}{shown}")
        return ", ".join(parts)

    def _tables(self, _: Callable[[str], str]) -> list[str]:
        text = _("{table}: {written} rows written, {removed} removed")
        return [
            "  " + text.format(table=name, written=f"{each.written:,}", removed=f"{each.removed:,}")
            for name, each in self.tables.items()
            if each.written or each.removed
        ]

    def _rest(self, _: Callable[[str], str]) -> list[str]:
        lines = []
        if self.first_date is not None:
            text = _("dates {first} to {last}, currency {currency}")
            currency = self.currency or "—"
            lines.append(text.format(first=self.first_date, last=self.last_date, currency=currency))
        lines += [_("rejected: {row}").format(row=in_words(row, _)) for row in self.first_rejects]
        return [f"  {line}" for line in lines]


def in_words(reason: str, _: Callable[[str], str]) -> str:
    """A reason, "column: what is wrong with it", in the language of `_`."""
    where, colon, problem = reason.rpartition(": ")
    return f"{where}{colon}{_(problem)}"


def _by_count(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {rows:,}" for name, rows in counts.items())
