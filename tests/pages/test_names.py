"""Members are called what the dimension tables call them; the link keeps their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from connectors.engines import open_for_import
from connectors.schema import products, shops
from connectors.settings import Settings
from metrics import OTHER, UNKNOWN
from pages.ui.names import each_member, member
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Table
    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

NAMES = {"qj-tmall": "天猫旗舰店", "qj-jd": "Outlet", "qj-douyin": "Outlet"}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory, orders: list[Row]) -> Path:
    """The shop once its shops and products have names; two shops share one."""
    folder = tmp_path_factory.mktemp("named")
    shop.build(folder, orders)
    skus = [shop.product_row(row) | {"name": "碎花连衣裙"} for row in orders]
    with open_for_import(str(folder), Settings(warehouse=str(folder)), wait=0) as writer:
        _merge(writer, shops, [{"shop_id": key, "name": name} for key, name in NAMES.items()])
        _merge(writer, products, list({row["sku_id"]: row for row in skus}.values()))
    return folder


def _merge(writer: object, table: Table, rows: list[Row]) -> None:
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    source = pl.lit("names").alias("import_source")
    frame = pl.DataFrame(rows).with_columns(source, place.alias("__row"), place.alias("__order"))
    writer.stage(table, frame)  # type: ignore[attr-defined]
    writer.merge(table)  # type: ignore[attr-defined]


def test_shops_have_names_and_those_alike_their_ids_too(open_board: Open, named: Path) -> None:
    app = open_board(named, by="shop")
    found = set(app.dataframe[0].value["shop"][1:])
    assert found == {"天猫旗舰店", "Outlet · qj-jd", "Outlet · qj-douyin"}


def test_products_have_both(open_board: Open, named: Path, orders: list[Row]) -> None:
    app = open_board(named, by="skc", category="Dresses")
    skcs = {str(row["skc_id"]): row["color"] for row in orders if row["category"] == "Dresses"}
    shown = set(app.dataframe[0].value["skc"][1:])
    assert shown
    assert shown <= {f"碎花连衣裙 {color} · {skc}" for skc, color in skcs.items()}


def test_a_link_keeps_the_id_and_the_chip_says_the_name(open_board: Open, named: Path) -> None:
    app = open_board(named, shop="qj-tmall")
    assert "Shop: 天猫旗舰店" in [each.label for each in app.button]
    assert "qj-tmall" in app.query_params["shop"]


def test_without_names_members_are_called_by_their_ids(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, by="shop")
    assert set(app.dataframe[0].value["shop"][1:]) == set(shop.SHOPS)


def test_many_are_called_as_each_of_them() -> None:
    for dimension in ("mode", "replenishable", "sku"):
        asked = ["shelf", "yes", None, "", OTHER, UNKNOWN, "x" * 99, "two\nlines"]
        assert each_member(dimension, asked) == [member(dimension, each) for each in asked]
