"""Ads are judged by days whose claims are closed, against what matured orders say has to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.settings import Settings
from connectors.state import open_alarms
from metrics.alarms.check import check
from metrics.alarms.final import lag
from metrics.alarms.values import values
from tests.unit.alarming import DAY, MONDAY, rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

ADS = """
[ads]
kind = "threshold"
title = "Ads earn too little"
metric = "net_roas"
by = ["channel"]
below = "breakeven_roas"
for = 3
minimum = { spend = 2000 }
"""
RULE = rule(text=ADS)
WINDOWS = {"quick": 1, "slow": 5}


@dataclass
class Ads:
    """Stands where a warehouse would be asked: ads of two channels that break even at 2."""

    settings: Settings
    returns: Sequence[float]
    until: int
    spend: Sequence[float] = (3000.0,) * 20
    asked: list[tuple[date, date]] = field(default_factory=list)

    def by_day(self, names: Sequence[str], _rule: Any, start: date, end: date) -> pl.DataFrame:
        assert set(names) == {"net_roas", "spend", "claim_window"}
        days = [
            (MONDAY + DAY * n, channel, each, self.spend[n], window)
            for n, each in enumerate(self.returns[: self.until + 1])
            for channel, window in WINDOWS.items()
        ]
        frame = pl.DataFrame(days, ["period", "channel", *names], orient="row")
        return frame.filter(pl.col("period").is_between(start, end, closed="left"))

    def whole(
        self, names: list[str], _rule: Any, start: date, end: date, _by: object
    ) -> pl.DataFrame:
        if names == ["claim_window"]:
            return pl.DataFrame({"claim_window": [max(WINDOWS.values())]})
        self.asked.append((start, end))
        return pl.DataFrame({"channel": list(WINDOWS), "breakeven_roas": [2.0, 2.0]})

    def last_day(self, _rule: Any) -> date:
        return MONDAY + DAY * self.until


def judged(asking: Any, channel: str) -> list[int]:
    found = values(RULE, asking, MONDAY, MONDAY + DAY * 30).filter(channel=channel)
    return [(day - MONDAY).days for day in found["period"].sort()]


def test_a_day_is_judged_once_nobody_claims_for_it_any_more() -> None:
    asking: Any = Ads(Settings(), [1.0] * 10, 9)
    assert judged(asking, "quick") == list(range(9))
    assert judged(asking, "slow") == list(range(5))
    assert lag(RULE, asking) == timedelta(days=5)


def test_other_metrics_wait_for_nobody() -> None:
    asking: Any = Ads(Settings(), [], 3)
    assert lag(rule(), asking) == timedelta(0)


def test_the_limit_is_of_the_four_weeks_that_had_matured_each_monday() -> None:
    asking: Any = Ads(Settings(), [1.0] * 10, 9)
    found = values(RULE, asking, MONDAY, MONDAY + DAY * 30)
    assert found["breakeven_roas"].unique().to_list() == [2.0]
    thirty, weeks = timedelta(days=30), timedelta(days=28)
    mondays = (MONDAY, MONDAY + DAY * 7)
    assert asking.asked == [(m - thirty - weeks, m - thirty) for m in mondays]


def test_it_is_told_after_three_days_of_enough_spend_when_they_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(state=str(tmp_path / "state.db"))
    state = open_alarms(settings)
    spend = [3000.0, 3000.0, 3000.0, 3000.0, 1999.0, 3000.0, 3000.0] + [3000.0] * 10
    good, bad = 3.0, 1.0
    returns = [good, good, bad, bad, bad, bad, good, *[good] * 10]
    opened: dict[str, int] = {}
    for day in range(14):
        monkeypatch.setenv("BOARD_NOW", f"{MONDAY + DAY * (day + 1)}T09:00")
        asking: Any = Ads(settings, returns, day, spend)
        check(asking, state, [RULE])
        for each in (*state.incidents(over=True), *state.incidents()):
            opened.setdefault(each.label().split()[1], day)
    # Days 2, 3 and 5 are bad with enough spend; day 5 is known a day later, or five.
    assert opened == {"channel=quick": 6, "channel=slow": 10}
    told = [
        message.news
        for each in (*state.incidents(over=True), *state.incidents())
        for message in state.messages(str(each.id))
    ]
    assert sorted(told) == ["opened", "opened", "resolved", "resolved"]
