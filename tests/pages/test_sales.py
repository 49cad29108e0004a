"""The Sales page against sums over the rows themselves, in every state that it can be in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from metrics import run
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_START = shop.LAST - timedelta(days=27)


def _within(rows: list[Row], start: date, end: date) -> list[Row]:
    return [row for row in rows if start <= row["sold_date"] < end]


def _sales(rows: list[Row]) -> float:
    return float(sum((row["sales_amount"] for row in rows), Decimal(0)))


def _table(app: AppTest) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = app.dataframe[0].value.to_dict("records")
    return records


def _said(app: AppTest) -> str:
    shown = (*app.caption, *app.info, *app.error, *app.markdown, *app.text, *app.warning)
    return "\n".join(str(element.value) for element in shown)


def test_totals_are_the_sums_of_the_rows(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    app = open_board(warehouse)
    now = _within(orders, _START, shop.LAST + timedelta(days=1))
    then = _within(orders, _START - timedelta(days=28), _START)
    total = _table(app)[0]
    assert total["category"] == "Total"
    assert total["paid_sales"] == pytest.approx(_sales(now))
    assert total["orders"] == len({(row["shop_id"], row["order_id"]) for row in now})
    assert total["units"] == sum(row["quantity"] for row in now)
    assert total["paid_sales_change"] == pytest.approx(_sales(now) / _sales(then) - 1)
    assert not app.exception


def test_cards_show_what_the_table_totals(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse)
    total = _table(app)[0]
    values = [metric.value for metric in app.metric]
    shown = values[0].replace("\\", "")
    assert (shown[0], shown[-1]) == ("¥", "K")
    assert float(shown[1:-1]) * 1_000 == pytest.approx(total["paid_sales"], rel=6e-4)
    assert values[3] == f"{total['refund_rate']:.1%}".replace(".", r"\.")


def test_groups_are_the_rows_of_each_member(
    open_board: Open, warehouse: Path, orders: list[Row]
) -> None:
    app = open_board(warehouse, by="category")
    now = _within(orders, _START, shop.LAST + timedelta(days=1))
    shown = {row["category"]: row["paid_sales"] for row in _table(app)[1:]}
    expected = {
        name: pytest.approx(_sales([row for row in now if row["category"] == name]))
        for name in shop.CATEGORIES
    }
    assert shown == expected


def test_a_link_filters(open_board: Open, warehouse: Path, orders: list[Row]) -> None:
    first, last = date(2022, 5, 1), date(2022, 5, 31)
    app = open_board(
        warehouse,
        range="custom",
        first=str(first),
        last=str(last),
        shop=["qj-jd", "qj-tmall"],
        region="(unknown)",
        compare="none",
    )
    kept = [
        row
        for row in _within(orders, first, last + timedelta(days=1))
        if row["shop_id"] in {"qj-jd", "qj-tmall"} and row["region"] is None
    ]
    assert _table(app)[0]["paid_sales"] == pytest.approx(_sales(kept))
    assert "paid_sales_change" not in _table(app)[0]
    assert {button.label for button in app.button} >= {"Region: \\(unknown\\)"}


def test_drilling_shows_the_level_below(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, category="Dresses", by="style")
    styles = [row["style"] for row in _table(app)[1:]]
    assert styles
    assert all(style.split("-")[0] == styles[0].split("-")[0] for style in styles)
    assert [button.label for button in app.button if "crumb:" in str(button.key)] == [
        "All",
        "Dresses",
    ]


def test_a_crumb_climbs_back(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, category="Dresses", by="style", lang="en")
    app.button(key="crumb:category").click().run()
    assert app.query_params == {"by": "category", "lang": "en"}
    assert len(_table(app)) == 1 + len(shop.CATEGORIES)


@pytest.mark.parametrize(
    "link",
    [
        {
            "range": "next_year",
            "compare": "?",
            "grain": "decade",
            "by": "paid_sales",
            "metric": "x",
        },
        {"range": "custom", "first": "2022-13-01", "last": "2022-01-01"},
        {"range": "custom", "first": "0001-01-01", "last": "9999-12-31", "grain": "hour"},
        {"range": "custom", "first": "2022-06-30", "last": "2022-06-01", "compare": "year"},
        {"lang": "tlh"},
    ],
)
def test_a_wrong_link_is_read_as_far_as_it_goes(
    open_board: Open, warehouse: Path, link: dict[str, str]
) -> None:
    app = open_board(warehouse, **link)
    assert not app.exception
    assert not app.error
    assert _table(app)[0]["paid_sales"] > 0


def test_no_rows_under_the_filters(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, category="No such thing")
    assert "Nothing was sold" in _said(app)
    assert not app.exception


def test_one_row(open_board: Open, tmp_path: Path, orders: list[Row]) -> None:
    row = orders[-1]
    shop.build(tmp_path, [row])
    app = open_board(tmp_path)
    assert [each["paid_sales"] for each in _table(app)] == [float(row["sales_amount"])] * 2
    assert not app.exception


def test_nulls_everywhere(open_board: Open, tmp_path: Path, orders: list[Row]) -> None:
    kept = {"shop_id", "order_id", "line_id", "ordered_date", "sold_date"}
    shop.build(tmp_path, [{n: v if n in kept else None for n, v in orders[-1].items()}])
    app = open_board(tmp_path)
    assert not app.exception
    assert not app.error
    assert app.metric[3].value == "—"


def test_long_names(open_board: Open, tmp_path: Path, orders: list[Row]) -> None:
    long = "连衣裙" * 1_000
    shop.build(tmp_path, [orders[-1] | {"category": long}, orders[-2]])
    app = open_board(tmp_path, category=long, by="style")
    labels = [button.label for button in app.button]
    assert any(label.endswith("…") for label in labels)
    assert max(map(len, labels)) < 100
    assert not app.exception


def test_in_chinese(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, locale="zh-CN")
    assert app.title[0].value == "销售"
    assert app.metric[0].value.endswith("万")
    assert open_board(warehouse, locale="zh-CN", lang="en").title[0].value == "Sales"
    assert open_board(warehouse, locale="de-DE").title[0].value == "Sales"


def test_no_question_is_asked_twice(
    open_board: Open, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def counted(query: Any, *rest: Any) -> Any:
        asked.append(query)
        return run(query, *rest)

    monkeypatch.setattr("pages.ui.board.run", counted)
    app = open_board(warehouse)
    assert len(asked) == len(set(asked)) > 0
    before = len(asked)
    app.run()
    assert len(asked) == before
