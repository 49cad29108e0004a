"""Models on a demo shop of eight months: the forecast and what rests on it, values by channel."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo
from connectors.engines import connect
from connectors.schema import customer_values
from connectors.settings import Settings
from metrics import Query, load_access, run
from tests.models.demand_truth import true_errors

if TYPE_CHECKING:
    import polars as pl

LAST = date(2026, 5, 31)
SINCE = LAST - timedelta(days=89)
SHARES = {"ltv_p10": 0.1, "ltv_p25": 0.25, "ltv_p50": 0.5, "ltv_p75": 0.75, "ltv_p90": 0.9}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("demo")
    made = Settings(warehouse=str(folder / "warehouse"), state=str(folder / "state.db"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOARD_NOW", f"{LAST + timedelta(days=1)}T10:00")
        run_demo(Arguments(LAST, orders=60_000, days=240), made, wait=1)
    return made


def test_the_forecast_beats_level_and_weekday_on_true_demand(settings: Settings) -> None:
    errors = true_errors(settings, LAST)
    assert errors["blend"] <= 0.9 * errors["profile"]


def test_the_last_week_is_planned_by_the_forecast(settings: Settings) -> None:
    (file,) = Path(settings.warehouse).glob("generation-*.duckdb")
    with duckdb.connect(str(file), read_only=True) as shop:
        rows = shop.sql(
            """
            WITH told AS (
                SELECT warehouse_id, sku_id, sum(units) / 7 AS rate FROM forecasts GROUP BY ALL
            )
            SELECT week, demand, rate FROM stock_targets JOIN told USING (warehouse_id, sku_id)
            WHERE demand IS NOT NULL AND rate > 0
            """
        ).fetchall()
    last = (LAST - date(1969, 12, 29)).days // 7
    now = [(demand, rate) for week, demand, rate in rows if week == last]
    assert len(now) > 500
    assert max(week for week, _, _ in rows) == last
    assert all(demand == pytest.approx(rate) for demand, rate in now)
    others = [abs(demand - rate) > 0.01 for week, demand, rate in rows if week < last]
    assert sum(others) > len(others) / 2


def _asked(settings: Settings, where: tuple[tuple[str, tuple[str, ...]], ...]) -> pl.DataFrame:
    end = LAST + timedelta(days=1)
    query = Query(("new_customers", *SHARES), SINCE, end, by=("channel",), where=where)
    connector = connect(settings.warehouse, settings)
    try:
        return run(query, load_access("unrestricted", settings), connector).frame
    finally:
        connector.close()


def _values(settings: Settings) -> pl.DataFrame:
    connector = connect(settings.warehouse, settings)
    try:
        rows = connector.frame(customer_values.select())
    finally:
        connector.close()
    return rows.filter(rows["acquired_date"].is_between(SINCE, LAST))


@pytest.mark.parametrize("shop", [None, "tmall_flagship"])
def test_values_spread_by_channel_as_those_of_its_customers(
    settings: Settings, shop: str | None
) -> None:
    shown = _asked(settings, (("shop", (shop,)),) if shop else ())
    rows = _values(settings).drop_nulls(["contribution", "expected_contribution"])
    rows = rows.filter(rows["shop_id"] == shop) if shop else rows
    spread = 0
    for row in shown.iter_rows(named=True):
        own = rows.filter(rows["channel"].eq_missing(row["channel"]))
        values = (own["contribution"] + own["expected_contribution"]).to_numpy()
        if not len(values):
            assert row["ltv_p50"] is None
            continue
        for name, share in SHARES.items():
            assert row[name] == pytest.approx(np.quantile(values, share), abs=1e-6)
        spread += row["ltv_p90"] > row["ltv_p10"]
    assert spread >= (3 if shop else 10)
