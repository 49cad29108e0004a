"""Two segments side by side against sums over the rows themselves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.pages import shop
from tests.pages.test_charts import _drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_START = shop.LAST - timedelta(days=27)
_TWO = ["Dresses", "Shirts"]


def _tables(app: AppTest) -> list[list[dict[str, Any]]]:
    return [e.value.to_dict("records") for e in app.dataframe if "apart" in e.value.columns]


def test_two_members_stand_side_by_side(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    app = open_board(warehouse, by="category", pair=_TWO)
    sums = [
        sum(
            (r["sales_amount"] for r in orders if r["sold_date"] >= _START and r["category"] == c),
            Decimal(0),
        )
        for c in _TWO
    ]
    (table,) = _tables(app)
    paid = table[0]
    shown = [Decimal(paid[side].lstrip("¥").replace(",", "")) for side in ("first", "second")]
    assert shown == [pytest.approx(each, abs=Decimal("0.5")) for each in sums]
    assert paid["apart"] == f"{float(sums[1] / sums[0] - 1):+.1%}".replace("-", "-")
    lines = next(e for e in _drawn(app, "line") if set(e["line"]) == set(_TWO))
    drawn = {c: lines.filter(pl.col("line") == c)["value"].sum() for c in _TWO}
    assert [drawn[c] for c in _TWO] == [pytest.approx(float(each)) for each in sums]


def test_a_click_lets_go_of_both(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, by="category", pair=_TWO)
    next(button for button in app.button if button.label == "Close").click().run()
    assert "pair" not in app.query_params
    assert not _tables(app)


@pytest.mark.parametrize("pair", [["Dresses"], ["Dresses", "Nothing"], ["a", "b"], []])
def test_a_link_that_does_not_name_two_is_read_without(
    open_board: Open, warehouse: Path, pair: list[str]
) -> None:
    app = open_board(warehouse, by="category", pair=pair)
    assert not _tables(app)
    assert not app.exception
