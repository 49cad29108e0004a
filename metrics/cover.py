"""How long stock lasts by SKC and size, and how far SKUs are sold beside their wave."""

from __future__ import annotations

from typing import Any

import polars as pl

_WAVE = ("year_season", "wave")


def cover_by_size(state: pl.DataFrame, most: int) -> pl.DataFrame:
    """The SKCs that sell most money, size by size, over all places; those with gaps come first.

    Args:
        state: the answer by SKU and place that `metrics.replenish` takes.
        most: how many SKCs: of those that sell most money a day, up to half with a core size sold
            out, then others.

    Returns:
        `skc`, `size`, `available` (units), `days_of_cover` (null without demand), `missing` (a core
        size of which nothing is left) and `place` (the rank of the SKC from 0).
    """
    some = pl.when(pl.col("forward_demand") > 0).then(pl.col("forward_demand"))
    cells = (
        state.drop_nulls("skc")
        .group_by("skc", "size")
        .agg(
            pl.col("available", "covered_stock", "forward_demand", "forward_sales").sum(),
            (pl.col("core_size") == "yes").any().alias("core"),
        )
        .with_columns((pl.col("core") & (pl.col("available") <= 0)).alias("missing"))
        .with_columns((pl.col("covered_stock") / some).alias("days_of_cover"))
    )
    return (
        cells.join(_ranks(cells, most), on="skc")
        .select("place", "skc", "size", "available", "days_of_cover", "missing")
        .sort("place", "size", nulls_last=True)
    )


def _ranks(cells: pl.DataFrame, most: int) -> pl.DataFrame:
    order: dict[str, Any] = {"by": ["sales", "skc"], "descending": [True, False]}
    ranked = cells.group_by("skc").agg(
        pl.col("forward_sales").sum().alias("sales"), pl.col("missing").any().alias("broken")
    )
    selling = ranked.filter(pl.col("sales") > 0).sort(**order)
    broken = selling.filter("broken").head(most // 2)
    rest = ranked.join(broken, on="skc", how="anti").sort(**order).head(most - broken.height)
    return pl.concat([broken, rest]).select("skc").with_row_index("place")


def beside_wave(rows: pl.DataFrame, by_sku: pl.DataFrame, by_wave: pl.DataFrame) -> pl.DataFrame:
    """The rows with their SKU's sell-through, that of its wave, and by how much it is ahead.

    Args:
        rows: with `sku`, `year_season` and `wave`.
        by_sku: `sku` and `sell_through`, over all places.
        by_wave: `year_season`, `wave` and `sell_through`.

    Returns:
        The rows in their order with `sku_sell_through`, `wave_sell_through` and `ahead` (a
        difference of shares), null where either is unknown or the SKU has no wave.
    """
    sold = pl.col("sell_through").alias("sku_sell_through")
    of_wave = by_wave.drop_nulls(_WAVE).select(
        *_WAVE, pl.col("sell_through").alias("wave_sell_through")
    )
    return (
        rows.join(by_sku.select("sku", sold), on="sku", how="left", maintain_order="left")
        .join(of_wave, on=_WAVE, how="left", maintain_order="left")
        .with_columns((pl.col("sku_sell_through") - pl.col("wave_sell_through")).alias("ahead"))
    )
