"""The forecast from import to command: what is stored, printed and refused."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from connectors.__main__ import main as connectors
from connectors.engines import connect
from connectors.schema import forecast_backtest, forecast_bands, forecasts
from connectors.settings import load_settings
from metrics.__main__ import main
from metrics.sales_history import sales_panel

if TYPE_CHECKING:
    from pathlib import Path

START, DAYS = date(2026, 1, 1), 70
LAST = START + timedelta(days=DAYS - 1)
SKUS = 6
HEADER = "shop_id,order_id,line_id,ordered_at,sku_id,category,warehouse_id,quantity,unit_price"


def _lines() -> list[str]:
    random, lines = Random(3), []
    for t in range(DAYS):
        for n in range(30):
            sku = random.randrange(SKUS)
            place = f"{random.choice('ab')},o{t}-{n},1,{START + timedelta(days=t)} 10:00"
            house = random.choices(("north", "south"), (3, 1))[0]
            lines.append(f"{place},S{sku},{'dress' if sku < 3 else 'shirt'},{house},1,50")
    return lines


def _import(folder: Path, table: str, header: str, lines: list[str]) -> None:
    file = folder / f"{table}.csv"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    assert connectors(["import", str(file), "--as", table, "--mapping", "canonical"]) == 0


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOARD_WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("BOARD_LANGUAGE", "en")
    monkeypatch.setenv("BOARD_NOW", str(LAST + timedelta(days=1)))
    return tmp_path


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["forecast", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_an_import_stores_a_forecast_whose_sums_agree(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = _lines()
    _import(shop, "order_lines", HEADER, lines)
    connector = connect(load_settings().warehouse, load_settings())
    try:
        by_shop = select(forecasts.c.shop_id, func.sum(forecasts.c.units).label("units"))
        parts = dict(connector.frame(by_shop.group_by(forecasts.c.shop_id)).iter_rows())
        days = connector.frame(select(forecasts.c.forecast_date).distinct())["forecast_date"]
        tried = connector.frame(select(func.count().label("n")).select_from(forecast_backtest))
    finally:
        connector.close()
    assert sorted(days) == [LAST + timedelta(days=n) for n in range(1, 8)]
    assert tried.item() > 0
    code, out, _ = _asked(capsys, "--by", "shop", "--format", "json")
    assert code == 0
    assert {row["shop"]: row["units"] for row in json.loads(out)} == pytest.approx(parts)
    _, out, _ = _asked(capsys, "--format", "csv")
    (total,) = csv.DictReader(io.StringIO(out))
    assert float(total["units"]) == pytest.approx(sum(parts.values()))
    assert float(total["units"]) == pytest.approx(7 * 30, rel=0.1)
    assert float(total["low_80"]) < 7 * 30 < float(total["high_80"])
    recent = Counter(line[0] for line in lines)
    assert parts["a"] / parts["b"] == pytest.approx(recent["a"] / recent["b"], rel=0.05)


def test_another_horizon_is_forecast_anew_and_not_stored(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _import(shop, "order_lines", HEADER, _lines())
    code, out, _ = _asked(capsys, "--days", "14", "--by", "sku", "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert {row["sku"] for row in rows} == {f"S{n}" for n in range(SKUS)}
    assert sum(row["units"] for row in rows) == pytest.approx(14 * 30, rel=0.1)
    assert {row["last_date"] for row in rows} == {str(LAST + timedelta(days=14))}
    _, out, _ = _asked(capsys, "--format", "json")
    assert json.loads(out)[0]["last_date"] == str(LAST + timedelta(days=7))


def test_old_sales_are_forecast_by_the_command_alone(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_NOW", "2027-06-01")
    _import(shop, "order_lines", HEADER, _lines())
    connector = connect(load_settings().warehouse, load_settings())
    assert forecast_bands.name not in connector.tables()
    connector.close()
    code, out, _ = _asked(capsys, "--format", "json")
    assert code == 0
    assert json.loads(out)[0]["first_date"] == str(LAST + timedelta(days=1))
    connector = connect(load_settings().warehouse, load_settings())
    assert forecast_bands.name in connector.tables()
    connector.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--days", "0"), "--days is 0: a forecast reaches 1 to 28 days."),
        (("--days", "99"), "--days is 99: a forecast reaches 1 to 28 days."),
    ],
)
def test_mistakes_are_told_in_one_line(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    _import(shop, "order_lines", HEADER, _lines()[:30])
    code, out, err = _asked(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_too_few_days_are_refused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _import(shop, "order_lines", HEADER, _lines()[: 30 * 21])
    code, _, err = _asked(capsys)
    assert code == 2
    assert "21 days of sales are too few to forecast 7: 22 are needed." in err


def test_a_day_counts_by_the_share_of_buyers_that_could_be_served(shop: Path) -> None:
    """S0 is gone in the south for two days, on one of which it was still sold there."""
    _import(shop, "order_lines", HEADER, _lines())
    sold = [line.split(",") for line in _lines()]
    south = [row for row in sold if row[6] == "south" and row[4] == "S0"]
    still = south[0][3][:10]
    never = next(
        str(START + timedelta(days=t))
        for t in range(DAYS)
        if all(row[3][:10] != str(START + timedelta(days=t)) for row in south)
    )
    stock = [
        f"{day},{house},S0,{0 if house == 'south' else 9},0"
        for day in (still, never)
        for house in ("north", "south")
    ]
    _import(shop, "stock_daily", "stock_date,warehouse_id,sku_id,on_hand,reserved", stock)
    connector = connect(load_settings().warehouse, load_settings())
    panel = sales_panel(connector, LAST)
    connector.close()
    row, column = panel.open[0], (date.fromisoformat(never) - START).days
    share = Counter(each[6] for each in sold)
    assert row[column] == pytest.approx(share["north"] / (share["north"] + share["south"]))
    assert (row[:column] == 1).all()
    assert (row[column + 1 :] == 1).all()
