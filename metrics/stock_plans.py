"""Stock targets by week: what to keep of each SKU in each place, from the demand that is expected.

Each week is planned by what was known at its end: demand is negative binomial with what is not
known of its rate (`metrics.models.demand`), so that a SKU without history has its category's rate
of that week, and the target is the least stock that meets 95 % of demand from the shelf
(`metrics.models.replenishment`). Only what is on sale is planned. In the week in which the sales
forecast was made its rate stands for the mean of 28 days in stock: over the four weeks after it is
nearer to what is wanted by about a sixth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Double, Select, case, cast, func, or_, select

from connectors.schema import forecasts, products, stock_spans, stock_targets, suppliers
from metrics.models.demand import demand_rates
from metrics.models.replenishment import stock_targets as targets_of
from metrics.nothing import no_rows
from metrics.periods import period_key
from metrics.stock import REVIEW_DAYS, lead_times

if TYPE_CHECKING:
    from connectors.engines.base import Writer

GRID = {"rate": 0.02, "doubt": 0.1, "dispersion": 0.05, "lead_days": 0.01, "lead_sd": 0.05}
"""Steps, as shares, to which demand is rounded before targets are sought: equal ones are sought
once, and a target moves by a per cent or so, far less than demand is known."""
LEAST = 0.05
"""Units expected until an order placed after the next review arrives, below which none is kept."""
_KEY = ("warehouse_id", "sku_id", "week")


def stock_target_rows(writer: Writer) -> pl.DataFrame:
    """The rows of `stock_targets`."""
    if stock_spans.name not in writer.tables():
        return no_rows(stock_targets)
    seen = writer.frame(seen_select())
    if forecasts.name not in writer.tables():
        return planned(seen)
    return planned(seen.join(writer.frame(foreseen_select()), on=_KEY, how="left"))


def planned(seen: pl.DataFrame) -> pl.DataFrame:
    """Demand and targets.

    Args:
        seen: `_KEY`, category, is_active, days, units and squares as for `demand_rates`, lead_days
            and lead_sd (days; null where unknown, or where nothing is ordered again), and where
            there is a forecast foreseen (units a day; null without one).

    Returns:
        `_KEY`, demand (units a day), demand_variance (of a day, around its rate), demand_doubt (of
        the rate); safety_stock, reorder_point and target_stock (null without a lead time). All are
        null of what is not on sale.
    """
    group = pl.format("{} {}", "week", pl.col("category").fill_null(""))
    on_sale = seen.filter("is_active").with_columns(category=group, sku=pl.int_range(pl.len()))
    rates = _foreseen(on_sale.hstack(demand_rates(on_sale).drop("sku")))
    known = rates.with_columns(
        pl.col("lead_sd").fill_null(0.0), review_days=pl.lit(float(REVIEW_DAYS))
    )
    found = known.join(_targets(known.drop_nulls("lead_days")), on="sku", how="left")
    rate, kept, review = (pl.col(name) for name in ("rate", "target_stock", "review_days"))
    told = found.with_columns(
        demand_variance=rate * pl.col("dispersion"),
        reorder_point=(kept - rate * review).clip(0.0),
        safety_stock=(kept - rate * (pl.col("lead_days") + review)).clip(0.0),
    ).rename({"rate": "demand", "doubt": "demand_doubt"})
    names = [column.name for column in stock_targets.columns]
    return seen.select(_KEY).join(told, on=_KEY, how="left").select(names)


def _foreseen(rates: pl.DataFrame) -> pl.DataFrame:
    """The rate of the forecast where there is one; its doubt stays the same share of it."""
    if "foreseen" not in rates.columns:
        return rates
    told = pl.when(pl.col("foreseen") > 0).then(pl.col("foreseen"))
    rate = pl.coalesce(told, "rate")
    some = pl.when(pl.col("rate") > 0).then(pl.col("rate"))
    doubt = pl.col("doubt") * (rate / some).fill_null(1.0) ** 2
    return rates.with_columns(rate=rate, doubt=doubt)


def _targets(rates: pl.DataFrame) -> pl.DataFrame:
    """The columns sku and target_stock, sought once for equal demand."""
    rounded = [_rounded(name, step) for name, step in GRID.items()]
    known = rates.select("sku", "review_days", *rounded)
    cells = known.drop("sku").unique(maintain_order=True).with_columns(cell=pl.int_range(pl.len()))
    within = pl.col("rate") * (pl.col("lead_days") + pl.col("review_days"))
    kept = cells.filter(within >= LEAST).with_columns(sku="cell")
    stock = targets_of(kept).rename({"sku": "cell"})
    on = [*GRID, "review_days"]
    found = known.join(cells, on=on, how="left").join(stock, on="cell", how="left")
    return found.select("sku", pl.col("target_stock").fill_null(0.0))


def _rounded(name: str, step: float) -> pl.Expr:
    """The column on a grid of equal ratios; 0 stays 0."""
    value = pl.col(name)
    return pl.when(value > 0).then(((value.log() / step).round() * step).exp()).otherwise(0.0)


def seen_select() -> Select[Any]:
    """What was seen of each SKU up to its last snapshot of a week, place by place."""
    row, leads = stock_spans.c, lead_times()
    units = row.daily_demand * row.demand_days
    squares = row.daily_demand * units + row.demand_sd * row.demand_sd * (row.demand_days - 1)
    lead = func.coalesce(leads.c.lead_days, suppliers.c.lead_time_days)
    columns: dict[str, Any] = {
        "days": row.demand_days,
        "units": units,
        "squares": func.coalesce(squares, units),
        "lead_days": case((row.is_replenishable.is_(True), cast(lead, Double))),
        "lead_sd": cast(leads.c.lead_sd, Double),
        "is_active": row.is_active,
    }
    own = products.c.supplier_id
    source = (
        stock_spans.outerjoin(products, products.c.sku_id == row.sku_id)
        .outerjoin(leads, leads.c.supplier_id == own)
        .outerjoin(suppliers, suppliers.c.supplier_id == own)
    )
    named = [value.label(name) for name, value in columns.items()]
    next_week = period_key("week", row.next_date, None, "monday")
    last = or_(row.next_date.is_(None), next_week != row.week)
    statement = select(row.warehouse_id, row.sku_id, row.week, row.category, *named)
    return statement.select_from(source).where(last)


def foreseen_select() -> Select[Any]:
    """The units a day that are foretold of each SKU and place, in the week of what was known."""
    row = forecasts.c
    week = period_key("week", row.known_date, None, "monday").label("week")
    days = func.count(row.forecast_date.distinct())
    return select(
        row.warehouse_id, row.sku_id, week, (func.sum(row.units) / days).label("foreseen")
    ).group_by(row.warehouse_id, row.sku_id, week)
