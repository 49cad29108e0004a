"""What a new source is taken for: offered where it is certain, asked where it is not."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.importing.canonical import fillable
from connectors.importing.handmade import needed
from connectors.importing.propose import (
    date_readings,
    is_guarded,
    money_signs,
    number_styles,
    proposed_columns,
)
from connectors.schema import IMPORTED
from connectors.schema.column_titles import COLUMN_TITLES
from connectors.schema.synonyms import SYNONYMS


def _orders(*cells: str | None) -> list[str]:
    return [each.order for each in date_readings(pl.Series(cells, dtype=pl.String))]


@pytest.mark.parametrize(
    ("cells", "orders"),
    [
        (("2024-03-04", "2024-12-31"), ["ymd"]),
        (("03/04/2024", "05/06/2024"), ["dmy", "mdy"]),  # nobody can tell: it is asked
        (("03/04/2024", "31/12/2024"), ["dmy"]),
        (("03/04/2024", "12/31/2024"), ["mdy"]),
        (("01-02-03",), ["ymd", "dmy", "mdy"]),
        (("04-30-22", "05-06-2022"), ["mdy"]),  # one source, two spellings
        (("2024年3月4日", None), ["ymd"]),
        (("4 Mar 2024",), ["dmy"]),
        (("2024-03-05T10:00:00Z",), ["ymd"]),
        (("13/02/2024", "x", "14/02/2024"), ["dmy"]),  # x will be rejected
        (("x", ""), []),
        ((None,), []),
    ],
)
def test_dates_are_read_in_every_way_that_fits(
    cells: tuple[str | None, ...], orders: list[str]
) -> None:
    assert _orders(*cells) == orders


@pytest.mark.parametrize(
    ("cell", "kind", "formats", "meant"),
    [
        ("04-30-22", "date", ("%m-%d-%y",), "2022-04-30"),
        ("2024/3/4 9:05", "datetime", ("%Y/%m/%d %H:%M",), "2024-03-04 09:05:00"),
        ("20240304", "date", ("%Y%m%d",), "2024-03-04"),
        ("3/14/2024 9:05 PM", "datetime", ("%m/%d/%Y %I:%M %p",), "2024-03-14 21:05:00"),
        ("2024-03-05T10:00:00.5+08:00", "instant", None, "2024-03-05 02:00:00.500000+00:00"),
    ],
)
def test_a_reading_says_what_it_means(
    cell: str, kind: str, formats: tuple[str, ...] | None, meant: str
) -> None:
    [reading] = date_readings(pl.Series([cell]))
    assert (reading.kind, reading.meant, reading.unread) == (kind, meant, 0)
    assert formats is None or reading.formats == formats


@pytest.mark.parametrize(
    ("cells", "styles"),
    [
        (["1", "20", "-3"], [(".", "")]),
        (["1.5", "2.25"], [(".", "")]),
        (["1,234.50", "12"], [(".", ",")]),
        (["1.234,50", "12"], [(",", ".")]),
        (["1,5"], [(",", ".")]),
        (["1,234"], [(".", ","), (",", ".")]),  # a thousand, or one and a bit
        (["¥1,234.50", "$3"], [(".", ",")]),
    ],
)
def test_numbers_are_asked_where_they_could_be_two(
    cells: list[str], styles: list[tuple[str, str]]
) -> None:
    assert number_styles([pl.Series(cells)]) == styles


def test_signs_and_guards() -> None:
    assert money_signs([pl.Series(["¥5", "3 €", None])]) == "¥€"
    assert is_guarded(pl.DataFrame({"a": ['="0012"', "x"]}))
    assert not is_guarded(pl.DataFrame({"a": ["=1+1", "it's"]}))


def test_columns_are_proposed_in_both_languages() -> None:
    lines = IMPORTED["order_lines"]
    chinese = ["订单编号", "下单时间", "商家编码", "数量", "单价", "备注"]
    assert proposed_columns(lines, chinese) == {
        "order_id": "订单编号",
        "ordered_at": "下单时间",
        "sku_id": "商家编码",
        "quantity": "数量",
        "unit_price": "单价",
    }
    english = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    assert proposed_columns(lines, english) == {
        "order_id": "InvoiceNo",
        "sku_id": "StockCode",
        "quantity": "Quantity",
        "ordered_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "customer_id": "CustomerID",
    }


def test_our_own_names_are_found_in_every_table() -> None:
    for table in IMPORTED.values():
        names = [column.name for column in fillable(table)]
        assert proposed_columns(table, names) == {name: name for name in names}


def test_every_column_that_can_be_filled_has_a_title_and_names() -> None:
    names = {column.name for table in IMPORTED.values() for column in fillable(table)}
    assert names | {"currency"} == COLUMN_TITLES.keys() == SYNONYMS.keys()


def test_what_a_table_needs() -> None:
    assert needed(IMPORTED["order_lines"]) == ["shop_id", "order_id", "ordered_at", "quantity"]
    assert needed(IMPORTED["costs"]) == ["cost_date", "kind", "amount"]
