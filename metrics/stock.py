"""Derived fact of stock: how long each snapshot stands, and the demand that it has to meet.

Demand is that of days in stock, so that an empty shelf does not look like a lack of interest:
mean and standard deviation of the units sold there in the 28 days up to the snapshot. Safety stock
is z·√(L̄σ_d² + d̄²σ_L²) and the reorder point d̄·L̄ + safety stock (the textbook (r, Q) policy with
variable demand and lead time), for goods that can be ordered again. Where demand is intermittent,
to which a normal distribution does no justice, `metrics.stock_plans` stands in their place.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)

from connectors.schema import (
    order_lines,
    order_returns,
    products,
    receipts,
    stock_daily,
    stock_spans,
    suppliers,
)
from metrics.periods import days_of, period_key

DEMAND_DAYS = 28
REVIEW_DAYS = 7
SERVICE_Z = 1.65
"""One-sided normal quantile of a cycle service level of 95 %."""
SMOOTH = 1 / 1.32
"""Share of the days in stock with a sale below which demand is called intermittent (Syntetos,
Boylan and Croston, "On the categorization of demand patterns", 2005)."""

_stock, _line, _item = stock_daily.c, order_lines.c, products.c
_ZERO: ColumnElement[Any] = literal_column("0")
_ONE: ColumnElement[Any] = literal_column("1")


def safety_stock(
    demand: ColumnElement[Any],
    demand_sd: ColumnElement[Any],
    lead: ColumnElement[Any],
    lead_sd: ColumnElement[Any],
) -> ColumnElement[Any]:
    """z·√(L̄σ_d² + d̄²σ_L²) in units, of demand a day and lead time in days."""
    variance = lead * demand_sd * demand_sd + demand * demand * lead_sd * lead_sd
    return literal_column(str(SERVICE_Z)) * func.sqrt(variance)


def stock_spans_select() -> Select[Any]:
    """The rows of `stock_spans`."""
    rolled = _rolled(_days())
    leads, kept = lead_times(), _kept_shares()
    row, lead = rolled.c, func.coalesce(leads.c.lead_days, suppliers.c.lead_time_days)
    again, once = row.is_replenishable.is_(True), row.is_replenishable.is_(False)
    demand = row.daily_demand
    safety = safety_stock(demand, row.demand_sd, lead, func.coalesce(leads.c.lead_sd, _ZERO))
    reorder = demand * lead + safety
    left = func.greatest(days_of(row.planned_end_date) - days_of(row.stock_date), _ZERO)
    season = func.coalesce(kept.c.share, _ONE) * left
    values: dict[str, ColumnElement[Any]] = {
        "season_days": case((once, season)),
        "safety_stock": case((again, safety)),
        "reorder_point": case((again, reorder)),
        "target_stock": case((again, reorder + demand * REVIEW_DAYS), (once, demand * season)),
    }
    source = (
        rolled.outerjoin(leads, leads.c.supplier_id == row.supplier_id)
        .outerjoin(suppliers, suppliers.c.supplier_id == row.supplier_id)
        .outerjoin(kept, kept.c.category == row.category)
    )
    names = [column.name for column in stock_spans.columns]
    values |= {name: row[name] for name in names if name not in values}
    # Questions are about days: rows of a month lie together, so that other months are not read.
    months = func.date_trunc("month", row.stock_date)
    return (
        select(*(values[name].label(name) for name in names))
        .select_from(source)
        .order_by(months, row.warehouse_id, row.sku_id, row.stock_date)
    )


def _days() -> CTE:
    """Each snapshot with what was sold there that day, and what the product is today."""
    sold = _sold()
    at = and_(
        sold.c.warehouse_id == _stock.warehouse_id,
        sold.c.sku_id == _stock.sku_id,
        sold.c.sold_date == _stock.stock_date,
    )
    own = ("stock_date", "warehouse_id", "sku_id", "first_received_date")
    known = ("skc_id", "style_id", "category", "color", "size", "unit_cost")
    counts = ("on_hand", "reserved", "inbound", "returning")
    today = ("is_core_size", "is_replenishable", "planned_end_date", "supplier_id")
    units = func.coalesce(sold.c.units, _ZERO)
    on_sale = and_(
        or_(_item.launch_date.is_(None), _item.launch_date <= _stock.stock_date),
        or_(_item.planned_end_date.is_(None), _item.planned_end_date >= _stock.stock_date),
    )
    return (
        select(
            *(_stock[name] for name in own),
            *(func.coalesce(_stock[name], _item[name]).label(name) for name in known),
            *(func.coalesce(_stock[name], _ZERO).label(name) for name in counts),
            *(_item[name] for name in today),
            on_sale.label("is_active"),
            cast(units, Double).label("units"),
            cast(func.coalesce(sold.c.amount, _ZERO), Double).label("amount"),
            case((or_(_stock.on_hand > _ZERO, units > _ZERO), 1.0), else_=0.0).label("in_stock"),
        ).select_from(
            stock_daily.outerjoin(sold, at).outerjoin(products, _item.sku_id == _stock.sku_id)
        )
    ).cte("stock_days")


def _sold() -> CTE:
    """Paid units by warehouse, SKU and day; a line without one is of the SKU's only warehouse."""
    only = (
        select(_stock.sku_id, func.min(_stock.warehouse_id).label("warehouse_id"))
        .group_by(_stock.sku_id)
        .having(func.min(_stock.warehouse_id) == func.max(_stock.warehouse_id))
    ).subquery("only_place")
    place = func.coalesce(_line.warehouse_id, only.c.warehouse_id)
    return (
        select(
            place.label("warehouse_id"),
            _line.sku_id,
            _line.sold_date,
            func.sum(_line.quantity).label("units"),
            func.sum(_line.sales_amount).label("amount"),
        )
        .select_from(order_lines.outerjoin(only, only.c.sku_id == _line.sku_id))
        .where(_line.is_paid.is_(True), _line.line_type == "sale", _line.sku_id.is_not(None))
        .group_by(literal_column("1"), _line.sku_id, _line.sold_date)
    ).cte("sold_days")


