"""Files imported whole into every engine: the same tables, and the same fates."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from sqlalchemy import select

from connectors.engines import connect, rejects
from connectors.importing.find import find
from connectors.importing.run import named_job, run_import
from connectors.schema import customers, first_orders, order_lines, returns, shops

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Table

    from connectors.importing.report import Report
    from connectors.settings import Settings

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
DAY = '''1,22423,CAKE STAND,2,2011-01-04 10:00:00,10.95,17850.0,France
1,22423,CAKE STAND,1,2011-01-04 10:00:00,10.95,17850.0,France
1,POST,POSTAGE,1,2011-01-04 10:00:00,18.00,17850.0,France
2,85123A,"HEART, ""WHITE""",x,2011-01-04 11:00:00,2.55,,Lëtzebuerg
C3,22423,CAKE STAND,-1,2011-01-04 12:30:00,10.95,17850.0,Belgium
'''


@pytest.fixture
def imported(url: str, settings: Settings, tmp_path: Path) -> Any:
    """Imports a text as the day's file, and gives the report."""

    def run(text: str) -> Report:
        file = tmp_path / "day.csv"
        file.write_text(HEADER + text, encoding="utf-8")
        job, toml = named_job("online_retail", "order_lines", find([str(file)]), {})
        state = str(tmp_path / "state.db")
        return run_import(job, toml, settings.model_copy(update={"warehouse": url, "state": state}))

    return run


def rows(url: str, settings: Settings, table: Table, *names: str) -> list[tuple[Any, ...]]:
    connector = connect(url, settings)
    try:
        return connector.frame(select(*(table.c[name] for name in names))).sort(names).rows()
    finally:
        connector.close()


def test_a_file_becomes_tables(url: str, settings: Settings, imported: Any) -> None:
    report = imported(DAY)
    assert (report.read, report.loaded) == (5, 3)
    assert (report.excluded, report.rejected) == (
        {"service_codes": 1},
        {"Quantity: not a whole number": 1},
    )
    names = ("line_id", "quantity", "sales_amount", "ordered_at", "sold_date", "has_time")
    at = datetime(2011, 1, 4, 2)  # noqa: DTZ001 (UTC without an offset, as everywhere)
    assert rows(url, settings, order_lines, *names) == [
        ("22423#1", 2, 21.9, at, date(2011, 1, 4), True),
        ("22423#2", 1, 10.95, at, date(2011, 1, 4), True),
    ]
    assert rows(url, settings, returns, "return_id", "refund_amount", "order_id") == [
        ("C3", 10.95, None)
    ]
    assert rows(url, settings, customers, "customer_id", "region") == [("17850", "Belgium")]
    assert rows(url, settings, first_orders, "customer_id", "order_id") == [("17850", "1")]
    [reject] = rejects(url, settings).select("file", "line", "document").rows()
    assert reject == ("day.csv", 5, "2011-01-04")


def test_again_corrected_and_mended(url: str, settings: Settings, imported: Any) -> None:
    imported(DAY)
    again = imported(DAY)
    assert (again.loaded, again.updated, again.unchanged, again.removed) == (0, 0, 3, 0)
    mended = imported(DAY.replace(",x,", ",1,").replace("1,22423,CAKE STAND,1,", "1,22423,CAKE,4,"))
    assert (mended.loaded, mended.updated, mended.unchanged, mended.removed) == (1, 1, 2, 0)
    shorter = imported(DAY.splitlines(keepends=True)[0])
    assert (shorter.unchanged, shorter.removed) == (1, 3)
    assert rows(url, settings, order_lines, "line_id") == [("22423#1",)]
    assert rows(url, settings, returns, "return_id") == []
    assert rejects(url, settings).is_empty()


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_zero_bytes_are_dropped_on_every_engine(
    url: str, settings: Settings, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"shops{suffix}"
    if suffix == ".jsonl":
        file.write_text('{"shop_id": "a\\u0000b", "name": "\\u0000", "platform": "own"}\n')
    else:
        row = {"shop_id": ["a\0b"], "name": ["\0"], "platform": ["own"]}
        pl.DataFrame(row).write_parquet(file)
    job, toml = named_job("canonical", "shops", find([str(file)]), {})
    own = {"warehouse": url, "state": str(tmp_path / "state.db")}
    report = run_import(job, toml, settings.model_copy(update=own))
    assert (report.read, report.loaded) == (1, 1)
    assert rows(url, settings, shops, "shop_id", "name", "platform") == [("ab", None, "own")]
