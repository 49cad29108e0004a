"""Customers as derived facts: their worth, their segments month by month, their cohorts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Double, and_, case, cast, func, literal_column, select

from connectors.schema import (
    cohorts,
    customer_values,
    first_orders,
    order_lines,
    order_returns,
    purchase_days,
    refund_rates,
    segment_moves,
)
from metrics.bought import BOUGHT
from metrics.models.cohorts import cohort_cells
from metrics.models.lifetime import expectations
from metrics.models.rfm import moves, scored
from metrics.nothing import no_rows
from metrics.periods import month_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table

    from connectors.engines.base import Writer

YEAR = 365
MONTHS = 13
"""Months of which segments are kept."""
_KEY = ("shop_id", "customer_id")
_line, _back, _first, _bought = order_lines.c, order_returns.c, first_orders.c, purchase_days.c
_FEES = (
    "platform_fee",
    "creator_commission",
    "slot_fee",
    "freight_out",
    "freight_insurance",
    "payment_fee",
)
_ZERO: ColumnElement[Any] = literal_column("0")


def customer_rows(writer: Writer) -> dict[Table, pl.DataFrame]:
    """The rows of `customer_values` and of `segment_moves`."""
    bought = _purchases(writer)
    if bought.is_empty():
        return {table: no_rows(table) for table in (customer_values, segment_moves)}
    short, ids = _numbered(bought)
    del bought  # millions of rows, of which no more than are needed lie side by side
    moved, known = _segment_moves(short), _valued(short).join(ids, on="number")
    del short, ids
    return {customer_values: _with_contribution(writer, known), segment_moves: moved}


def _numbered(bought: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Purchases by the numbers of customers, and whose they are: millions of ids sort slowly."""
    numbered = bought.with_columns(number=pl.struct(_KEY).rle_id())
    ids = numbered.select("number", "customer_id").unique("number")
    return numbered.drop("customer_id").rename({"number": "customer_id"}), ids


def _valued(bought: pl.DataFrame) -> pl.DataFrame:
    as_of = _day_after(bought)
    parts = []
    for (shop,), own in bought.partition_by("shop_id", as_dict=True).items():
        purchases = own.drop("shop_id")
        expected = expectations(purchases, as_of, YEAR)
        scores = scored(purchases, as_of).select(
            "customer_id", "recency", "frequency", "monetary", "segment"
        )
        past = purchases.group_by("customer_id").agg(
            acquired_date=pl.col("day").min(),
            last_date=pl.col("day").max(),
            purchases_so_far=pl.len().cast(pl.Int64),
            net_sales=pl.col("amount").sum(),
            coming_refunds=pl.col("ahead").sum(),
        )
        known = past.join(expected, on="customer_id").join(scores, on="customer_id", how="left")
        parts.append(known.with_columns(shop_id=pl.lit(shop, pl.String)))
    return pl.concat(parts).rename({"customer_id": "number"})


def _with_contribution(writer: Writer, customers: pl.DataFrame) -> pl.DataFrame:
    """What is expected leaves as much as what was sold did, by shop, where costs are known."""
    earned = _contributions(writer)
    rates = earned.group_by("shop_id").agg(
        rate=pl.col("contribution").sum() / pl.col("costed_sales").sum()
    )
    channels = writer.frame(select(_first.shop_id, _first.customer_id, _first.channel))
    joined = (
        customers.join(earned, on=_KEY, how="left")
        .join(rates, on="shop_id", how="left")
        .join(channels, on=_KEY, how="left")
    )
    rate = pl.when(pl.col("rate").is_finite()).then(pl.col("rate"))
    values = joined.with_columns(
        expected_purchases="purchases",
        purchases="purchases_so_far",
        expected_sales="sales",
        contribution=pl.col("contribution") - pl.col("coming_refunds") * rate.fill_null(0.0),
        expected_contribution=pl.col("sales") * rate,
    )
    return values.sort("number").select(c.name for c in customer_values.columns)


def _segment_moves(bought: pl.DataFrame) -> pl.DataFrame:
    """The first days of the last months, each against the one before.

    The first months of the data are left out: nobody could have bought often yet.
    """
    parts = [
        _moved(own.drop("shop_id"), _months(own, _day_after(bought))).with_columns(
            shop_id=pl.lit(shop, pl.String)
        )
        for (shop,), own in bought.partition_by("shop_id", as_dict=True).items()
    ]
    found = pl.concat(parts, how="diagonal_relaxed").select(c.name for c in segment_moves.columns)
    return found.sort(pl.all(), nulls_last=True)


def _moved(purchases: pl.DataFrame, months: list[date]) -> pl.DataFrame:
    parts = []
    before = scored(purchases, months[0]) if months else None
    for month, following in zip(months[1:], [*months[2:], None], strict=False):
        after = scored(purchases, month)
        dates = {"scored_date": pl.lit(month), "next_date": pl.lit(following, pl.Date)}
        parts.append(moves(before, after).with_columns(**dates))  # type: ignore[arg-type]
        before = after
    return pl.concat(parts) if parts else no_rows(segment_moves).drop("shop_id")


def _months(bought: pl.DataFrame, as_of: date) -> list[date]:
    """The firsts of months to `as_of`, from three months after the first purchase on."""
    first: date = bought["day"].min()  # type: ignore[assignment]
    starts = pl.date_range(first.replace(day=1), as_of, "1mo", eager=True).to_list()
    return starts[3:][-MONTHS - 1 :]