def _rolled(days: CTE) -> CTE:
    """Each snapshot with the next one's day, and the demand of the days up to it."""
    row = days.c
    # One order for all of them, so that the rows are sorted once.
    place: dict[str, Any] = {
        "partition_by": (row.warehouse_id, row.sku_id),
        "order_by": days_of(row.stock_date),
    }
    recent = {**place, "range_": (1 - DEMAND_DAYS, 0)}
    seen = func.sum(row.in_stock).over(**recent)
    units = func.sum(row.units).over(**recent)
    selling = func.sum(case((row.units > _ZERO, 1.0), else_=0.0)).over(**recent)
    squares = func.sum(row.units * row.units).over(**recent)
    variance = (squares - units * units / func.nullif(seen, 0)) / func.nullif(seen - 1, 0)
    return select(
        *days.c,
        (row.on_hand - row.reserved).label("available"),
        func.lead(row.stock_date).over(**place).label("next_date"),
        (units / func.nullif(seen, 0)).label("daily_demand"),
        func.sqrt(func.greatest(variance, 0.0)).label("demand_sd"),
        (func.sum(row.amount).over(**recent) / func.nullif(units, 0)).label("unit_price"),
        seen.label("demand_days"),
        (selling / func.nullif(seen, 0)).label("selling_share"),
        period_key("week", row.stock_date, None, "monday").label("week"),
    ).cte("stock_rolled")


def lead_times() -> CTE:
    """Mean and standard deviation of the days from order to arrival, by supplier."""
    line = receipts.c
    days = cast(type_coerce(line.received_date - line.ordered_date, Integer), Double)
    return (
        select(
            line.supplier_id,
            func.avg(days).label("lead_days"),
            func.stddev_samp(days).label("lead_sd"),
        )
        .where(line.kind == "purchase", days >= _ZERO)
        .group_by(line.supplier_id)
    ).cte("lead_times")


def _kept_shares() -> CTE:
    """Share of the units sold that stays sold, by category."""
    back = order_returns.c
    undone = (
        select(back.category, func.sum(back.undone_quantity).label("units")).group_by(back.category)
    ).subquery("undone")
    sold = (
        select(_line.category, func.sum(_line.quantity).label("units"))
        .where(_line.is_paid.is_(True), _line.line_type == "sale")
        .group_by(_line.category)
    ).subquery("category_sold")
    lost = cast(func.coalesce(undone.c.units, _ZERO), Double) / func.nullif(sold.c.units, 0)
    share = func.greatest(_ONE - lost, 0.0)
    source = sold.outerjoin(undone, undone.c.category == sold.c.category)
    return select(sold.c.category, share.label("share")).select_from(source).cte("kept_shares")
