"""What charts draw, read from the data that they hand to the browser, against the rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_START = shop.LAST - timedelta(days=27)
_DAY = timedelta(days=1)


def _drawn(app: AppTest, column: str) -> list[pl.DataFrame]:
    """The datasets of the page's charts that have the column."""
    frames = (
        pl.read_ipc_stream(BytesIO(each.data.data))
        for chart in app.get("vega_lite_chart")
        for each in chart.proto.datasets
    )
    return [frame for frame in frames if column in frame.columns]


def _sales(rows: list[Row], **kept: object) -> float:
    matching = (row for row in rows if all(row[name] == value for name, value in kept.items()))
    return float(sum((row["sales_amount"] for row in matching), Decimal(0)))


def test_a_trend_draws_the_sums_of_each_day(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    (lines,) = _drawn(open_board(warehouse), "line")
    for title, back in (("This range", 0), ("Previous period", 28)):
        drawn = lines.filter(line=title).select(pl.col("period").cast(pl.Date), "value")
        expected = {
            _START + n * _DAY: pytest.approx(_sales(orders, sold_date=_START + (n - back) * _DAY))
            for n in range(28)
        }
        assert dict(drawn.iter_rows()) == expected
    assert lines.filter("open").is_empty()


def test_a_week_that_the_range_cuts_is_dashed(open_board: Open, warehouse: Path) -> None:
    """27 June to 3 July: the data ends on Thursday 30 June; the dashes begin a week before."""
    app = open_board(warehouse, range="custom", first="2022-05-30", last="2022-06-30", grain="week")
    (lines,) = _drawn(app, "line")
    lines = lines.filter(line="This range")
    dashed = lines.filter("open").select(pl.col("period").cast(pl.Date)).to_series()
    assert dashed.to_list() == [date(2022, 6, 20), date(2022, 6, 27)]
    assert lines.filter(~pl.col("open")).height == 4


def test_festivals_of_the_range_are_marked(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, range="last_90_days", locale="zh-CN")
    marks, *_ = _drawn(app, "name")
    assert marks["name"].to_list() == ["劳动节", "618"]


def test_a_matrix_holds_the_sums_of_both_members(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    (cells,) = _drawn(open_board(warehouse), "rows")
    now = [row for row in orders if row["sold_date"] >= _START]
    then = [row for row in orders if _START - 28 * _DAY <= row["sold_date"] < _START]
    assert cells.height == len(shop.SHOPS) * len(shop.CATEGORIES)
    for cell in cells.iter_rows(named=True):
        kept = {"shop_id": cell["rows"], "category": cell["columns"]}
        assert cell["value"] == pytest.approx(_sales(now, **kept))
        change = _sales(now, **kept) / _sales(then, **kept) - 1
        assert cell["depth"] == pytest.approx(abs(change))
        assert (cell["change"] > 0) == (change > 0)


def test_a_matrix_needs_two_members_a_side(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, shop="qj-jd")
    assert not _drawn(app, "rows")


def test_a_waterfall_leads_from_then_to_now(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse)
    bars = _drawn(app, "start")[0].to_dicts()
    total = app.dataframe[0].value.to_dict("records")[0]
    assert [bar["label"] for bar in bars] == [
        "Before",
        "Paid orders",
        "Order value",
        "Expected net share",
        "Now",
    ]
    assert bars[-1]["end"] == pytest.approx(total["expected_net_sales"])
    for before, after in pairwise(bars[:-1]):
        assert after["start"] == pytest.approx(before["end"])
    assert bars[-2]["end"] == pytest.approx(bars[-1]["end"])


def test_without_a_comparison_nothing_is_explained(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, compare="none")
    assert not _drawn(app, "start")
    assert _drawn(app, "rows")
    assert not app.exception
