"""Taobao's order export alone: a line an order, whichever year's columns it has."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.trade import ORDERS, records, write_rows, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.importing import Board

    Rows = list[dict[str, str]]

NO = "2018041{}00000000{}".format
LINES = """SELECT order_id, quantity, gross_amount::DOUBLE, paid_amount::DOUBLE, postage::DOUBLE,
sales_amount::DOUBLE, is_paid, is_cancelled, is_shipped FROM order_lines ORDER BY order_id"""
RETURNS = (
    "SELECT order_id, order_line_id, refund_amount::DOUBLE, quantity, is_before_shipping, kind, "
)
RETURNS += "refunded_at FROM returns ORDER BY order_id"
EXPECTED = [
    (NO(5, "01"), 3, 356.2, 366.2, 10, 356.2, True, False, True),
    (NO(5, "02"), 1, 129, 0, 0, 0, False, True, False),  # closed unpaid
    (NO(6, "03"), 1, 227.2, 227.2, 0, 227.2, True, False, False),
    (NO(6, "04"), 1, 98, 98, 0, 98, True, False, True),  # closed by its refund, after it had left
    (NO(6, "05"), 2, 150, 150, 0, 150, True, False, True),
    (NO(6, "06"), 1, 79, 79, 0, 79, True, False, True),
    (NO(6, "07"), 1, 299, 50, 0, 50, False, False, False),  # a presale that waits for its balance
    (NO(6, "08"), 1, 39, 45, 6, 39, True, False, False),
]
REFUNDS: list[tuple[Any, ...]] = [
    (NO(6, "04"), "1", 98, 0, False, None, None),
    (NO(6, "05"), "1", 75, 0, False, None, None),
]


def test_an_export_of_2018(board: Board) -> None:
    """GB18030, 54 columns, six headers with a blank, ="…" around numbers, 0元, 366.20元."""
    report = board.imported("order_lines", "taobao_orders", ORDERS)
    assert (report["read"], report["loaded"], report["rejected"]) == (8, 8, {})
    assert (report["currency"], report["first_date"]) == ("CNY", "2018-04-15")
    assert board.sql(LINES) == EXPECTED
    assert board.sql(RETURNS) == REFUNDS
    whole = board.sql("SELECT sum(paid_amount) FROM order_lines")
    stated = [Decimal(row["买家实际支付金额"]) for row in records(ORDERS, "gbk")]
    assert whole == [(sum(stated),)]
    again = board.imported("order_lines", "taobao_orders", ORDERS)
    assert (again["loaded"], again["updated"], again["unchanged"]) == (0, 0, 8)


def test_times_people_and_places(board: Board) -> None:
    board.imported("order_lines", "taobao_orders", ORDERS)
    query = """SELECT ordered_at, paid_at, sold_date::VARCHAR, sold_hour, is_presale,
    is_balance_paid, customer_id, region, shop_id FROM order_lines ORDER BY order_id"""
    rows = board.sql(query)
    assert rows[2] == (  # half past midnight in Shanghai
        datetime.fromisoformat("2018-04-15T16:30"),
        datetime.fromisoformat("2018-04-15T16:31:30"),
        *("2018-04-16", 0, None, None, "tb_demo_03", "四川省", "示例旗舰店"),
    )
    # What is masked is nobody's name; a presale counts when it is fully paid.
    assert [row[6] for row in rows[4:7]] == [None, "tb_demo_06", "tb_demo_07"]
    assert rows[6][1:6] == (None, None, None, True, False)
    assert board.sql("SELECT shop_id, platform FROM shops") == [("示例旗舰店", "tmall")]
    assert board.sql("SELECT count(*) FROM customers") == [(6,)]


def test_nothing_personal_is_kept_in_the_tables(board: Board) -> None:
    board.imported("order_lines", "taobao_orders", ORDERS)
    kept = str([board.rows(table) for table in ("order_lines", "returns", "customers", "shops")])
    for text in ("张三", "13800000001", "文三路", "放门口", "加急"):
        assert text not in kept
    assert "浙江省" in kept


def _reversed(rows: Rows) -> Rows:
    return [dict(reversed(row.items())) for row in rows]


def _of_2011(rows: Rows) -> Rows:
    """Before 分阶段订单信息, 退款金额 and all that came later: the first 30 columns."""
    return [dict(list(row.items())[:30]) for row in rows]


def _of_2022(rows: Rows) -> Rows:
    names = {"买家会员名": "买家会员昵称", "店铺Id": "店铺ID"}
    return [{names.get(name, name): cell for name, cell in row.items()} for row in rows]


def _unguarded(rows: Rows) -> Rows:
    return rows


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
@pytest.mark.parametrize("change", [_unguarded, _reversed, _of_2022])
def test_columns_are_found_by_name(
    board: Board, tmp_path: Path, change: Callable[[Rows], Rows], encoding: str
) -> None:
    file = write_rows(tmp_path / "orders.csv", change(records(ORDERS, "gbk")), encoding)
    board.imported("order_lines", "taobao_orders", file)
    assert board.sql(LINES) == EXPECTED
    assert board.sql(RETURNS) == REFUNDS


def test_an_export_without_refunds_and_stages(board: Board, tmp_path: Path) -> None:
    """A closed order that was paid was given back; of other refunds the file knows nothing."""
    file = write_rows(tmp_path / "orders.csv", _of_2011(records(ORDERS, "gbk")))
    board.imported("order_lines", "taobao_orders", file)
    assert board.sql(LINES) == EXPECTED
    assert board.sql(RETURNS) == REFUNDS[:1]
    assert board.sql("SELECT DISTINCT is_presale FROM order_lines") == [(None,)]


def test_a_file_that_a_spreadsheet_saved(board: Board, tmp_path: Path) -> None:
    rows = records(ORDERS, "gbk")
    rows[0] |= {"订单创建时间": "2018/4/15 20:03", "总金额": "366.2", "买家应付货款": "356.2"}
    for row in rows[1:3]:
        row["订单编号"] = "2.01804E+17"  # two orders, one number
    file = write_rows(tmp_path / "orders.csv", rows)
    report = board.imported("order_lines", "taobao_orders", file)
    reason = "订单编号: no whole order number; a spreadsheet shortens long ones"
    assert report["rejected"] == {reason: 2}
    assert board.sql(LINES) == [EXPECTED[0], *EXPECTED[3:]]


def test_a_workbook_whose_numbers_are_no_longer_texts(board: Board, tmp_path: Path) -> None:
    """Excel keeps fifteen digits of a number: two orders may have become one."""
    rows = [{**NEW, "订单编号": f"32000000000000{n}0000"} for n in (10, 11)]
    file = write_workbook(tmp_path / "orders.xlsx", rows)
    done = board.run("import", file, "--as", "order_lines", "--mapping", "taobao_orders")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "no whole order number" in done.err


NEW = {
    "订单编号": "3200000000000000101",
    "支付详情": "支付方式：支付宝",
    "买家应付货款": "268.00",
    "买家应付邮费": "0.00",
    "总金额": "268.00",
    "买家实付金额": "158.00",
    "订单状态": "交易成功",
    "订单创建时间": "2026-05-01 10:00:00",
    "订单付款时间": "2026-05-01 10:01:00",
    "宝贝总数量": "2",
    "店铺名称": "示例家居",
    "退款金额": "110.00",
    "发货时间": "2026-05-02 09:00:00",
}
WAITING = {
    **NEW,
    "订单编号": "3200000000000000102",
    "总金额": "105.00",
    "买家应付货款": "99.00",
    "买家应付邮费": "6.00",
    "买家实付金额": "105.00",
    "订单状态": "买家已付款,等待卖家发货",
    "宝贝总数量": "1",
    "退款金额": "无退款申请",
    "发货时间": "",
}
SENT = {**WAITING, "订单编号": "3200000000000000103", "订单状态": "卖家已发货，等待买家确认"}
CLOSED = {
    **WAITING,
    "订单编号": "3200000000000000104",
    "订单状态": "交易关闭",
    "退款金额": "105.00",
}
CLOSED["买家实付金额"] = "0.00"


def test_a_workbook_of_2026(board: Board, tmp_path: Path) -> None:
    """买家实付金额 is what was paid less what was given back: paid sales are those before."""
    file = write_workbook(tmp_path / "ExportOrderList2695.xlsx", [NEW, WAITING, SENT, CLOSED])
    report = board.imported("order_lines", "taobao_orders", file)
    assert (report["read"], report["loaded"]) == (4, 4)
    no = "320000000000000010{}".format
    assert board.sql(LINES) == [
        (no(1), 2, 268, 268, 0, 268, True, False, True),
        (no(2), 1, 99, 105, 6, 99, True, False, False),
        (no(3), 1, 99, 105, 6, 99, True, False, True),
        (no(4), 1, 99, 105, 6, 99, True, False, False),
    ]
    assert board.sql(RETURNS) == [
        (no(1), "1", 110, 0, False, None, None),
        (no(4), "1", 105, 0, True, "refund_only", None),
    ]
    sent = board.sql("SELECT shipped_at FROM order_lines WHERE is_shipped ORDER BY order_id")
    assert sent == [(datetime.fromisoformat("2026-05-02T01:00"),), (None,)]
    assert board.sql("SELECT platform FROM shops") == [("taobao",)]


def test_a_status_never_seen_is_rejected(board: Board, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "orders.csv", [NEW, {**WAITING, "订单状态": "等待揽收"}])
    report = board.imported("order_lines", "taobao_orders", file)
    assert report["rejected"] == {"订单状态: a value that the mapping does not list": 1}
    assert report["first_rejects"][0].startswith("orders.csv, line 3: 订单状态: ")
    assert board.sql("SELECT order_id FROM order_lines") == [(NEW["订单编号"],)]


def test_a_list_of_items_is_not_taken_for_orders(board: Board, tmp_path: Path) -> None:
    """The download of 已卖出的宝贝 repeats an order's number on each of its lines."""
    file = write_rows(tmp_path / "orders.csv", [NEW, {**NEW, "买家实付金额": "110.00"}, WAITING])
    report = board.imported("order_lines", "taobao_orders", file)
    assert list(report["rejected"].values()) == [2]
    assert board.sql("SELECT order_id FROM order_lines") == [(WAITING["订单编号"],)]


def test_a_missing_column_is_named(board: Board, tmp_path: Path) -> None:
    lacking = {name: cell for name, cell in NEW.items() if name != "宝贝总数量"}
    file = write_rows(tmp_path / "orders.csv", [lacking])
    done = board.run("import", file, "--as", "order_lines", "--mapping", "taobao_orders")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("orders.csv: no column named '宝贝总数量'.")


def test_empty_files(board: Board, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"")
    done = board.run(
        "import", tmp_path / "orders.csv", "--as", "order_lines", "--mapping", "taobao_orders"
    )
    assert (done.code, done.err.count("\n")) == (2, 1)
    (tmp_path / "orders.csv").write_text(",".join(NEW), encoding="gbk")
    report = board.imported("order_lines", "taobao_orders", tmp_path / "orders.csv")
    assert (report["read"], report["loaded"]) == (0, 0)
