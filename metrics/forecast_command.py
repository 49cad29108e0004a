"""The command `python -m metrics forecast`: what is expected of the days to come."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import select

from connectors.clock import now
from connectors.engines import connect, open_for_import
from connectors.errors import UserError
from connectors.schema import forecast_bands
from connectors.settings import load_settings
from metrics import output
from metrics.sales_history import sold_days

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from datetime import date

    from connectors.cli import Parser
    from connectors.engines.base import Connector
    from connectors.settings import Settings

LEVELS = ("total", "category", "style", "sku", "shop", "warehouse")
LONGEST = 28
WAIT = 600.0
"""Seconds to wait for an import before the forecast is stored."""


def add_parser(commands: _SubParsersAction[Parser]) -> None:
    """Adds `forecast` to the commands of `python -m metrics`."""
    parser = commands.add_parser("forecast", help="units expected over the days to come")
    parser.add_argument("--days", type=int, default=7, metavar="N", help="how many days (7)")
    parser.add_argument("--by", choices=LEVELS, default="total")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    parser.set_defaults(command=_forecast)


def _forecast(given: Namespace) -> int:
    if not 1 <= given.days <= LONGEST:
        message = "--days is {days}: a forecast reaches 1 to {longest} days."
        raise UserError(message, days=given.days, longest=LONGEST)
    bands = _bands(load_settings(), given.days).filter(pl.col("level") == given.by)
    named = bands.drop("level").rename({"member": given.by}).sort("units", descending=True)
    _write(named.drop(given.by) if given.by == "total" else named, given.format)
    return 0


def _bands(settings: Settings, days: int) -> pl.DataFrame:
    """The stored forecast while it is of today's data, else a new one, stored when of a week."""
    from metrics.forecasts import HORIZON, forecast_tables

    connector, today = connect(settings.warehouse, settings), now(settings.zone).date()
    try:
        stored = _stored(connector, today, days)
        if stored is not None:
            return stored
        if days != HORIZON:
            return forecast_tables(connector, today, days)[forecast_bands]
        demo = connector.meta().demo
    finally:
        connector.close()
    url, what = settings.warehouse, "forecast"
    with open_for_import(url, settings, wait=WAIT, what=what, demo=demo) as writer:
        made = forecast_tables(writer, today, days)
        for table, rows in made.items():
            writer.build(table, rows)
    return made[forecast_bands]


def _stored(connector: Connector, today: date, days: int) -> pl.DataFrame | None:
    if forecast_bands.name not in connector.tables():
        return None
    sold = sold_days(connector, today)
    bands = connector.frame(select(*forecast_bands.columns))
    first, last = bands.select("first_date", "last_date").row(0)
    current = sold is not None and first == sold[1] + timedelta(days=1)
    return bands if current and last == first + timedelta(days=days - 1) else None


def _write(rows: pl.DataFrame, form: str) -> None:
    if form == "json":
        output.write_json(rows.to_dicts(), sys.stdout)
    elif form == "csv":
        sys.stdout.write(rows.write_csv())
    else:
        with pl.Config(
            tbl_rows=-1,
            tbl_cols=-1,
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            tbl_formatting="MARKDOWN",
            tbl_width_chars=10_000,
            float_precision=2,
        ):
            sys.stdout.write(f"{rows}\n")
