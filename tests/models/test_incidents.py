"""What was planted in the demo shop is among the exceptions of the second morning.

The board is asked as it stood on a morning: what was not known yet is taken out of a copy of the
warehouse.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest

from connectors.engines import connect
from connectors.settings import Settings
from metrics import Access, run
from metrics.exceptions import exceptions, worst
from tests.unit import demo_shop
from tests.unit.planted import ARGUMENTS, TOLD, matters, members, planted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metrics.watches import Exceptional

    Morning = Callable[[date], tuple[Exceptional, ...]]

_SHOWN = 5
_DAY = timedelta(days=1)
_ALL = Access("all")
_FORGET = (
    "DELETE FROM order_lines WHERE sold_date >= $day",
    "UPDATE order_lines SET shipped_at = NULL WHERE shipped_at >= $day - INTERVAL 8 HOUR",
    "DELETE FROM order_returns WHERE refunded_date >= $day",
    "DELETE FROM sessions WHERE started_date >= $day",
    "DELETE FROM ad_spend WHERE spend_date >= $day",
    """UPDATE receipts SET received_date = NULL, received_at = NULL, received_quantity = NULL
    WHERE received_date >= $day""",
)
"""Times are UTC; the business's clock is eight hours ahead."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_shop.built(tmp_path_factory.mktemp("demo"), ARGUMENTS)


@pytest.fixture
def morning(demo: Path, tmp_path: Path) -> Morning:
    """What the board shows on a morning, knowing only what lies before it."""

    def shown(day: date) -> tuple[Exceptional, ...]:
        folder = tmp_path / str(day)
        shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("truth"))
        (file,) = folder.glob("generation-*.duckdb")
        with duckdb.connect(str(file)) as connection:
            for statement in _FORGET:
                connection.execute(statement, {"day": day})
        settings = Settings.model_validate({"warehouse": str(folder)})
        connector = connect(settings.warehouse, settings)
        return exceptions(lambda query: run(query, _ALL, connector, settings), _ALL, day)

    return shown


@pytest.mark.parametrize("kind", TOLD)
def test_an_incident_is_shown_on_the_second_morning(
    demo: Path, morning: Morning, kind: str
) -> None:
    where = planted(demo, kind)
    found = worst(morning(matters(demo, kind, where) + 2 * _DAY), _SHOWN)
    told = [e for e in found if e.members == members(where, e.watch.by)]
    assert {each.watch.metric for each in told} & TOLD[kind], found


def test_new_judges_accuse_few_that_nothing_happened_to(demo: Path, morning: Morning) -> None:
    """Before the first incident that lasts: mornings far apart, each of hundreds of members."""
    first = planted(demo, "warehouse_stop")["start_date"]
    mornings = [first - days * _DAY for days in (3, 10, 17)]
    judged = {"step", "arrivals", "response"}
    accused = [e for day in mornings for e in morning(day) if e.watch.judge in judged]
    assert len(accused) <= len(mornings), accused
