"""The product table against sums over the rows themselves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import shop, wardrobe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_START = shop.LAST - timedelta(days=27)
_MONDAY = date(2022, 6, 27)


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return wardrobe.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    """A shop that knows its products; those of one colour have a picture that is none."""
    folder = tmp_path_factory.mktemp("wardrobe")
    wardrobe.build(folder, lines, wardrobe.return_rows(lines), _picture)
    return folder


def _picture(row: Row) -> str:
    return wardrobe.PIXEL if row["color"] == "Navy" else "javascript:alert(1)"


def _sales(rows: Iterable[Row]) -> float:
    return float(sum((row["sales_amount"] for row in rows), Decimal(0)))


def _shelf(app: AppTest) -> list[dict[str, Any]]:
    (shown,) = (each.value for each in app.dataframe if "weeks" in each.value.columns)
    records: list[dict[str, Any]] = shown.to_dict("records")
    return records


def test_the_best_skcs_with_their_sums(open_board: Open, full: Path, lines: list[Row]) -> None:
    now = [row for row in lines if row["sold_date"] >= _START]
    skcs = {row["skc_id"] for row in now}
    sums = {skc: _sales(row for row in now if row["skc_id"] == skc) for skc in skcs}
    shown = _shelf(open_board(full))
    assert [row["paid_sales"] for row in shown] == pytest.approx(
        sorted(sums.values(), reverse=True)[:10]
    )
    for row in shown:
        assert row["paid_sales"] == pytest.approx(sums[row["skc"]])
        assert row["units"] == sum(r["quantity"] for r in now if r["skc_id"] == row["skc"])


def test_weeks_are_those_before_the_one_that_is_not_over(
    open_board: Open, full: Path, lines: list[Row]
) -> None:
    first, *_ = _shelf(open_board(full))
    week = timedelta(weeks=1)
    mine = [row for row in lines if row["skc_id"] == first["skc"]]
    expected = [
        _sales(r for r in mine if _MONDAY - n * week <= r["sold_date"] < _MONDAY - (n - 1) * week)
        for n in range(8, 0, -1)
    ]
    assert list(first["weeks"]) == pytest.approx(expected)


def test_only_safe_pictures_stand_beside_their_skc(open_board: Open, full: Path) -> None:
    shown = _shelf(open_board(full))
    assert {row["picture"] for row in shown if row["skc"].endswith("Navy")} == {wardrobe.PIXEL}
    assert not [r for r in shown if r["skc"].endswith("红") and isinstance(r["picture"], str)]


def test_without_products_there_are_no_pictures(open_board: Open, warehouse: Path) -> None:
    shown = _shelf(open_board(warehouse))
    assert "picture" not in shown[0]
    assert shown[0]["size"]


def test_without_skcs_the_table_says_so(
    open_board: Open, tmp_path: Path, orders: list[Row]
) -> None:
    shop.build(tmp_path, [row | {"skc_id": None, "sku_id": None} for row in orders[-3:]])
    app = open_board(tmp_path)
    assert not app.exception
    assert "No line in view names its SKC." in [each.value for each in app.info]


def test_a_link_to_one_skc(open_board: Open, full: Path, lines: list[Row]) -> None:
    skc = lines[-1]["skc_id"]
    shown = _shelf(open_board(full, skc=skc))
    assert [row["skc"] for row in shown] == [skc]
