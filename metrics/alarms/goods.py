"""Goods that run out before new ones can come, and goods that do not sell as planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import func, select

from connectors.schema import products, suppliers
from metrics.alarms.rates import USUAL, VALUE
from metrics.models.replenishment import LONGEST
from metrics.outages import DEMAND, with_stockouts
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from datetime import date

    from metrics.alarms.asking import Asking
    from metrics.alarms.rules import Rule

A_CLASS = 0.8
"""The share of sales that the goods of class A make up."""
WEEKS = 28
_item, _supplier = products.c, suppliers.c
_STANDS = ("available", "inbound", "forward_sales", *DEMAND)


def stock_out(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """Days for which goods of class A last beyond the time that new ones need; less than 0: short.

    They last until they are as likely used up as not (P50) by the demand planned in the week of
    each day (`stock_targets`): what is there, and what is on order, which comes before what would
    be ordered now.
    """
    frame = asking.by_day([*_STANDS, *rule.minimum], rule, start, end)
    if frame.is_empty():
        return frame
    held = pl.col("available").clip(0) + pl.col("inbound").fill_null(0)
    best = frame.filter(pl.col("forward_sales") > 0).filter(_of_class_a())
    known = best.join(_plans(asking).drop_nulls("lead_days"), on="skc", how="inner").filter(
        pl.col("expected_demand") > 0
    )
    lasts = pl.col("out_p50").fill_null(LONGEST + 1).cast(pl.Float64)
    return with_stockouts(known.with_columns(held.alias("available"))).with_columns(
        (lasts - pl.col("lead_days")).alias(VALUE), lasts.alias(USUAL)
    )


def sell_through(rule: Rule, asking: Asking, start: date, end: date) -> pl.DataFrame:
    """What was sold in four weeks of what the plan wants sold in them: the buy, evenly by season.

    Only goods on sale for four weeks whose season is not over are judged.
    """
    frame = asking.by_day(["recent_net_units", *rule.minimum], rule, start, end)
    if frame.is_empty():
        return frame
    day = pl.col(PERIOD)
    judged = frame.join(_plans(asking), on="skc", how="inner").filter(
        (day - pl.col("first")).dt.total_days() >= WEEKS, day <= pl.col("last"), pl.col("buy") > 0
    )
    season = (pl.col("last") - pl.col("first")).dt.total_days()
    plan = pl.col("buy").cast(pl.Float64) * WEEKS / season
    sold = pl.col("recent_net_units").cast(pl.Float64)
    return judged.with_columns((sold / plan).alias(VALUE), plan.alias(USUAL))


def _of_class_a() -> pl.Expr:
    """Whether those that sell more make up less than the class's share of a day's sales."""
    sales = pl.col("forward_sales")
    before = sales.sort(descending=True).cum_sum() - sales.sort(descending=True)
    rank = sales.rank("ordinal", descending=True).cast(pl.Int64) - 1
    share = before.gather(rank) / sales.sum()
    return (share < A_CLASS).over(PERIOD)


def _plans(asking: Asking) -> pl.DataFrame:
    """skc, lead_days, buy (units), first and last (of its season)."""
    source = products.outerjoin(suppliers, _supplier.supplier_id == _item.supplier_id)
    statement = (
        select(
            _item.skc_id.label("skc"),
            func.max(_supplier.lead_time_days).label("lead_days"),
            func.sum(_item.buy_quantity).label("buy"),
            func.min(_item.launch_date).label("first"),
            func.max(_item.planned_end_date).label("last"),
        )
        .select_from(source)
        .where(_item.skc_id.is_not(None))
        .group_by(_item.skc_id)
    )
    return asking.connector.frame(statement)
