"""What a check asks comes in stretches, and is what the rows of the shop say of each day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from connectors.engines import connect
from connectors.settings import Settings
from metrics import Access
from metrics.alarms.asking import Asking
from metrics.answer import run
from tests.pages import shop
from tests.unit.alarming import rule

if TYPE_CHECKING:
    from pathlib import Path

    from metrics import Query

DAY = timedelta(days=1)
START = shop.LAST - DAY * (shop.DAYS - 1)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[date, date]]:
    """The ranges that the warehouse was asked for, in their order."""
    monkeypatch.setenv("BOARD_NOW", shop.NOW)
    shop.build(tmp_path, shop.order_rows())
    ranges: list[tuple[date, date]] = []

    def noted(query: Query, *given: Any) -> Any:
        ranges.append((query.start, query.end))
        return run(query, *given)

    monkeypatch.setattr("metrics.alarms.asking.run", noted)
    return ranges


def _asking(folder: Path) -> Asking:
    settings = Settings(warehouse=str(folder))
    return Asking(connect(settings.warehouse, settings), Access("test"), settings)


@pytest.mark.parametrize("days", [1, 27, 28, 29, 56, shop.DAYS])
def test_a_long_range_is_asked_in_stretches(
    tmp_path: Path, asked: list[tuple[date, date]], days: int
) -> None:
    low, end = rule(), START + DAY * days
    found = _asking(tmp_path).by_day(["orders"], low, START, end)
    rows = pl.DataFrame(shop.order_rows(), infer_schema_length=None)
    counted = (
        rows.filter(pl.col("ordered_date") < end)
        .group_by("ordered_date", "shop_id")
        .agg(pl.col("order_id").n_unique())
    )
    assert sorted(found.select("period", "shop", "orders").rows()) == sorted(counted.rows())
    assert found["period"].is_sorted()
    assert [start for start, _ in asked] == [START, *(each for _, each in asked[:-1])]
    assert asked[-1][1] == end
    assert max(end - start for start, end in asked) <= DAY * 28


def test_a_range_as_a_whole_is_asked_at_once(
    tmp_path: Path, asked: list[tuple[date, date]]
) -> None:
    found = _asking(tmp_path).whole(["orders"], rule(), START, shop.LAST + DAY, [])
    assert found["orders"].to_list() == [len({row["order_id"] for row in shop.order_rows()})]
    assert asked == [(START, shop.LAST + DAY)]
