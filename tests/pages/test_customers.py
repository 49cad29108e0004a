"""The Customers page against counts over the rows themselves, and where nothing tells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from connectors.engines import connect
from connectors.schema import cohorts, customer_values, segment_moves
from connectors.settings import Settings
from tests.pages import shop

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import polars as pl

    from tests.pages.shop import Row


def _script() -> None:
    from connectors.engines import connect
    from connectors.settings import load_settings
    from metrics import load_access
    from pages.board import customers
    from pages.ui.board import Board
    from pages.ui.text import choose_language

    settings = load_settings()
    choose_language(settings)
    access = load_access("unrestricted", settings)
    customers.show(Board(settings, access, connect(settings.warehouse, settings)))


@pytest.fixture(scope="module")
def known(orders: list[Row]) -> dict[tuple[str, str], set[date]]:
    """The days on which each known customer bought in a shop."""
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in orders:
        if row.get("customer_id") and row["is_paid"] and row["line_type"] == "sale":
            days[row["shop_id"], row["customer_id"]].add(row["sold_date"])
    return days


def _rows(warehouse: Path, table: Any) -> pl.DataFrame:
    connector = connect(str(warehouse), Settings(warehouse=str(warehouse)))
    found = connector.frame(table.select())
    connector.close()
    return found


def test_values_hold_each_known_customer_once(
    warehouse: Path, known: dict[tuple[str, str], set[date]]
) -> None:
    found = _rows(warehouse, customer_values)
    shown = {
        (row["shop_id"], row["customer_id"]): (
            row["acquired_date"],
            row["last_date"],
            row["purchases"],
        )
        for row in found.iter_rows(named=True)
    }
    assert shown == {key: (min(days), max(days), len(days)) for key, days in known.items()}


def test_cohorts_are_those_of_the_rows(
    warehouse: Path, known: dict[tuple[str, str], set[date]]
) -> None:
    sizes: dict[date, int] = defaultdict(int)
    back: dict[tuple[date, int], int] = defaultdict(int)
    for days in known.values():
        first = min(days)
        sizes[first.replace(day=1)] += 1
        for since in {(day.year - first.year) * 12 + day.month - first.month for day in days}:
            back[first.replace(day=1), since] += 1
    cells: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in _rows(warehouse, cohorts).iter_rows(named=True):
        cell = cells[row["cohort_date"], int(row["months_since"])]
        cell[0] += row["customers"]
        cell[1] += row["active"]
    assert cells
    for (cohort, since), (customers, active) in cells.items():
        assert (customers, active) == (sizes[cohort], back[cohort, since])
        assert cohort.year * 12 + cohort.month + since <= shop.LAST.year * 12 + shop.LAST.month


def test_segments_count_who_bought_in_the_year_before(
    warehouse: Path, known: dict[tuple[str, str], set[date]]
) -> None:
    found = _rows(warehouse, segment_moves).drop_nulls("segment")
    assert found.height
    for month in found["scored_date"].unique():
        own = found.filter(scored_date=month)
        bought = sum(any(0 < (month - day).days <= 365 for day in days) for days in known.values())
        assert own["customers"].sum() == bought


@pytest.fixture
def page(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("BOARD_WAREHOUSE", str(warehouse))
    monkeypatch.setenv("BOARD_NOW", shop.NOW)
    return AppTest.from_function(_script, default_timeout=90).run()


def test_the_page_opens_and_says_what_is_missing(page: AppTest) -> None:
    assert not page.exception
    said = "\n".join(str(each.value) for each in (*page.info, *page.caption))
    assert "Surveys" in said.replace("\\", "")
