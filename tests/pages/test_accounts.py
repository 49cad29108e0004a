"""Where sales changed, on the Sales page, against sums over the rows themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_DAYS = timedelta(days=28)


def test_changes_of_categories_and_their_parts_add_up(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    app = open_board(warehouse)
    (shown,) = (each.value for each in app.dataframe if "volume" in each.value.columns)
    end = shop.LAST + timedelta(days=1)
    change: dict[str, float] = {}
    for row in orders:
        side = (row["sold_date"] >= end - _DAYS) - (row["sold_date"] < end - _DAYS)
        if end - 2 * _DAYS <= row["sold_date"] < end:
            category = row["category"]
            change[category] = change.get(category, 0.0) + side * float(row["sales_amount"])
    told = shown.set_index("category")["amount"].to_dict()
    assert sorted(told.values()) == pytest.approx(sorted(change.values()))
    assert told["Dresses"] == pytest.approx(change["Dresses"])
    parts = shown[["volume", "mix", "price"]].to_numpy().sum()
    assert parts == pytest.approx(sum(change.values()))
    rose = "rose" if sum(change.values()) > 0 else "fell"
    said = [each.value for each in app.caption if each.value.startswith(f"Paid sales {rose}")]
    largest = max(change, key=lambda each: abs(change[each]))
    assert any(largest in each for each in said)


def test_without_an_earlier_range_there_is_no_account(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, compare="none")
    assert not [each for each in app.dataframe if "volume" in each.value.columns]
