"""What to order, move and clear, from one answer by SKU and place.

All take the answer to a question by `PLACES` with the metrics `STATE` (units, money, units a day; a
null is unknown and never counts as a reason to act), and add up over places only what adds up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from metrics.outages import DEMAND, with_dates, with_stockouts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

PLACES = ("sku", "warehouse", "skc", "size", "core_size", "replenishable", "year_season", "wave")
STATE = (
    "forward_sales",
    "available",
    "reserved",
    "inbound",
    "returning",
    "safety_stock",
    "reorder_point",
    "target_stock",
    "water_stock",
    "covered_stock",
    "forward_demand",
    "days_of_cover",
    "stock_age",
    "stock_value",
    "stock_value_over_90",
    "unit_cost",
    *DEMAND,
)
BANDS = ("out", "critical", "low", "healthy", "over")
MAX_COVER = 2
"""Times the target above which stock is too much."""
HALF_A_SEASON = 0.5
"""The share of what the rest of its season keeps below which goods bought once are critical."""
TO_LAST = 28
"""Days that what is moved shall last where it goes."""
TO_KEEP = 56
"""Days of demand that stay where it comes from."""
_SKU = ["sku", "skc"]


def with_bands(state: pl.DataFrame) -> pl.DataFrame:
    """The rows with `band`: how stock stands to its target, one of `BANDS`.

    Null where nothing is to be judged: no target is known, or nothing is there and nobody buys it.
    Goods bought once have neither safety stock nor reorder point. Their target is what the rest of
    their season is expected to keep: below it they are low, and critical when what is there and
    coming will not do for half of it.
    """
    there, target = pl.col("available"), pl.col("target_stock")
    scarce = pl.col("reorder_point").is_null() & (pl.col("water_stock") < target * HALF_A_SEASON)
    alive = (there > 0) | (pl.col("forward_demand") > 0)
    band = (
        pl.when(target.is_null() | there.is_null() | ~alive.fill_null(value=False))
        .then(None)
        .when(there <= 0)
        .then(pl.lit("out"))
        .when((there < pl.col("safety_stock").fill_null(0)) | scarce)
        .then(pl.lit("critical"))
        .when(pl.col("water_stock") < pl.col("reorder_point").fill_null(target))
        .then(pl.lit("low"))
        .when(pl.col("water_stock") <= target * MAX_COVER)
        .then(pl.lit("healthy"))
        .otherwise(pl.lit("over"))
    )
    return state.with_columns(band.alias("band"))


def band_counts(banded: pl.DataFrame) -> pl.DataFrame:
    """`warehouse`, `band`, `place` (its number) and `skus`: the judged rows of `with_bands`."""
    places = pl.DataFrame({"band": BANDS, "place": range(len(BANDS))})
    counted = banded.drop_nulls("band").group_by("warehouse", "band").agg(pl.len().alias("skus"))
    return counted.join(places, on="band").sort("warehouse", "place", nulls_last=True)


def reorder(state: pl.DataFrame, today: date) -> pl.DataFrame:
    """SKUs that can be ordered again and stand, with what is on order, below the reorder point.

    Args:
        state: the answer.
        today: the day on which stock stands so.

    Returns:
        A row a SKU, those that sell most money first: `sku`, `skc`, `available`, `inbound`,
        `stockout_date` and `stockout_late` (by when it is out if nothing arrives, as likely as
        not and in nine cases of ten; null where no demand is known), `reorder_point`,
        `days_of_cover`, `forward_sales`, `order_units` (up to the target, whole units) and
        `order_cost` (at cost; null when that is unknown).
    """
    again = pl.col("replenishable") == "yes"
    planned = state.filter(again).drop_nulls(["reorder_point", "target_stock"])
    stands = pl.col("available") + pl.col("inbound")
    units = (pl.col("target_stock") - stands).round(6).ceil().cast(pl.Int64)
    wanted = with_stockouts(_by_sku(planned).filter(stands < pl.col("reorder_point")))
    return (
        with_dates(wanted, today)
        .with_columns(units.alias("order_units"))
        .with_columns((pl.col("order_units") * pl.col("unit_cost")).alias("order_cost"))
        .select(
            *_SKU,
            "order_units",
            "order_cost",
            "stockout_date",
            "stockout_late",
            "available",
            "inbound",
            "reorder_point",
            "days_of_cover",
            "forward_sales",
        )
        .sort(pl.col("forward_sales"), *_SKU, descending=[True, False, False], nulls_last=True)
    )


def clear(state: pl.DataFrame) -> pl.DataFrame:
    """SKUs of which, older than 90 days in part, more than the longest cover is there.

    Returns:
        A row a SKU, those that bind most money first: `sku`, `skc`, `clear_units` (what is beyond
        the target), `clear_value` (at cost), `available`, `days_of_cover`, `stock_value_over_90`.
    """
    judged = state.drop_nulls(["target_stock", "available"])
    beyond = (pl.col("available") - pl.col("target_stock")).round(6).floor().cast(pl.Int64)
    return (
        _by_sku(judged)
        .filter(
            pl.col("available") > pl.col("target_stock") * MAX_COVER,
            pl.col("stock_value_over_90") > 0,
        )
        .with_columns(beyond.alias("clear_units"))
        .filter(pl.col("clear_units") > 0)
        .with_columns((pl.col("clear_units") * pl.col("unit_cost")).alias("clear_value"))
        .select(
            *_SKU, "clear_units", "clear_value", "available", "days_of_cover", "stock_value_over_90"
        )
        .sort("clear_value", *_SKU, descending=[True, False, False], nulls_last=True)
    )


def transfer(state: pl.DataFrame) -> pl.DataFrame:
    """Moves of a SKU from where more lies than 56 days sell to where 28 days are not covered.

    The greatest want is met first, from the greatest surplus, each as far as it goes.

    Returns:
        A row a move, those that save most first: `sku`, `skc`, `origin`, `warehouse` (where it is
        wanted), `move_units` and `saved_sales`: what those units sell there within the 28 days.
    """
    demand = pl.col("forward_demand")
    want = demand * TO_LAST - pl.col("available").clip(0) - pl.col("inbound").fill_null(0)
    spare = pl.col("available") - demand * TO_KEEP
    places = state.with_columns(
        want.round(6).floor().cast(pl.Int64).fill_null(0).alias("want"),
        spare.round(6).floor().cast(pl.Int64).fill_null(0).alias("spare"),
        (pl.col("forward_sales") / pl.when(demand > 0).then(demand)).alias("price"),
    )
    both = (pl.col("want").max().over("sku") > 0) & (pl.col("spare").max().over("sku") > 0)
    chosen = places.filter(both, pl.col("warehouse").is_not_null()).sort("sku", "warehouse")
    moves = [
        move
        for rows in chosen.partition_by("sku", maintain_order=True)
        for move in _moves(rows.rows(named=True))
    ]
    schema = {
        **dict.fromkeys((*_SKU, "origin", "warehouse"), pl.String),
        "move_units": pl.Int64,
        "saved_sales": pl.Float64,
    }
    found = pl.DataFrame(moves, schema=schema, orient="row")
    return found.sort("saved_sales", "sku", descending=[True, False], nulls_last=True)


def moves_of(moves: pl.DataFrame, places: tuple[str, ...]) -> pl.DataFrame:
    """Those of `transfer` that leave or reach one of the places; all where none is named."""
    if not places:
        return moves
    return moves.filter(pl.col("origin").is_in(places) | pl.col("warehouse").is_in(places))


def _moves(places: list[dict[str, object]]) -> Iterator[tuple[object, ...]]:
    left = {each["warehouse"]: each["spare"] for each in places}
    for to in sorted(places, key=lambda each: -_number(each["want"])):
        wanted = _number(to["want"])
        for origin in sorted(left, key=lambda each: -_number(left[each])):
            units = min(wanted, _number(left[origin]))
            if units < 1:
                break
            left[origin] = _number(left[origin]) - units
            wanted -= units
            price = to["price"]
            saved = None if price is None else units * float(str(price))
            yield to["sku"], to["skc"], origin, to["warehouse"], units, saved


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _by_sku(state: pl.DataFrame) -> pl.DataFrame:
    """Sums over places; a cover is the sum of stock by the sum of demand."""
    sums = ("available", "inbound", "reorder_point", "target_stock", "stock_value_over_90")
    rates = ("forward_demand", "forward_sales", "covered_stock", *DEMAND)
    summed = state.group_by(_SKU).agg(pl.col(*sums, *rates).sum(), pl.col("unit_cost").max())
    some = pl.when(pl.col("forward_demand") > 0).then(pl.col("forward_demand"))
    return summed.with_columns((pl.col("covered_stock") / some).alias("days_of_cover"))
