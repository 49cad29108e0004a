"""The Sales page on rows that nobody should send: it says what it can, as text, and stays up."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st
from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

HOSTILE = {
    "a script": shop.HOSTILE,
    "a picture": "<img src=x onerror=alert(1)>",
    "markdown": shop.MARKDOWN,
    "a formula": '=HYPERLINK("http://x","y")',
    "a command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "3,000 characters": "裙" * 3_000,
    "line breaks": "a\nb\r\nc\td",
    "nothing to see": "\u200b\u202e",
    "a template": "{shop} %s {{x}} ${y}",
    "quotes": "'; DROP TABLE order_lines; --\"",
}
TEXTS = ("shop_id", "category", "style_id", "skc_id", "sku_id", "color", "size", "region")
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def name(request: pytest.FixtureRequest) -> str:
    """A name that is up to no good."""
    return str(request.param)


@pytest.fixture
def hostile_shop(tmp_path: Path, orders: list[Row], name: str) -> Path:
    """A shop in which everything is called so, and something sells under another name."""
    shop.build(tmp_path, [orders[-1] | dict.fromkeys(TEXTS, name), orders[-2]])
    return tmp_path


def test_names_are_text(open_board: Open, hostile_shop: Path, name: str) -> None:
    app = open_board(hostile_shop, by="category")
    assert not app.exception
    assert not app.error
    markup = [str(each.value) for each in (*app.markdown, *app.caption, *app.info)]
    labels = [each.label for each in (*app.button, *app.metric, *app.selectbox)]
    for text in (*markup, *labels):
        assert "<script" not in text
        assert "<img" not in text
        assert ":smile:" not in text
        assert len(text) < 1_500
    assert name.split("\n", maxsplit=1)[0][:20] in "".join(
        map(str, app.dataframe[0].value["category"])
    )


def test_a_name_can_be_kept(
    open_board: Open, hostile_shop: Path, orders: list[Row], name: str
) -> None:
    app = open_board(hostile_shop, category=name)
    assert not app.exception
    total = app.dataframe[0].value.to_dict("records")[0]
    assert total["paid_sales"] == pytest.approx(float(orders[-1]["sales_amount"]))


def test_files_run_nothing(
    open_board: Open, hostile_shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, bytes] = {}

    def kept(_label: str, data: Any, file_name: str, *_rest: Any, **_options: Any) -> None:
        files[file_name.rsplit(".", 1)[1]] = data()

    monkeypatch.setattr(st, "download_button", kept)
    app = open_board(hostile_shop, by="category")
    assert not app.exception
    rows = list(csv.reader(StringIO(files["csv"].decode("utf-8-sig"))))
    texts = [cell for row in rows for cell in row if not _is_number(cell)]
    assert len(texts) > 10
    assert not [cell for cell in texts if cell.lstrip().startswith(_RUN)]
    cells = [cell for row in load_workbook(BytesIO(files["xlsx"])).active.rows for cell in row]
    assert len(cells) > 10
    assert not [cell for cell in cells if cell.data_type == "f"]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_product_without_sales(open_board: Open, tmp_path: Path, orders: list[Row]) -> None:
    unpaid = orders[-1] | {"is_paid": False, "category": "Unsold", "paid_at": None}
    shop.build(tmp_path, [unpaid, orders[-2]])
    app = open_board(tmp_path, category="Unsold")
    assert not app.exception
    assert not app.error
    total = app.dataframe[0].value.to_dict("records")[0]
    assert (total["orders"], total["paid_sales"]) == (0, 0)


def test_a_name_that_nothing_has(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, category=list(HOSTILE.values()))
    assert not app.exception


def test_a_row_of_nothing_but_its_key(open_board: Open, tmp_path: Path, orders: list[Row]) -> None:
    kept = {"shop_id", "order_id", "line_id", "ordered_date", "sold_date"}
    empty = {n: v if n in kept else None for n, v in orders[-1].items()}
    shop.build(tmp_path, [empty])
    for by in ("category", "shop", "region"):
        app = open_board(tmp_path, by=by)
        assert not app.exception
        assert not app.error
