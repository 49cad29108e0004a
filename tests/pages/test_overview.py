"""The overview against sums over the rows themselves, and in every state that it can be in."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest

from metrics import run
from metrics.__main__ import main
from tests.pages import shop, wardrobe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_START = shop.LAST - timedelta(days=27)
_MONDAY = "2022-07-04T09:00"


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return wardrobe.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    folder = tmp_path_factory.mktemp("overview")
    wardrobe.build(folder, lines, wardrobe.return_rows(lines))
    return folder


def _table(app: AppTest, *columns: str) -> Any:
    """The table that has these columns."""
    return next(each.value for each in app.dataframe if {*columns} <= {*each.value.columns})


def _said(app: AppTest) -> str:
    shown = (*app.caption, *app.info, *app.error, *app.markdown, *app.text, *app.warning)
    return "\n".join(str(element.value) for element in shown)


def test_each_shop_is_the_sum_of_its_rows(open_board: Open, full: Path, lines: list[Row]) -> None:
    app = open_board(full, page="overview")
    rows = _table(app, "shop", "on_year").to_dict("records")
    assert not app.exception
    assert len(rows) == 3 * len(shop.SHOPS)  # each with its own and its creators' live rooms
    for place in range(0, len(rows), 3):
        name = rows[place]["shop"]
        assert rows[place]["paid_sales"] == pytest.approx(_sales(lines, shop_id=name))
        for row, mode in zip(
            rows[place + 1 : place + 3], ("creator_live", "self_live"), strict=True
        ):
            assert row["paid_sales"] == pytest.approx(_sales(lines, shop_id=name, mode=mode))


def _sales(lines: list[Row], **where: Any) -> float:
    kept = (
        row["sales_amount"]
        for row in lines
        if row["sold_date"] >= _START and all(row[name] == value for name, value in where.items())
    )
    return float(sum(kept, Decimal(0)))


def test_the_scorecard_says_what_is_met(open_board: Open, full: Path) -> None:
    app = open_board(full, page="overview", lang="en")
    scores = _table(app, "Metric", "Benchmark").set_index("Metric")
    assert scores.loc["Gross margin", "Target"] == "42.00%"
    reached = float(scores.loc["Gross margin", "Now"].rstrip("%")) >= 42
    assert scores.loc["Gross margin", "Level"] == ("met" if reached else "missed")
    assert scores.loc["Paid sales", "Level"] == "—"


def test_missing_tables_say_what_is_missing(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, page="overview")
    assert not app.exception
    assert not app.error
    said = _said(app)
    for table in ("Daily stock", "Ad spend", "Daily traffic"):
        assert table in said


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_one_row_and_nulls(
    open_board: Open, tmp_path: Path, orders: list[Row], locale: str
) -> None:
    kept = {"shop_id", "order_id", "line_id", "ordered_date", "sold_date"}
    row = {name: value if name in kept else None for name, value in orders[-1].items()}
    shop.build(tmp_path, [row])
    app = open_board(tmp_path, locale, page="overview")
    assert not app.exception
    assert not app.error


def test_late_sources_stand_out(open_board: Open, full: Path) -> None:
    on_time = open_board(full, page="overview")
    assert ":orange[Order lines" not in _said(on_time)
    assert "Order lines" in _said(on_time)
    late = open_board(full, now=_MONDAY, page="overview")
    assert ":orange[Order lines" in _said(late)


def test_no_question_is_asked_twice(
    open_board: Open, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def counted(query: Any, *rest: Any) -> Any:
        asked.append(query)
        return run(query, *rest)

    monkeypatch.setattr("pages.ui.board.run", counted)
    app = open_board(full, page="overview")
    assert len(asked) == len(set(asked)) > 0
    before = len(asked)
    app.run()
    assert len(asked) == before


@pytest.mark.parametrize(
    ("page", "by", "names"),
    [
        ("overview", "shop", ["paid_sales", "visitor_days", "pay_conversion", "contribution"]),
        ("overview", "shop", ["spend_per_buyer", "refund_rate"]),
        ("overview", "skc", ["paid_sales", "days_of_cover", "sell_through", "gross_margin"]),
        ("users", "shop", ["buyers", "new_customers", "returning_buyers", "returning_share"]),
    ],
)
def test_each_table_says_what_the_command_says(
    open_board: Open,
    full: Path,
    capsys: pytest.CaptureFixture[str],
    page: str,
    by: str,
    names: list[str],
) -> None:
    app = open_board(full, page=page, lang="en", region="浙江")
    asked = ["--by", by, "--from", "2022-06-03", "--to", "2022-07-01", "--where", "region=浙江"]
    assert main(["query", *names, *asked, "--format", "json"]) == 0
    said = {row[by]: row for row in json.loads(capsys.readouterr().out)}
    known = [name for name in names if any(row[name] is not None for row in said.values())]
    shown = _table(app, by, *known)
    assert known
    rows = [row for row in shown.to_dict("records") if row[by] in said]
    assert len(rows) >= min(len(said), 10)
    for row in rows:
        for name in known:
            expected = said[row[by]][name]
            assert (
                (row[name] == pytest.approx(expected)) if expected is not None else isnan(row[name])
            )
