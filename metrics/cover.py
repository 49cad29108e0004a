"""How long stock lasts by SKC and size, and how far SKUs are sold beside their wave."""

from __future__ import annotations

import polars as pl

_WAVE = ("year_season", "wave")


def cover_by_size(state: pl.DataFrame, most: int) -> pl.DataFrame:
    """The SKCs that sell most money, size by size, over all places.

    Args:
        state: the answer by SKU and place that `metrics.replenish` takes.
        most: how many SKCs; those that sell most money a day.

    Returns:
        `skc`, `size`, `available` (units), `days_of_cover` (null without demand), `missing` (a core
        size of which nothing is left) and `place` (the rank of the SKC from 0).
    """
    known = state.drop_nulls("skc")
    ranks = (
        known.group_by("skc")
        .agg(pl.col("forward_sales").sum())
        .sort("forward_sales", "skc", descending=[True, False])
        .head(most)
        .with_row_index("place")
    )
    some = pl.when(pl.col("forward_demand") > 0).then(pl.col("forward_demand"))
    return (
        known.join(ranks.select("skc", "place"), on="skc")
        .group_by("place", "skc", "size")
        .agg(
            pl.col("available", "covered_stock", "forward_demand").sum(),
            (pl.col("core_size") == "yes").any().alias("core"),
        )
        .with_columns((pl.col("covered_stock") / some).alias("days_of_cover"))
        .with_columns((pl.col("core") & (pl.col("available") <= 0)).alias("missing"))
        .select("place", "skc", "size", "available", "days_of_cover", "missing")
        .sort("place", "size", nulls_last=True)
    )


def beside_wave(rows: pl.DataFrame, by_sku: pl.DataFrame, by_wave: pl.DataFrame) -> pl.DataFrame:
    """The rows with their SKU's sell-through, that of its wave, and by how much it is ahead.

    Args:
        rows: with `sku`, `year_season` and `wave`.
        by_sku: `sku` and `sell_through`, over all places.
        by_wave: `year_season`, `wave` and `sell_through`.

    Returns:
        The rows in their order with `sell_through`, `wave_sell_through` and `ahead` (a difference
        of shares), null where either is unknown or the SKU has no wave.
    """
    of_wave = by_wave.drop_nulls(_WAVE).select(
        *_WAVE, pl.col("sell_through").alias("wave_sell_through")
    )
    return (
        rows.join(by_sku.select("sku", "sell_through"), on="sku", how="left", maintain_order="left")
        .join(of_wave, on=_WAVE, how="left", maintain_order="left")
        .with_columns((pl.col("sell_through") - pl.col("wave_sell_through")).alias("ahead"))
    )
