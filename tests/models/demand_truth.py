"""A demo shop's forecast against what was truly wanted: empty shelves hide it from sales."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from connectors.demo.run import truth_folder
from connectors.engines import connect
from metrics.models.forecast import forecast
from metrics.sales_history import sales_panel

if TYPE_CHECKING:
    from connectors.settings import Settings

WEEK = 7


def true_errors(settings: Settings, last: date) -> dict[str, float]:
    """WAPE of a week's demand by SKU, over the eight weeks before `last` that are foretold.

    Returns:
        of the forecast ("blend") and of level × weekday ("profile"), each week by what was known
        on its morning, of the SKUs that were on sale.
    """
    connector = connect(settings.warehouse, settings)
    try:
        panel = sales_panel(connector, last)
    finally:
        connector.close()
    tried = forecast(panel, WEEK).tried
    wanted = pl.read_parquet(truth_folder(settings) / "demand.parquet")
    weeks = tried.select("blend", "profile", "origin", sku_id=panel.items["sku"].gather(tried["i"]))
    day = pl.lit(panel.start) + pl.duration(days="origin")
    came = (
        weeks.with_columns(first=day)
        .join(wanted, on="sku_id")
        .filter(pl.col("date").is_between("first", pl.col("first") + timedelta(days=WEEK - 1)))
        .group_by("sku_id", "origin")
        .agg(came=pl.col("demand").sum())
    )
    both = weeks.join(came, on=["sku_id", "origin"], how="left").fill_null(0)
    share = {
        name: (pl.col(name) - pl.col("came")).abs().sum() / pl.col("came").sum()
        for name in ("blend", "profile")
    }
    return both.select(**share).row(0, named=True)