def cohort_rows(writer: Writer) -> pl.DataFrame:
    """The rows of `cohorts`."""
    groups = (_first.shop_id, _first.channel, month_of(_first.sold_date).label("cohort"))
    sizes = _counted(writer, select(*groups, func.count().label("customers")), 3)
    if sizes.is_empty():
        return no_rows(cohorts)
    same = and_(_first.shop_id == _bought.shop_id, _first.customer_id == _bought.customer_id)
    month = month_of(_bought.sold_date).label("active_month")
    customers = func.count(_first.customer_id.distinct()).label("active")
    later = select(*groups, month, customers).select_from(first_orders.join(purchase_days, same))
    active = _counted(writer, later, 4).with_columns(month=_first_day("active_month"))
    last = select(func.max(_bought.sold_date, type_=_bought.sold_date.type).label("last"))
    as_of: date = writer.frame(last).item() + timedelta(days=1)
    cells = cohort_cells(
        sizes.with_columns(cohort_date=_first_day("cohort")),
        active.with_columns(cohort_date=_first_day("cohort")),
        ["shop_id", "channel"],
        as_of,
    )
    return cells.with_columns(pl.col("months_since").cast(pl.String)).select(
        c.name for c in cohorts.columns
    )


def _counted(writer: Writer, statement: Select[Any], groups: int) -> pl.DataFrame:
    if not {first_orders.name, purchase_days.name} <= writer.tables():
        return pl.DataFrame()
    return writer.frame(statement.group_by(*(literal_column(str(n + 1)) for n in range(groups))))


def _first_day(month_number: str) -> pl.Expr:
    months = pl.col(month_number).cast(pl.Int32) - 1
    return pl.date(months // 12, months % 12 + 1, 1)


def _day_after(bought: pl.DataFrame) -> date:
    last: date = bought["day"].max()  # type: ignore[assignment]
    return last + timedelta(days=1)


def _purchases(writer: Writer) -> pl.DataFrame:
    """shop_id, customer_id, `day` with a purchase, `amount`: its net sales, and `ahead`.

    `ahead` is what young orders are still expected to lose, at their shop's rate, and not in the
    amount any more: without that, whoever came last would seem worth the most.
    """
    if purchase_days.name not in writer.tables():
        return pl.DataFrame()
    sales = cast(_bought.sales_amount, Double).label("sales")
    sold = select(_bought.shop_id, _bought.customer_id, _bought.sold_date, sales)
    refund = func.sum(cast(_back.refund_amount, Double)).label("refunds")
    back = (
        select(_back.shop_id, _back.customer_id, _back.sold_date, refund)
        .where(_back.customer_id.is_not(None), _back.has_order.is_(True))
        .group_by(_back.shop_id, _back.customer_id, _back.sold_date)
    )
    keys = [*_KEY, "sold_date"]
    both = writer.frame(sold).join(writer.frame(back), on=keys, how="left")
    known = both.drop_nulls("sold_date").with_columns(pl.col("sales", "refunds").fill_null(0.0))
    rates = writer.frame(select(refund_rates)).rename({"expected_refund_rate": "final"})
    day = ("shop_id", "sold_date")
    so_far = (pl.col("refunds").sum() / pl.col("sales").sum()).over(day).fill_nan(0.0)
    share = (pl.col("final") - so_far).clip(0.0, 1.0).fill_null(0.0)
    aged = known.join(rates, on=day, how="left").with_columns(ahead=pl.col("sales") * share)
    net = pl.col("sales") - pl.col("refunds") - pl.col("ahead")
    return _in_order(aged.select(*_KEY, "ahead", day="sold_date", amount=net))


def _in_order(bought: pl.DataFrame) -> pl.DataFrame:
    """By shop, customer and day; shop by shop, because all at once takes twice the time."""
    shops = bought.partition_by("shop_id", as_dict=True)
    own = (shops[shop].sort("customer_id", "day") for shop in sorted(shops))
    return pl.concat([bought.clear(), *own])


def _paid(value: ColumnElement[Any]) -> Select[Any]:
    """A value by shop and known customer, over what was bought: as `purchase_days` counts it."""
    keys = (_line.shop_id, _line.customer_id)
    return select(*keys, value).where(*BOUGHT).group_by(*keys)


def _contributions(writer: Writer) -> pl.DataFrame:
    """By customer with a known cost: `contribution` before ads, and the net sales it came from."""
    fees = sum((func.coalesce(_line[name], _ZERO) for name in _FEES), start=_ZERO)
    goods = case((_line.is_shipped.is_(True), _line.quantity * _line.unit_cost), else_=_ZERO)
    left = func.sum(cast(_line.sales_amount - goods - fees, Double)).label("earned")
    sold = func.sum(cast(_line.sales_amount, Double)).label("sales")
    lines = _paid(left).add_columns(sold).where(_line.unit_cost.is_not(None))
    lost = _back.refund_amount - func.coalesce(_back.resaleable_cost, _ZERO)
    lost = lost + func.coalesce(_back.freight_back, _ZERO)
    back = (
        select(
            _back.shop_id,
            _back.customer_id,
            func.sum(cast(lost, Double)).label("lost"),
            func.sum(cast(_back.refund_amount, Double)).label("refunds"),
        )
        .where(_back.has_cost.is_(True), _back.customer_id.is_not(None))
        .group_by(_back.shop_id, _back.customer_id)
    )
    both = writer.frame(lines).join(writer.frame(back), on=_KEY, how="left")
    return both.select(
        *_KEY,
        contribution=pl.col("earned") - pl.col("lost").fill_null(0.0),
        costed_sales=pl.col("sales") - pl.col("refunds").fill_null(0.0),
    )
