"""The sell-through of waves against units counted by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pages.ui.waves import _newest
from tests.pages import shop, wardrobe
from tests.pages.test_charts import _drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_LAST_WEEK, _OVER = date(2022, 6, 20), date(2022, 6, 27)
_RECEIVED = 50


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return wardrobe.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    folder = tmp_path_factory.mktemp("waves")
    wardrobe.build(folder, lines)
    return folder


def _wave(row: Row) -> str:
    number = shop.hash_of(row["skc_id"]) % 3
    return f"{'2022春夏' if number else '2021秋冬'} W{number + 1}"


def test_a_wave_is_sold_through_as_far_as_units_say(
    open_board: Open, full: Path, lines: list[Row]
) -> None:
    drawn = next(each for each in _drawn(open_board(full), "planned"))
    last = {
        row["line"]: row["value"]
        for row in drawn.iter_rows(named=True)
        if str(row["period"])[:10] == str(_LAST_WEEK) and not row["planned"]
    }
    skus = {row["sku_id"]: _wave(row) for row in lines}
    received = {wave: _RECEIVED * list(skus.values()).count(wave) for wave in set(skus.values())}
    sold = dict.fromkeys(received, 0)
    for row in lines:
        if row["sold_date"] < _OVER:
            sold[_wave(row)] += row["quantity"]
    assert last == {wave: pytest.approx(sold[wave] / received[wave]) for wave in received}


def test_without_a_plan_the_panel_says_so(open_board: Open, full: Path) -> None:
    assert any(each.value.startswith("No plan:") for each in open_board(full).caption)


def test_without_arrivals_the_panel_says_what_is_missing(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse)
    assert not _drawn(app, "planned")
    assert not app.exception


def test_the_waves_that_began_last_are_shown_whatever_they_are_called() -> None:
    began = {"冬": 0, "春": 1, "夏": 2, "秋": 3, "a": 4, "z": 5, "m": 6}  # in the order of weeks
    weeks = [date(2026, 1, 5 + 7 * week) for week in range(4)] + [
        date(2026, 2, d) for d in (2, 9, 16)
    ]
    rows = [
        {
            "period": each,
            "year_season": None,
            "wave": wave,
            "sell_through": 0.1 if number >= first else None,
            "sell_through_target": None,
        }
        for wave, first in began.items()
        for number, each in enumerate(weeks)
    ]
    shown = _newest(pl.DataFrame(rows, schema_overrides={"year_season": pl.String}))
    assert shown["wave"].unique(maintain_order=True).to_list() == ["春", "夏", "秋", "a", "z", "m"]
