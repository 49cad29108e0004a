"""`python -m metrics`: what it prints, and one line for every mistake."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.__main__ import main as connectors
from metrics import METRICS
from metrics.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module", autouse=True)
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Three days of one shop, 100 a day, with a second SKU on the last."""
    folder = tmp_path_factory.mktemp("command")
    file = folder / "lines.csv"
    lines = ["shop_id,order_id,line_id,ordered_at,sku_id,category,quantity,unit_price"]
    for n in range(3):
        day = date(2026, 3, 1) + timedelta(days=n)
        lines.append(f"a,o{n},1,{day} 10:00,S1,dress,1,100")
    lines.append('a,o2,2,2026-03-03 10:00,"=S2",shirt,2,25')
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOARD_WAREHOUSE", str(folder / "warehouse"))
        patch.setenv("BOARD_LANGUAGE", "en")
        assert (
            connectors(["import", str(file), "--as", "order_lines", "--mapping", "canonical"]) == 0
        )
        yield


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_records_are_named_like_their_columns(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _asked(
        capsys, "query", "paid_sales", "orders", "--grain", "day", "--by", "category",
        "--from", "2026-03-02", "--to", "2026-03-04", "--compare", "previous", "--format", "json",
    )  # fmt: skip
    assert code == 0
    records = json.loads(out)
    # The day before the first fact is unknown; the first one has its 100 of one order.
    assert records[:2] == [
        {
            "period": "2026-03-02", "partial": False, "category": "dress",
            "paid_sales": 100.0, "orders": 1, "paid_sales_previous": None, "orders_previous": None,
        },
        {
            "period": "2026-03-03", "partial": False, "category": "dress",
            "paid_sales": 100.0, "orders": 1, "paid_sales_previous": 100.0, "orders_previous": 1,
        },
    ]  # fmt: skip
    assert [(r["category"], r["paid_sales"]) for r in records if r["period"] == "2026-03-03"] == [
        ("dress", 100.0),
        ("shirt", 50.0),
    ]


def test_without_a_range_all_days_count(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _asked(capsys, "query", "paid_sales", "--format", "csv")
    assert code == 0
    assert list(csv.reader(io.StringIO(out))) == [["paid_sales"], ["350.0"]]


def test_a_table_for_people_says_why_a_number_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = _asked(capsys, "query", "paid_sales", "net_sales")
    assert code == 0
    assert "Paid sales" in out
    assert "350.00" in out
    assert "refunds_of_orders: Nothing was imported into Returns yet." in err
    monkeypatch.setenv("BOARD_LANGUAGE", "zh-CN")
    assert "支付金额" in _asked(capsys, "query", "paid_sales")[1]


@pytest.mark.parametrize("grain", ["hour", "day", "month"])
def test_facts_never_imported_compare_with_nothing(
    grain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _asked(
        capsys, "query", "refunds", "--grain", grain, "--by", "shop",
        "--from", "2026-03-02", "--to", "2026-03-04", "--compare", "previous", "--format", "json",
    )  # fmt: skip
    assert (code, json.loads(out)) == (0, [])
    assert "refunds: Nothing was imported into Returns yet." in err


def test_the_list_holds_every_metric(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _asked(capsys, "list", "--json")
    assert code == 0
    records = {record["name"]: record for record in json.loads(out)}
    assert set(records) == set(METRICS)
    assert records["order_value"]["formula"] == "paid_sales / orders"
    assert "net_sales" in _asked(capsys, "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "net_sale"], "No metric named 'net_sale'. Did you mean 'net_sales'?"),
        (["query", "orders", "--by", "catgory"], "Did you mean 'category'?"),
        (["query", "orders", "--where", "shp=a"], "Did you mean 'shop'?"),
        (["query", "orders", "--where", "shop"], "NAME=VALUE"),
        (["query", "orders", "--set", "aline=x"], "Did you mean 'align'?"),
        (["query", "orders", "--set", "align=moon"], "calendar, festival, weekday"),
        (["query", "orders", "--set", "maturity=soon"], "whole number of days"),
        (["query", "orders", "--from", "2026-03-02", "--to", "2026-03-01"], "not after its start"),
        (["query", "orders", "--from", "2026-03-02", "--to", "2026-03-02"], "not after its start"),
        (["query", "orders", "--from", "yesterday"], "write a date as"),
        (["query", "orders", "--grain", "decade"], "decade"),
        (["query", "orders", "--compare", "never"], "never"),
        (["query", "orders", "--role", "king"], "no role named 'king'"),
        (["query", "orders", "--top", "3"], "--top"),
        (["query", "orders", "--by", "shop", "--top", "0"], "--top"),
        (["query"], "METRIC"),
        (["sing"], "sing"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_says_what_to_do(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, out, err = _asked(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_warehouse_with_nothing_in_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOARD_WAREHOUSE", str(tmp_path / "none"))
    code, _, err = _asked(capsys, "query", "orders")
    assert code == 2
    assert "python -m connectors import" in err
    assert err.count("\n") == 1
