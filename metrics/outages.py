"""When stock is used up, and what is left of goods bought once when their season ends.

Demand of SKUs and places adds up with its variances, as if each sold independently of the others;
so any sum of stock has a stock-out date of its own (`metrics.models.replenishment`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from metrics.models.replenishment import season_outlook, stock_out

if TYPE_CHECKING:
    from datetime import date

    from metrics.metric import StoredReader
    from metrics.scope import Scope

DEMAND = ("expected_demand", "demand_variance", "demand_doubt")
"""Metrics that say what is expected to be sold a day, and how surely."""
OUT = ("out_p10", "out_p50", "out_p90", "out_within")
_NEEDS = ("available", *DEMAND)


def with_stockouts(state: pl.DataFrame) -> pl.DataFrame:
    """The rows, which have `available` and `DEMAND`, with `OUT` as `stock_out` gives them.

    Null where a demand is unknown or none is expected.
    """
    rows = state.with_columns(row=pl.int_range(pl.len()))
    known = rows.drop_nulls(_NEEDS).filter(pl.col("expected_demand") > 0)
    found = stock_out(_rates(known).with_columns(stock=known["available"].cast(pl.Float64)))
    told = found.rename({"sku": "row"}).select("row", *OUT)
    return rows.join(told, on="row", how="left", maintain_order="left").drop("row")


def with_dates(state: pl.DataFrame, today: date) -> pl.DataFrame:
    """The rows of `with_stockouts` with `stockout_date` and `stockout_late` (Date; P50, P90)."""
    days = {"stockout_date": "out_p50", "stockout_late": "out_p90"}
    dates = {name: pl.lit(today) + pl.duration(days=pl.col(of)) for name, of in days.items()}
    return state.with_columns(**dates)


def season_end(state: pl.DataFrame) -> pl.DataFrame:
    """SKUs bought once of which some is expected to be left when their season ends.

    Args:
        state: the answer by SKU and place that `metrics.replenish` takes.

    Returns:
        A row a SKU, those that bind most money first: `sku`, `skc`, `water_stock` (with what is on
        order), `season_demand` (units that are expected to stay sold until then), `left_units`
        (expected), `left_value` (at cost; null when that is unknown) and `sells_out`, the
        probability that nothing is left.
    """
    once = state.filter(pl.col("replenishable") == "no").drop_nulls(["target_stock", *DEMAND])
    sums = ("water_stock", "target_stock", *DEMAND)
    summed = once.group_by("sku", "skc").agg(pl.col(*sums).sum(), pl.col("unit_cost").max())
    known = summed.filter(pl.col("expected_demand") > 0).sort("sku", "skc")
    days = pl.col("target_stock") / pl.col("expected_demand")
    stock = known.select(stock="water_stock", days_left=days)
    found = season_outlook(_rates(known.with_columns(row=pl.int_range(pl.len()))).hstack(stock))
    left = found["left"].round(0).cast(pl.Int64)
    return (
        known.with_columns(left_units=left, sells_out=found["sells_out"])
        .filter(pl.col("left_units") > 0)
        .with_columns(left_value=pl.col("left_units") * pl.col("unit_cost"))
        .rename({"target_stock": "season_demand"})
        .select(
            "sku", "skc", "left_units", "left_value", "water_stock", "season_demand", "sells_out"
        )
        .sort("left_value", "sku", descending=[True, False], nulls_last=True)
    )


def stockout_reader(column: str) -> StoredReader:
    """The reader of a metric that is one of `OUT` of the stock in view."""

    def read(scope: Scope) -> pl.DataFrame:
        from metrics.answer import ask  # it knows the catalogue, which knows this
        from metrics.leaves import expand

        query = replace(scope.query, metrics=_NEEDS)
        frame, _ = ask(replace(scope, query=query), expand(_NEEDS, query.params))
        return with_stockouts(frame).select(*scope.keys, value=column)

    return read


def _rates(state: pl.DataFrame) -> pl.DataFrame:
    """Demand as the models take it, each row a SKU of its own."""
    return state.select(
        sku="row",
        rate="expected_demand",
        doubt="demand_doubt",
        dispersion=(pl.col("demand_variance") / pl.col("expected_demand")).clip(1.0),
    )
