"""The stored forecast: three tables from one estimate.

The model forecasts each SKU as a whole. A shop's and a warehouse's part is its share of the SKU's
recent sales (of its category's where the SKU has none), so every sum agrees with its parts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from connectors.clock import now
from connectors.errors import UserError
from connectors.schema import forecast_backtest, forecast_bands, forecasts
from metrics.models.forecast import Forecast, Panel, backtest_table, forecast, sku_table, sum_table
from metrics.nothing import no_rows
from metrics.sales_history import PLACES, Source, recent_shares, sales_panel, sold_days

if TYPE_CHECKING:
    from sqlalchemy import Table

    from connectors.engines.base import Writer

HORIZON = 7
"""Days that are forecast after an import."""
LEAST = timedelta(days=60)
"""With fewer days of sales nothing is forecast by itself."""
STALE = timedelta(days=60)
"""Sales that ended longer ago say nothing of next week: only the command forecasts then."""
TABLES = (forecasts, forecast_bands, forecast_backtest)


def built_forecasts(writer: Writer) -> dict[Table, pl.DataFrame]:
    """What an import builds: the forecast, or empty tables where the sales are too few or old."""
    today = now(ZoneInfo(writer.meta.time_zone)).date()
    days = sold_days(writer, today)
    if days is None or days[1] - days[0] < LEAST or today - days[1] > STALE:
        return {table: no_rows(table) for table in TABLES}
    return forecast_tables(writer, today, HORIZON)


def forecast_tables(source: Source, today: date, horizon: int) -> dict[Table, pl.DataFrame]:
    """The rows of the three tables: the `horizon` days after the last complete day with sales.

    Raises:
        UserError: when there are no sales, or too few days of them.
    """
    days = sold_days(source, today)
    if days is None:
        raise UserError("There are no paid sales with a SKU to forecast from: import orders first.")
    panel = sales_panel(source, days[1])
    made = forecast(panel, horizon)
    shares = recent_shares(source, panel, days[1])
    first, last = days[1] + timedelta(days=1), days[1] + timedelta(days=horizon)
    bands = _bands(panel, made, shares).with_columns(
        first_date=first, last_date=last, model=pl.lit(made.model)
    )
    parts = _parts(panel, made, shares, first)
    return {
        forecasts: parts.with_columns(known_date=days[1], model=pl.lit(made.model)),
        forecast_bands: bands,
        forecast_backtest: backtest_table(panel, made).with_columns(horizon_days=pl.lit(horizon)),
    }


def _parts(panel: Panel, made: Forecast, shares: pl.DataFrame, first: date) -> pl.DataFrame:
    """Units by SKU, shop, warehouse and day."""
    horizon = made.daily.shape[1]
    skus = panel.items.select(
        "category", "size", sku_id="sku", style_id="style", i=pl.int_range(pl.len())
    )
    daily = pl.DataFrame(made.daily, schema=[str(day) for day in range(horizon)], orient="row")
    long = skus.hstack(daily).unpivot(index=skus.columns, variable_name="ahead", value_name="all")
    day = pl.lit(first) + pl.duration(days=pl.col("ahead").cast(pl.Int64))
    return (
        long.join(shares, on="i")
        .with_columns(forecast_date=day, units=pl.col("all") * pl.col("share"))
        .drop("i", "ahead", "all", "share")
    )


def _bands(panel: Panel, made: Forecast, shares: pl.DataFrame) -> pl.DataFrame:
    """Units over the horizon with their intervals, level by level."""
    skus = panel.items.with_columns(i=pl.int_range(pl.len()), share=pl.lit(1.0), all=pl.lit(""))
    groups = {
        name: skus.select("i", "share", member=pl.col(column).fill_null(""))
        for name, column in (("style", "style"), ("category", "category"), ("total", "all"))
    }
    groups |= {
        name.removesuffix("_id"): shares.select("i", "share", member=name) for name in PLACES
    }
    levels = {"sku": sku_table(panel, made).rename({"sku": "member"})}
    levels |= {name: sum_table(made, parts) for name, parts in groups.items()}
    return pl.concat([rows.with_columns(level=pl.lit(name)) for name, rows in levels.items()])
