"""A month's rows of every table, and those that belong to no month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo import after_sales, brand, labels, people, places, sales, spending
from connectors.demo.baskets import lines_of_month
from connectors.demo.buying import receipts_table
from connectors.demo.clock import at, numbered, on, word
from connectors.demo.flows import ORDER_VALUE
from connectors.demo.month import sell
from connectors.demo.orders import orders_of_month
from connectors.demo.refunds import with_refunds
from connectors.demo.seasons import DAY

if TYPE_CHECKING:
    from connectors.demo.business import Business
    from connectors.demo.write import Books

_HOUSES = [each[0] for each in places.WAREHOUSES]


def write_month(business: Business, books: Books, days: tuple[int, int]) -> None:
    """Simulates the days from `days[0]` to before `days[1]` and writes what they brought."""
    of, calendar, arguments = business.assortment, business.calendar, business.arguments
    orders = orders_of_month(
        arguments, calendar, business.customers, business.skeleton, days, business.incidents
    )
    wanted = _wanted(business, orders)
    served, shelves = sell(business.house, wanted, days)
    wanted = wanted.with_columns(served=pl.Series(served))
    sold = sales.with_money(arguments, calendar, _sold(wanted), of, business.prices)
    business.truth.take(wanted, sold)
    business.sightings.take(wanted, sold)
    business.traffic.take(sold, of)
    named = business.labels
    books.write("order_lines", sales.order_lines_table(calendar, sold, named))
    books.write("deliveries", after_sales.deliveries_table(calendar, sold))
    books.write("returns", after_sales.returns_table(arguments, calendar, sold, named))
    books.write("surveys", after_sales.surveys_table(arguments, calendar, sold, named))
    books.write("tickets", after_sales.tickets_table(arguments, calendar, sold, named))
    books.write("events", business.mini_program.rows(sold, orders, days))
    books.write("traffic_daily", business.traffic.rows(days, business.prices, business.taste))
    books.write("stock_daily", _stock_table(business, shelves))


def write_rest(business: Business, books: Books) -> None:
    """Writes the dimensions, and the facts that are planned and not lived through."""
    of, calendar, arguments = business.assortment, business.calendar, business.arguments
    bought = business.house.purchases.bought
    books.write(
        "products", labels.products_table(of, business.labels, business.prices, calendar, bought)
    )
    books.write("shops", places.shops_table())
    books.write("warehouses", places.warehouses_table())
    books.write("suppliers", places.suppliers_table())
    books.write("campaigns", spending.campaigns_table(business.marketing, calendar))
    for part in people.customers_tables(arguments, business.customers, calendar):
        books.write("customers", part)
    books.write(
        "ad_spend",
        spending.ad_spend_table(arguments, business.marketing, calendar, of, business.labels),
    )
    books.write(
        "brand_daily",
        brand.brand_table(arguments, business.marketing, calendar, business.incidents),
    )
    books.write("costs", brand.costs_table(business.orders, ORDER_VALUE, calendar))
    books.write("rates", brand.rates_table(arguments, calendar, books.currency))
    books.write("receipts", _purchases(business))
    books.write("receipts", _moves(business))


def _wanted(business: Business, orders: pl.DataFrame) -> pl.DataFrame:
    """The wanted lines with the columns of their orders and what would become of them."""
    lines = lines_of_month(
        business.arguments,
        orders,
        business.assortment,
        business.prices,
        business.taste,
        business.incidents,
    )
    due = np.maximum(business.calendar.balance_days(), 0) + 4
    whole = pl.concat(
        [
            lines,
            orders.drop("style")[lines["row"].to_numpy()].with_columns(
                due=pl.Series(due)[orders["day"].gather(lines["row"])]
            ),
        ],
        how="horizontal",
    )
    return with_refunds(business.arguments, whole, business.assortment, business.incidents)


def _sold(wanted: pl.DataFrame) -> pl.DataFrame:
    """The served lines with the ids of their orders; `missed`: the order wanted more."""
    named = wanted.with_columns(missed=(pl.col("served") < 0).any().over("row"))
    sold = named.filter(pl.col("served") >= 0)
    head = pl.col("line") == pl.col("line").min().over("row")
    order_id = word(sales.ORDER_HEADS, "shop") + pl.col("order").cast(pl.String).str.zfill(9)
    return sold.with_columns(head=head, order_id=order_id, customer_id=people.customer_id())


def _stock_table(business: Business, shelves: pl.DataFrame) -> pl.DataFrame:
    of = business.assortment
    style = of.sku_style[shelves["sku"].to_numpy()]
    cost = np.where(of.has_cost[style], of.cost[style], np.nan)
    frame = shelves.select(
        stock_date=on(business.calendar, "day"),
        warehouse_id=word(_HOUSES, "warehouse"),
        on_hand="on_hand",
        reserved="reserved",
        inbound="inbound",
        returning="returning",
        defective="defective",
        unit_cost=pl.Series(cost).fill_nan(None),
        first_received_date=on(business.calendar, "since"),
    )
    products = business.labels.of_skus(shelves["sku"].to_numpy())
    return pl.concat([frame, products], how="horizontal")


def _purchases(business: Business) -> pl.DataFrame:
    of, calendar = business.assortment, business.calendar
    lines = receipts_table(business.house.purchases.written, calendar)
    lines = lines.filter(pl.col("day") < calendar.days)
    style = of.sku_style[lines["sku"].to_numpy()]
    cost = np.where(of.has_cost[style], of.cost[style], np.nan)
    frame = lines.select(
        purchase_id=numbered("PO", "purchase", 6),
        line_id=pl.col("line").cast(pl.String),
        supplier_id=word([each[0] for each in places.SUPPLIERS], "supplier"),
        warehouse_id=word(_HOUSES, "warehouse"),
        ordered_at=at(calendar, "ordered_t"),
        confirmed_at=at(calendar, "confirmed_t"),
        promised_date=on(calendar, "promised"),
        received_at=at(calendar, "received_t"),
        kind=pl.lit("purchase"),
        ordered_quantity="ordered",
        received_quantity="received",
        unit_cost=pl.Series(cost).fill_nan(None),
    )
    products = business.labels.of_skus(lines["sku"].to_numpy())
    return pl.concat([frame, products], how="horizontal")


def _moves(business: Business) -> pl.DataFrame:
    """Transfers and adjustments: what leaves a warehouse is below zero."""
    calendar = business.calendar
    moved = pl.concat([pl.DataFrame(each) for each in business.house.stock.moved])
    moved = moved.with_row_index("number").with_columns(t=pl.col("day") * DAY + 8 * 3_600)
    frame = moved.select(
        purchase_id=pl.lit("TR") + on(calendar, "day").dt.strftime("%Y%m%d"),
        line_id=pl.col("number").cast(pl.String),
        warehouse_id=word(_HOUSES, "warehouse"),
        ordered_at=at(calendar, "t"),
        received_at=at(calendar, "t"),
        kind="kind",
        received_quantity="units",
    )
    products = business.labels.of_skus(moved["sku"].to_numpy())
    return pl.concat([frame, products], how="horizontal")
