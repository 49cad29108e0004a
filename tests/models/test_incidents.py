"""What was planted in the demo shop is among the exceptions of the second morning.

The board is asked as it stood on a morning: what was not known yet is taken out of a copy of the
warehouse. An incident matters from the first day on which the facts show it, as plain SQL on the
raw tables and the truth beside them say.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from connectors.demo.arguments import Arguments
from connectors.engines import connect
from connectors.settings import Settings
from metrics import Access, run
from metrics.exceptions import exceptions, worst
from tests.unit import demo_shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metrics.watches import Exceptional

    Morning = Callable[[date], tuple[Exceptional, ...]]

ARGUMENTS = Arguments(date(2026, 11, 22), orders=75_000, days=365)
"""A year of as many orders a day as the demo has by itself."""
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
_TOLD = {
    "checkout_fault": {"funnel_placed_rate", "funnel_order_rate"},
    "warehouse_stop": {"received_units"},
    "channel_fatigue": {"clicks", "claimed_roas"},
    "viral_style": {"paid_sales"},
    "price_error": {"discount_rate"},
    "quality_defect": {"quality_returns"},
}


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


def _planted(demo: Path, kind: str) -> dict[str, Any]:
    names = ("start_date", "shop_id", "channel", "style_id", "skc_id", "warehouse_id", "device")
    sql = f"SELECT {', '.join(names)} FROM truth_incidents WHERE kind = '{kind}'"
    (row,) = demo_shop.asking(demo)(sql)
    return dict(zip(names, row, strict=True))


def _members(planted: dict[str, Any], by: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(planted.get(f"{name}_id", planted.get(name)) for name in by)


def _matters(demo: Path, kind: str, planted: dict[str, Any]) -> date:
    """The day from which the facts show it."""
    start = planted["start_date"]
    if kind == "channel_fatigue":  # nothing fades where nothing is spent
        sql = f"SELECT min(spend_date) FROM ad_spend WHERE channel = '{planted['channel']}'"
        ((start,),) = demo_shop.asking(demo)(f"{sql} AND spend_date >= DATE '{start}'")
    if kind == "quality_defect":  # what was sold since has to come back first
        ((start,),) = demo_shop.asking(demo)(_BEYOND.format(start=start, skc=planted["skc_id"]))
    assert isinstance(start, date)
    return start


_BEYOND = """
WITH back AS (
    SELECT r.refunded_date AS day FROM returns AS r JOIN order_lines AS o
    ON (o.shop_id, o.order_id, o.line_id) = (r.shop_id, r.order_id, r.order_line_id)
    WHERE o.skc_id = '{skc}' AND r.is_quality
), usual AS (
    SELECT count(*) / 60.0 AS a_day FROM back
    WHERE day BETWEEN DATE '{start}' - 60 AND DATE '{start}' - 1
), counted AS (
    SELECT days.day, count(back.day) AS came, a_day * (1 + days.day - DATE '{start}') AS due
    FROM (SELECT DATE '{start}' + n::INTEGER AS day FROM range(56) AS t(n)) AS days
    CROSS JOIN usual LEFT JOIN back ON back.day BETWEEN DATE '{start}' AND days.day
    GROUP BY days.day, a_day
)
SELECT min(day) FROM counted WHERE came > due + 3 * sqrt(due + 1)
"""
"""The first day on which three standard deviations (Poisson's) more have come than is usual."""


@pytest.mark.parametrize("kind", _TOLD)
def test_an_incident_is_shown_on_the_second_morning(
    demo: Path, morning: Morning, kind: str
) -> None:
    planted = _planted(demo, kind)
    found = worst(morning(_matters(demo, kind, planted) + 2 * _DAY), _SHOWN)
    told = [e for e in found if e.members == _members(planted, e.watch.by)]
    assert {each.watch.metric for each in told} & _TOLD[kind], found


def test_new_judges_accuse_few_that_nothing_happened_to(demo: Path, morning: Morning) -> None:
    """Before the first incident that lasts: mornings far apart, each of hundreds of members."""
    first = _planted(demo, "warehouse_stop")["start_date"]
    mornings = [first - days * _DAY for days in (3, 10, 17)]
    judged = {"step", "arrivals", "response"}
    accused = [e for day in mornings for e in morning(day) if e.watch.judge in judged]
    assert len(accused) <= len(mornings), accused
