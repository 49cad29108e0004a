"""The rules that ship, on a demo shop: what was planted is found in time, and little else."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo
from connectors.settings import Settings
from metrics.alarms.rule_files import default_rules
from tests.models.alarm_truth import Score, scored

ARGUMENTS = Arguments(date(2026, 11, 22), orders=60_000, days=300, seed=5)
IN_TIME = 2


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(warehouse=str(folder / "warehouse"), state=str(folder / "state.db"))
    run_demo(ARGUMENTS, settings, wait=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOARD_NOW", "2026-11-23T10:00")
        return scored(default_rules(), settings, folder / "warehouse")


@pytest.mark.parametrize(
    "kind",
    [
        "checkout_fault",
        "channel_fatigue",
        "courier_delay",
        "price_error",
        "quality_defect",
        "tracking_outage",
        "viral_style",
        "warehouse_stop",
    ],
)
def test_what_is_planted_is_found_within_two_days_of_mattering(score: Score, kind: str) -> None:
    assert score.delays.get(kind, 99) <= IN_TIME


@pytest.mark.parametrize("kind", ["tracking_outage", "warehouse_stop"])
def test_one_outage_is_one_incident(score: Score, kind: str) -> None:
    assert len(score.told[kind]) == 1


def test_little_else_is_told_even_of_a_shop_in_its_first_year(score: Score) -> None:
    """The bench holds two years of the default shop to two a month (`tests/bench/alarm_record`)."""
    assert score.false_per_month <= 3
