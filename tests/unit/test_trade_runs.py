"""The trade's exports over several runs: split, in any order, and rebuilt from the kept sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.trade import EVENTS, ITEMS, ORDERS, SHOPIFY, records, write_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.importing import Board

TABLES = ("order_lines", "returns", "products", "customers", "shops", "events")


def _all(board: Board) -> list[list[tuple[object, ...]]]:
    return [board.rows(table) for table in TABLES]


def test_items_in_several_files_and_runs(
    board: Board, another: Callable[[str], Board], tmp_path: Path
) -> None:
    """An order's lines stand in one file, as an export by dates has them."""
    rows = records(ITEMS, "gbk")
    first = write_rows(tmp_path / "items_b.csv", rows[:4], "gbk")
    second = write_rows(tmp_path / "items_a.csv", rows[4:], "gbk")
    board.imported("order_lines", "taobao_items", ITEMS, ORDERS)
    together, apart = another("together"), another("apart")
    together.imported("order_lines", "taobao_items", second, ORDERS, first)
    apart.imported("order_lines", "taobao_items", second, ORDERS)
    apart.imported("order_lines", "taobao_items", first, ORDERS)
    assert _all(together) == _all(board)
    assert _all(apart) == _all(board)


def test_years_of_exports_in_one_run(board: Board, tmp_path: Path) -> None:
    """Files with other headers, in other encodings, are read beside each other."""
    new = {
        "子订单编号": "3200000000000000111",
        "主订单编号": "3200000000000000101",
        "商品标题": "示例",
        "商品价格": "20.00",
        "购买数量": "1",
        "商家编码": "X",
        "订单状态": "交易成功",
    }
    order = {
        "订单编号": "3200000000000000101",
        "买家实付金额": "15.00",
        "订单创建时间": "2026-05-01 10:00:00",
    }
    files = [write_rows(tmp_path / "new.csv", [new]), write_rows(tmp_path / "orders.csv", [order])]
    report = board.imported("order_lines", "taobao_items", ITEMS, ORDERS, *files)
    assert (report["loaded"], report["excluded"]) == (11, {"joined_in": 8})
    query = "SELECT order_id, paid_amount::INT FROM order_lines WHERE sku_id = 'X'"
    assert board.sql(query) == [("3200000000000000101", 15)]


@pytest.mark.parametrize(
    ("table", "mapping", "files"),
    [
        ("order_lines", "taobao_orders", [ORDERS]),
        ("order_lines", "taobao_items", [ORDERS, ITEMS]),
        ("order_lines", "shopify_orders", [SHOPIFY]),
        ("events", "ga4_events", [EVENTS]),
    ],
)
def test_a_rebuild_gives_equal_tables(
    board: Board, table: str, mapping: str, files: list[Path]
) -> None:
    board.imported(table, mapping, *files)
    before = _all(board)
    assert board.run("rebuild").code == 0
    assert _all(board) == before


def test_the_taobao_mappings_one_after_the_other_are_rebuilt(board: Board) -> None:
    board.imported("order_lines", "taobao_orders", ORDERS)
    board.imported("order_lines", "taobao_items", ORDERS, ITEMS)
    before = _all(board)
    assert board.run("rebuild").code == 0
    assert _all(board) == before
