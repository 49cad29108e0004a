"""A shop with two places of stock, purchase orders, campaigns and what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.engines import open_for_import
from connectors.schema import ad_spend, campaigns, products, receipts, stock_daily, suppliers
from connectors.settings import Settings
from metrics.derived import BUILDERS
from tests.pages import shop, wardrobe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Table

    from tests.pages.shop import Row

PLACES = ("north", "south")
CHANNELS = {"search": "qj-tmall", "feed": "qj-douyin", "idle": "qj-jd"}
"""Channel → its shop; nobody ever comes by the last."""
STOCKED = 30
_PRODUCT = ("sku_id", "skc_id", "style_id", "category", "color", "size")


def order_rows() -> list[Row]:
    """Order lines that say from which place they leave, and by which channel they came."""
    rows = []
    for row in wardrobe.order_rows():
        number = shop.hash_of(row["order_id"])
        channel = ("search", "feed", None)[number % 3]
        rows.append(row | {"warehouse_id": PLACES[number % 4 == 0], "channel": channel})
    return rows


def build(folder: Path, orders: Sequence[Row]) -> None:
    """Imports all of it."""
    wardrobe.build(folder, orders, wardrobe.return_rows(orders))
    skus = {row["sku_id"]: row for row in orders}
    tables: dict[Table, list[Row]] = {
        products: [_product(row) for row in skus.values()],
        suppliers: [{"supplier_id": "mill", "name": "The mill", "lead_time_days": 9}],
        stock_daily: [each for row in skus.values() for each in _stock(row)],
        receipts: list(late_rows(orders)),
        campaigns: [_campaign(channel) for channel in CHANNELS],
        ad_spend: spend_rows(orders),
    }
    with open_for_import(str(folder), Settings(warehouse=str(folder)), wait=0) as writer:
        for table, rows in tables.items():
            writer.stage(table, shop._frame(table, rows))
            writer.merge(table)
        for builder in BUILDERS:
            builder.build(writer)


def spend_rows(orders: Sequence[Row]) -> list[Row]:
    """Spend by day and channel, each with a style that it advertises."""
    styles = sorted({row["style_id"] for row in orders})
    days = [shop.LAST - timedelta(days=back) for back in range(shop.DAYS)]
    return [
        {
            "spend_date": day,
            "campaign_id": f"c-{channel}",
            "ad_id": "all",
            "shop_id": at,
            "channel": channel,
            "style_id": styles[nth],
            "spend": 100 + shop.hash_of(f"{day}{channel}") % 50,
            "impressions": None if channel == "idle" else 5_000,
            "clicks": None if channel == "idle" else 100,
            "claimed_sales": None if channel == "idle" else 700,
            "claim_window_days": 15,
        }
        for day in days
        for nth, (channel, at) in enumerate(CHANNELS.items())
    ]


def late_rows(orders: Sequence[Row]) -> Any:
    """Two orders that are late at the end, one that came, one that is not due."""
    sku = orders[0]
    fates = ((-20, None), (-3, None), (-20, -5), (9, None))
    for nth, (promised, received) in enumerate(fates):
        yield {name: sku[name] for name in _PRODUCT} | {
            "purchase_id": f"po{nth}",
            "line_id": "1",
            "supplier_id": "mill",
            "warehouse_id": PLACES[0],
            "kind": "purchase",
            "ordered_date": shop.LAST - timedelta(days=60),
            "promised_date": shop.LAST + timedelta(days=promised),
            "received_date": received and shop.LAST + timedelta(days=received),
            "ordered_quantity": 10 + nth,
            "received_quantity": received and 10 + nth,
            "unit_cost": 30,
        }


def _product(row: Row) -> Row:
    number = shop.hash_of(row["skc_id"])
    return {name: row[name] for name in _PRODUCT} | {
        "is_core_size": row["size"] in "SM",
        "is_replenishable": number % 2 == 0,
        "supplier_id": "mill",
        "year_season": "2022春夏" if number % 3 else "2021秋冬",
        "wave": f"W{number % 3 + 1}",
        "buy_quantity": 60,
        "tag_price": row["tag_price"],
        "unit_cost": row["unit_cost"],
        "launch_date": shop.LAST - timedelta(days=200),
        "planned_end_date": shop.LAST + timedelta(days=30),
    }


def _stock(row: Row) -> Any:
    """Daily in both places; what is there falls towards the end, and S ends at none."""
    number = shop.hash_of(row["sku_id"])
    for nth, place in enumerate(PLACES):
        for back in range(STOCKED):
            left = 0 if row["size"] == wardrobe.SHORT and back < 3 else (number + nth * 7) % 23
            yield {name: row[name] for name in _PRODUCT} | {
                "stock_date": shop.LAST - timedelta(days=back),
                "warehouse_id": place,
                "on_hand": left + (back // 4 if left else 0),
                "reserved": min(left, 1),
                "inbound": number % 5,
                "returning": number % 2,
                "unit_cost": row["unit_cost"],
                "first_received_date": shop.LAST - timedelta(days=100 + number % 300),
            }


def _campaign(channel: str) -> Row:
    return {
        "campaign_id": f"c-{channel}",
        "name": f"Campaign <{channel}>",
        "channel": channel,
        "shop_id": CHANNELS[channel],
        "start_date": shop.LAST - timedelta(days=shop.DAYS),
        "end_date": None if channel == "idle" else shop.LAST,
        "budget": None if channel == "idle" else 50_000,
    }
