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

    def lines(self, translate: Callable[[str], str]) -> list[str]:
        """The report for people, in the language of `translate`."""
        head = translate("{mapping} → {table}: {files} files, {seconds:.1f} s").format(
            mapping=self.mapping, table=self.table, files=len(self.files), seconds=self.seconds
        )
        counts = [
            (translate("read"), self.read, ""),
            (translate("loaded"), self.loaded, ""),
            (translate("updated"), self.updated, ""),
            (translate("unchanged"), self.unchanged, ""),
            (translate("excluded"), sum(self.excluded.values()), self._rules()),
            (translate("rejected"), sum(self.rejected.values()), _by_count(self.rejected)),
        ]
        width = max(len(label) for label, _, _ in counts)
        body = [f"  {label:<{width}} {count:>12,}  {why}".rstrip() for label, count, why in counts]
        return [head, *body, *self._tables(translate), *self._rest(translate)]

    def _rules(self) -> str:
        parts = []
        for rule, rows in self.excluded.items():
            amount = self.excluded_amount.get(rule)
            shown = "" if amount is None else f" ({amount:,.2f})"
            parts.append(f"{rule} {rows:,}{shown}")
        return ", ".join(parts)

    def _tables(self, translate: Callable[[str], str]) -> list[str]:
        text = translate("{table}: {written} rows written, {removed} removed")
        return [
            "  " + text.format(table=name, written=f"{each.written:,}", removed=f"{each.removed:,}")
            for name, each in self.tables.items()
        ]

    def _rest(self, translate: Callable[[str], str]) -> list[str]:
        lines = []
        if self.first_date is not None:
            text = translate("dates {first} to {last}, currency {currency}")
            currency = self.currency or "—"
            lines.append(text.format(first=self.first_date, last=self.last_date, currency=currency))
        lines += [translate("rejected: {row}").format(row=row) for row in self.first_rejects]
        return [f"  {line}" for line in lines]


def _by_count(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {rows:,}" for name, rows in counts.items())
