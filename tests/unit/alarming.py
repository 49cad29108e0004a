"""What the tests of checks share: numbers by day and shop instead of a warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.alarms.rule_files import read_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.settings import Settings
    from metrics.alarms.rules import Rule

MONDAY = date(2024, 3, 4)
DAY = timedelta(days=1)
RULE = """
[low]
kind = "threshold"
title = "Low"
metric = "paid_sales"
by = ["shop"]
below = 100
"""


def rule(more: str = "", text: str = RULE) -> Rule:
    """A rule that fires below 100, with more keys."""
    return read_rules(text + more, "test")[0]


def rows(numbers: Mapping[str, Sequence[float | None]], start: date = MONDAY) -> pl.DataFrame:
    """`period`, `shop` and `paid_sales` from the numbers of each shop, a day each."""
    return pl.DataFrame(
        [
            (start + DAY * n, shop, value)
            for shop, values in numbers.items()
            for n, value in enumerate(values)
            if value is not None
        ],
        schema={"period": pl.Date, "shop": pl.String, "paid_sales": pl.Float64},
        orient="row",
    )


@dataclass
class Numbers:
    """Stands where a warehouse would be asked."""

    settings: Settings
    frame: pl.DataFrame
    until: int = 99
    asked: list[tuple[date, date]] = field(default_factory=list)

    def by_day(self, _names: object, _rule: Rule, start: date, end: date) -> pl.DataFrame:
        self.asked.append((start, end))
        return self.frame.filter(pl.col("period").is_between(start, end, closed="left"))

    def last_day(self, _rule: Rule) -> date | None:
        days = self.frame["period"]
        return min(days.max(), MONDAY + DAY * self.until) if len(days) else None  # type: ignore[type-var,return-value]

    def first_day(self, _rule: Rule) -> date | None:
        return self.frame["period"].min()  # type: ignore[return-value]
