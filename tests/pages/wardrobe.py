"""A shop that knows its products: pictures, sizes, tag prices, reasons of returns, stock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from connectors.engines import open_for_import
from connectors.schema import products, receipts, stock_daily, traffic_daily
from connectors.settings import Settings
from metrics.derived import BUILDERS
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Table

    from tests.pages.shop import Row

SHORT = "S"
"""The core size that is out of stock."""
REASONS = ("Too small", "Too large", "Colour differs", None)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_PRODUCT = ("sku_id", "skc_id", "style_id", "category", "color", "size")


def order_rows(categories: Mapping[str, int] = shop.NEAT) -> list[Row]:
    """Order lines with tag prices: between all and less than half of one is paid."""
    random = Random(11)
    rows = []
    for row in shop.order_rows(categories):
        tag = row["unit_price"] / random.choice((Decimal(1), Decimal("0.8"), Decimal("0.6"), 1))
        tag = tag * 3 if random.random() < 0.1 else tag
        tag = round(tag, 2)
        rows.append(row | {"tag_price": tag, "tag_amount": tag * row["quantity"]})
    return rows


def return_rows(orders: Sequence[Row]) -> list[Row]:
    """Returns with a reason, most of them."""
    random = Random(12)
    sizes = {order["order_id"]: order["size"] for order in orders}
    return [
        row | {"reason": random.choice(REASONS), "size": sizes[row["return_id"][1:]]}
        for row in shop.return_rows(orders)
    ]


def build(
    folder: Path, orders: Sequence[Row], back: Sequence[Row] = (), picture: Any = None
) -> None:
    """Imports the rows, then products with pictures, and their stock on the last day."""
    shop.build(folder, orders, back)
    skus = {row["sku_id"]: row for row in orders}
    tables: dict[Table, list[Row]] = {
        products: [_product(row, picture) for row in skus.values()],
        stock_daily: [_stock(row) for row in skus.values()],
        receipts: [_receipt(row) for row in skus.values()],
        traffic_daily: _traffic(),
    }
    with open_for_import(str(folder), Settings(warehouse=str(folder)), wait=0) as writer:
        for table, rows in tables.items():
            writer.stage(table, shop._frame(table, rows))
            writer.merge(table)
        for builder in BUILDERS:
            builder.build(writer)


def _product(row: Row, picture: Any) -> Row:
    number = shop.hash_of(row["skc_id"])
    return {name: row[name] for name in _PRODUCT} | {
        "image_url": picture(row) if picture else None,
        "is_core_size": row["size"] in "SM",
        "year_season": "2022春夏" if number % 3 else "2021秋冬",
        "wave": f"W{number % 3 + 1}",
        "buy_quantity": 60,
        "tag_price": row["tag_price"],
        "unit_cost": row["unit_cost"],
    }


def _stock(row: Row) -> Row:
    return {name: row[name] for name in _PRODUCT} | {
        "stock_date": shop.LAST,
        "warehouse_id": "w1",
        "on_hand": 0 if row["size"] == SHORT else shop.hash_of(row["sku_id"]) % 40 + 1,
        "reserved": 0,
        "unit_cost": row["unit_cost"],
    }


def _receipt(row: Row) -> Row:
    day = shop.LAST - timedelta(days=shop.DAYS)
    return {name: row[name] for name in _PRODUCT} | {
        "purchase_id": "p1",
        "line_id": row["sku_id"],
        "kind": "purchase",
        "received_date": day,
        "ordered_date": day,
        "ordered_quantity": 60,
        "received_quantity": 50,
    }


def _traffic() -> list[Row]:
    days = [shop.LAST - timedelta(days=back) for back in range(shop.DAYS)]
    return [
        {
            "traffic_date": day,
            "shop_id": name,
            "level": "shop",
            "traffic_source": "all",
            "item_id": "all",
            "visitors": 180 + shop.hash_of(f"{day}{name}") % 60,
            "order_buyers": 9,
            "paying_buyers": 3,
        }
        for day in days
        for name in shop.SHOPS
    ]
