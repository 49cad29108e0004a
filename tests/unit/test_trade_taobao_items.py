"""Taobao's item export with its order export: SKUs with times, payments to the cent, refunds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.trade import ITEMS, ORDERS, records, write_rows, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.importing import Board

NO = "2018041{}00000000{}".format
LINES = """SELECT order_id, line_id, quantity, gross_amount::DOUBLE, paid_amount::DOUBLE,
postage::DOUBLE, is_paid, is_cancelled, is_shipped FROM order_lines ORDER BY ALL"""
RETURNS = "SELECT order_id, order_line_id, sku_id, refund_amount::DOUBLE, is_before_shipping "
RETURNS += "FROM returns ORDER BY ALL"
EXPECTED: list[tuple[Any, ...]] = [
    # 366.20 by 299.00 and 2 × 79.00: 239.5926… and 126.6073…; the postage alike.
    (NO(5, "01"), "DRS-001-RED-M#1", 1, 299, 239.59, 6.54, True, False, True),
    (NO(5, "01"), "TEE-002-WHT-L#1", 2, 158, 126.61, 3.46, True, False, True),
    (NO(5, "02"), "TEE-002-BLK-L#1", 1, 129, 0, 0, False, True, False),
    (NO(6, "03"), "DRS-001-BLU-S#1", 1, 299, 227.2, 0, True, False, False),
    (NO(6, "04"), "TEE-002-BLK-L#1", 1, 129, 98, 0, True, False, True),
    # Twice the same: the second is the closed one. Whether it had left, the file does not say.
    (NO(6, "05"), "TEE-002-WHT-L#1", 1, 100, 75, 0, True, False, True),
    (NO(6, "05"), "TEE-002-WHT-L#2", 1, 100, 75, 0, True, False, None),
    # Nothing was given back: the dress was taken out before the payment.
    (NO(6, "06"), "DRS-001-RED-M#1", 1, 299, 0, 0, False, True, False),
    (NO(6, "06"), "TEE-002-WHT-L#1", 1, 79, 79, 0, True, False, True),
    (NO(6, "07"), "示例连衣裙#1", 1, 299, 50, 0, False, False, False),
]
REFUNDS: list[tuple[Any, ...]] = [
    (NO(6, "04"), "TEE-002-BLK-L#1", "TEE-002-BLK-L", 98, False),
    (NO(6, "05"), "TEE-002-WHT-L#2", "TEE-002-WHT-L", 75, None),
]


def test_exports_of_2018(board: Board) -> None:
    """An item whose order is not there, and an order without items, are rejected."""
    report = board.imported("order_lines", "taobao_items", ITEMS, ORDERS)
    assert (report["read"], report["loaded"]) == (19, 10)
    assert report["excluded"] == {"joined_in": 7}
    assert report["first_rejects"] == [
        f"{ITEMS.name}, line 12: orders: no row of the other file goes with it",
        f"{ORDERS.name}, line 10: orders: no line of the other file goes with it",
    ]
    assert board.sql(LINES) == EXPECTED
    assert board.sql(RETURNS) == REFUNDS
    again = board.imported("order_lines", "taobao_items", ORDERS, ITEMS)
    assert (again["loaded"], again["updated"], again["unchanged"]) == (0, 0, 10)
    assert again["tables"]["returns"]["unchanged"] == 2


def test_lines_add_up_to_what_their_orders_state(board: Board) -> None:
    board.imported("order_lines", "taobao_items", ITEMS, ORDERS)
    sold = {row["订单编号"] for row in records(ITEMS, "gbk")}
    stated = {
        row["订单编号"]: (Decimal(row["买家实际支付金额"]), Decimal(row["退款金额"]))
        for row in records(ORDERS, "gbk")
        if row["订单编号"] in sold
    }
    query = "SELECT order_id, sum(paid_amount) FROM order_lines GROUP BY 1"
    assert dict(board.sql(query)) == {order: paid for order, (paid, _) in stated.items()}
    query = "SELECT order_id, sum(refund_amount) FROM returns GROUP BY 1"
    assert dict(board.sql(query)) == {order: back for order, (_, back) in stated.items() if back}


def test_products_have_colour_and_size(board: Board) -> None:
    board.imported("order_lines", "taobao_items", ITEMS, ORDERS)
    assert board.sql("SELECT sku_id, name, color, size FROM products ORDER BY ALL") == [
        ("DRS-001-BLU-S", "示例连衣裙", "蓝色", "S"),
        ("DRS-001-RED-M", "示例连衣裙", "红色", "M"),
        ("TEE-002-BLK-L", "示例T恤", "黑色", "L"),
        ("TEE-002-WHT-L", "示例T恤", "白色", "L"),
    ]
    query = "SELECT color, size FROM order_lines WHERE sku_id = 'DRS-001-BLU-S'"
    assert board.sql(query) == [("蓝色", "S")]


@pytest.mark.parametrize(
    ("pairs", "color", "size"),
    [
        ("颜色分类:米白;尺码:160/84A(M)", "米白", "160/84A(M)"),
        ("尺码：均码；颜色：黑", "黑", "均码"),
        ("主要颜色:藏青;尺寸:20", "藏青", "20"),
        ("颜色分类:榉木-标准[长45cm];安装方式:免安装", "榉木-标准[长45cm]", None),
        ("商品规格:500ml", None, None),
        ("", None, None),
    ],
)
def test_properties(
    board: Board, tmp_path: Path, pairs: str, color: str | None, size: str | None
) -> None:
    rows = [{**row, "商品属性": pairs} for row in records(ITEMS, "gbk")]
    board.imported("order_lines", "taobao_items", write_rows(tmp_path / "i.csv", rows), ORDERS)
    assert board.sql("SELECT DISTINCT color, size FROM order_lines") == [(color, size)]


def test_orders_are_stated_once_whichever_mapping_came_last(board: Board) -> None:
    """Order 08 has no items: it stays as the order export told it."""
    total = "SELECT sum(paid_amount)::DOUBLE, count(DISTINCT order_id) FROM order_lines"
    board.imported("order_lines", "taobao_orders", ORDERS)
    assert board.sql(total) == [(1015.4, 8)]
    report = board.imported("order_lines", "taobao_items", ITEMS, ORDERS)
    assert (report["loaded"], report["tables"]["order_lines"]["removed"]) == (10, 7)
    assert board.sql(total) == [(1015.4, 8)]
    board.imported("order_lines", "taobao_orders", ORDERS)
    assert board.sql(total) == [(1015.4, 8)]
    assert board.sql("SELECT count(*) FROM order_lines") == [(8,)]


@pytest.mark.parametrize("alone", [ITEMS, ORDERS])
def test_one_file_alone_is_refused(board: Board, alone: Path) -> None:
    done = board.run("import", alone, "--as", "order_lines", "--mapping", "taobao_items")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("taobao_items needs a second file with the columns ")


def test_a_status_never_seen_and_a_missing_column(board: Board, tmp_path: Path) -> None:
    rows = records(ITEMS, "gbk")
    rows[1]["订单状态"] = "等待揽收"
    file = write_rows(tmp_path / "items.csv", rows, "gbk")
    report = board.imported("order_lines", "taobao_items", file, ORDERS)
    assert report["rejected"]["订单状态: a value that the mapping does not list"] == 1
    assert board.sql(LINES) == [EXPECTED[0], *EXPECTED[2:]]
    unpaid = [{**row, "买家实际支付金额": ""} for row in records(ORDERS, "gbk")]
    file = write_rows(tmp_path / "orders.csv", unpaid)
    done = board.run("import", ITEMS, file, "--as", "order_lines", "--mapping", "taobao_items")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert f"{ITEMS.name}, line 2: orders: 买家实际支付金额: empty" in done.err
    for row in unpaid:
        del row["买家实际支付金额"]
    file = write_rows(tmp_path / "orders.csv", unpaid)
    done = board.run("import", ITEMS, file, "--as", "order_lines", "--mapping", "taobao_items")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("orders.csv: no column named '买家实际支付金额 | 买家实付金额'.")


ORDER = {
    "订单编号": "3200000000000000101",
    "买家应付货款": "268.00",
    "买家应付邮费": "0.00",
    "总金额": "268.00",
    "买家实付金额": "158.00",
    "订单创建时间": "2026-05-01 10:00:00",
    "订单付款时间": "2026-05-01 10:01:00",
    "退款金额": "110.00",
    "发货时间": "2026-05-02 09:00:00",
    "分阶段订单信息": "",
}
KEPT = {
    "子订单编号": "3200000000000000111",
    "主订单编号": "3200000000000000101",
    "商品标题": "示例床头柜",
    "商品价格": "199.00",
    "购买数量": "1",
    "商品属性": "颜色分类:榉木",
    "订单状态": "交易成功",
    "商家编码": "BED-45",
    "买家应付货款": "158.00",
    "退款状态": "没有申请退款",
    "退款金额": "无退款申请",
    "商品ID": "700000000001",
    "分阶段信息": "",
}
BACK = {**KEPT, "子订单编号": "3200000000000000112", "商品标题": "示例台灯", "商品价格": "129.00"}
BACK |= {
    "商家编码": "LMP-W",
    "买家应付货款": "110.00",
    "订单状态": "交易关闭",
    "商品ID": "700000000002",
}
BACK |= {"退款状态": "退款成功", "退款金额": "110.00"}

NOTHING_SAID = {"退款金额": "", "退款状态": ""}
UNDER_WAY = {"退款状态": "退款中", "订单状态": "交易成功"}


@pytest.mark.parametrize(
    ("changes", "parts", "refunds"),
    [
        # The lines' own dues add up to the order's: they are what each line's share follows.
        (({}, {}, {}), [158, 110], [("LMP-W", 110)]),
        # They do not: price × quantity is, 199 : 129 of 268.
        (({}, {"买家应付货款": "1.00"}, {}), [162.6, 105.4], [("LMP-W", 110)]),
        # A refund that is asked for is not made.
        (({"买家实付金额": "268.00"}, {}, UNDER_WAY), [158, 110], []),
        # No line names a refund: the closed one had it.
        (({}, NOTHING_SAID, NOTHING_SAID), [158, 110], [("LMP-W", 110)]),
        # … or, if none closed, all had their share of it: 110 by 158 and 110.
        (
            ({}, NOTHING_SAID, NOTHING_SAID | {"订单状态": "交易成功"}),
            [158, 110],
            [("BED-45", 64.85), ("LMP-W", 45.15)],
        ),
        # Nothing has a price: equal parts.
        (
            ({"买家应付货款": ""}, {"商品价格": "0"}, {"商品价格": "0"}),
            [134, 134],
            [("LMP-W", 110)],
        ),
    ],
)
def test_workbooks_of_2026(
    board: Board,
    tmp_path: Path,
    changes: tuple[dict[str, str], ...],
    parts: list[float],
    refunds: list[tuple[str, float]],
) -> None:
    order, kept, back = (
        row | change for row, change in zip((ORDER, KEPT, BACK), changes, strict=True)
    )
    orders = write_workbook(tmp_path / "ExportOrderList1.xlsx", [order])
    items = write_workbook(tmp_path / "ExportOrderList2.xlsx", [kept, back])
    report = board.imported("order_lines", "taobao_items", orders, items)
    assert (report["read"], report["loaded"], report["rejected"]) == (3, 2, {})
    query = "SELECT paid_amount::DOUBLE FROM order_lines WHERE is_paid ORDER BY sku_id"
    assert [paid for (paid,) in board.sql(query)] == parts
    query = "SELECT sku_id, refund_amount::DOUBLE FROM returns ORDER BY sku_id"
    assert board.sql(query) == refunds


def test_a_line_keeps_its_own_number_and_style(board: Board, tmp_path: Path) -> None:
    files = write_workbook(tmp_path / "o.xlsx", [ORDER]), write_rows(tmp_path / "i.csv", [KEPT])
    board.imported("order_lines", "taobao_items", *files)
    query = "SELECT line_id, style_id, shop_id, ordered_hour FROM order_lines"
    assert board.sql(query) == [("3200000000000000111#1", "700000000001", "taobao", 10)]


def test_a_presale_that_waits_for_its_balance_is_not_paid(board: Board, tmp_path: Path) -> None:
    stages = "阶段1,交易状态已付款;阶段2,交易状态等待买家付款;"
    line = {**KEPT, "分阶段信息": stages, "订单状态": "买家已付款,等待卖家发货"}
    paid = {**line, "主订单编号": "32", "分阶段信息": stages.replace("等待买家付款", "已付款")}
    orders = [{**ORDER, "退款金额": "无退款申请"}, {**ORDER, "订单编号": "32"}]
    files = write_rows(tmp_path / "o.csv", orders), write_rows(tmp_path / "i.csv", [line, paid])
    board.imported("order_lines", "taobao_items", *files)
    query = (
        "SELECT is_presale, is_balance_paid, is_paid, sold_hour FROM order_lines ORDER BY order_id"
    )
    assert board.sql(query) == [(True, True, True, 10), (True, False, False, None)]
