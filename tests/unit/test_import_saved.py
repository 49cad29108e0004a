"""Mappings made by hand: TOML like any other, kept under a name that is also a file's."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UserError
from connectors.importing.handmade import Handmade
from connectors.importing.presets import read_mapping
from connectors.importing.saved import check_name, save_mapping, saved_names, saved_text
from connectors.settings import Settings
from tests.unit.importing import Board, write_csv

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {"order_id": "Order", "ordered_at": "Day", "quantity": "Qty", "sku_id": "SKU"}
TEXT = """
title = "Ours"
[columns]
cost_date = { from = "Day", kind = "date", formats = ["%Y-%m-%d"] }
[[feeds]]
table = "costs"
"""


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_whatever_headers_and_constants_hold_the_toml_says_just_that(text: str) -> None:
    made = Handmade("x", "shops", {"name": text}, constants={"shop_id": text})
    said = tomllib.loads(made.toml())
    assert said["columns"]["name"]["from"] == [text]
    quoted = said["derived"]["shop_id"]
    assert quoted[1:-1].replace("''", "'") == text


def test_a_constant_is_never_more_than_a_text() -> None:
    made = Handmade("x", "shops", {"name": "Name"}, constants={"shop_id": "' || (SELECT 1) || '"})
    mapping = read_mapping(made.toml(), "x.toml")
    assert mapping.derived["shop_id"] == "''' || (SELECT 1) || '''"


def test_the_command_imports_with_a_saved_mapping(board: Board, tmp_path: Path) -> None:
    text = """
title = "Paris"
[columns]
order_id = { from = ["Order"] }
ordered_at = { from = ["Day"], kind = "date", formats = ["%Y-%m-%d"] }
quantity = { from = ["Qty"], kind = "integer" }
[derived]
shop_id = "'paris'"
[[feeds]]
table = "order_lines"
numbered = { line_id = "order_id" }
"""
    file = save_mapping(Settings(warehouse=str(board.folder)), "paris", text)
    rows = write_csv(tmp_path / "f.csv", "Order Day Qty", [("1", "2024-06-17", 2)])
    assert board.imported("order_lines", file, rows)["loaded"] == 1
    assert board.sql("SELECT shop_id, import_source FROM order_lines") == [("paris", "paris")]


def test_what_was_saved_is_found_again(tmp_path: Path) -> None:
    settings = Settings(warehouse=str(tmp_path / "warehouse"))
    assert saved_names(settings) == []
    save_mapping(settings, "我们的_订单", TEXT)
    save_mapping(settings, "ours", TEXT.replace("Ours", "First"))
    save_mapping(settings, "ours", TEXT)
    assert saved_names(settings) == ["ours", "我们的_订单"]
    assert saved_text(settings, "ours") == TEXT
    with pytest.raises(UserError, match=r"No mapping named 'our'\. Did you mean 'ours'"):
        saved_text(settings, "our")


@pytest.mark.parametrize(
    "name",
    ["", "../x", "a/b", "a b", ".hidden", "_x", "x" * 61, "a\0", "online_retail"],
)
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(UserError, match="mapping"):
        check_name(name)


def test_a_broken_mapping_is_not_saved(tmp_path: Path) -> None:
    settings = Settings(warehouse=str(tmp_path / "warehouse"))
    with pytest.raises(UserError, match="no table named 'cost'"):
        save_mapping(settings, "ours", TEXT.replace('"costs"', '"cost"'))
    assert saved_names(settings) == []
