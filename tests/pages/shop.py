"""A small shop in a warehouse of its own, with names that nobody should trust."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from connectors.engines import ImportRun, open_for_import
from connectors.schema import order_lines, products, returns, shops
from connectors.settings import Settings
from metrics.derived import BUILDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Table

LAST = date(2022, 6, 30)
NOW = "2022-07-01T09:00"
"""A Friday, the day after the last."""
DAYS = 120
ZONE = ZoneInfo("Asia/Shanghai")
HOSTILE = "<script>document.title='owned'</script>"
MARKDOWN = "**bold** :red[x] :smile: $x^2$ [a](http://b) =1+1"
CATEGORIES = {"Dresses": 399, "Shirts": 199, HOSTILE: 259, MARKDOWN: 129}
NEAT = {"连衣裙": 399, "衬衫": 199, "羽绒服": 899, "牛仔裤": 259, "T恤": 99}
SHOPS = {"qj-tmall": "tmall", "qj-douyin": "douyin", "qj-jd": "jd"}
REGIONS = ("浙江", "广东", "江苏", None)
MODES = ("shelf", "self_live", "creator_live")
WAVES = ("W1", "W2", "W3")

Row = dict[str, Any]


def order_rows(categories: Mapping[str, int] = CATEGORIES, seed: int = 4) -> list[Row]:
    """Order lines of the last days, more at weekends, of categories with their prices."""
    random = Random(seed)
    rows = []
    for number in range(DAYS):
        day = LAST - timedelta(days=DAYS - 1 - number)
        orders = random.randint(8, 14) + 6 * (day.weekday() >= 5)
        rows += [order_row(random, categories, day, f"{day:%m%d}{nth:03}") for nth in range(orders)]
    return rows


def order_row(random: Random, categories: Mapping[str, int], day: date, order: str) -> Row:
    """One paid line."""
    moment = datetime(day.year, day.month, day.day, random.randint(8, 23), 15, tzinfo=ZONE)
    category = random.choice(list(categories))
    style = f"{abs(hash_of(category)) % 90 + 10}-{random.randint(1, 6)}"
    color, size = random.choice(("红", "Navy")), random.choice("SML")
    quantity = random.choice((1, 1, 1, 2))
    mode = random.choice(MODES)
    price = Decimal(categories[category]) * random.choice((1, Decimal("0.8")))
    at = moment.astimezone(UTC).replace(tzinfo=None)
    return {
        "shop_id": random.choice(list(SHOPS)),
        "order_id": order,
        "line_id": "1",
        **{f"{e}_at": at for e in ("ordered", "sold")},
        **{f"{e}_date": day for e in ("ordered", "sold")},
        **{f"{e}_hour": moment.hour for e in ("ordered", "sold")},
        "has_time": True,
        "paid_at": at,
        "is_paid": True,
        "is_cancelled": False,
        "is_shipped": True,
        "line_type": "sale",
        "mode": mode,
        "creator_id": f"kol-{hash_of(order) % 3}" if mode == "creator_live" else None,
        "customer_id": f"c{random.randint(1, 400)}" if random.random() < 0.8 else None,
        "region": random.choice(REGIONS),
        "category": category,
        "style_id": style,
        "skc_id": f"{style}-{color}",
        "sku_id": f"{style}-{color}-{size}",
        "color": color,
        "size": size,
        "quantity": quantity,
        "unit_price": price,
        "unit_cost": price * Decimal("0.4"),
        "gross_amount": price * quantity,
        "sales_amount": price * quantity,
        "paid_amount": price * quantity,
    }


def hash_of(text: str) -> int:
    """A number that stays the same from run to run, unlike `hash`."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text))


def return_rows(orders: Sequence[Row], seed: int = 5) -> list[Row]:
    """About a third of the orders comes back within three weeks."""
    random = Random(seed)
    rows = []
    for order in orders:
        day = order["sold_date"] + timedelta(days=random.randint(2, 21))
        if random.random() > 0.35 or day > LAST:
            continue
        same = ("shop_id", "order_id", "category", "style_id", "skc_id", "sku_id", "region")
        rows.append(
            {name: order[name] for name in same}
            | {
                "return_id": f"r{order['order_id']}",
                "line_id": "1",
                "order_line_id": order["line_id"],
                "refunded_date": day,
                "refunded_at": datetime(day.year, day.month, day.day, 4, tzinfo=UTC).replace(
                    tzinfo=None
                ),
                "refunded_hour": 12,
                "has_time": True,
                "kind": "return",
                "is_before_shipping": random.random() < 0.2,
                "quantity": order["quantity"],
                "refund_amount": order["sales_amount"],
            }
        )
    return rows


def product_row(order: Row) -> Row:
    """The product of an order line: its season and wave follow from its style."""
    names = ("sku_id", "skc_id", "style_id", "category", "color", "size")
    number = hash_of(order["style_id"])
    season = "2022春夏" if number % 3 else "2021秋冬"
    return {name: order[name] for name in names} | {
        "year_season": season,
        "wave": WAVES[number % len(WAVES)],
    }


def build(folder: Path, orders: Sequence[Row], back: Sequence[Row] = ()) -> None:
    """Imports the rows into the warehouse `folder`, as a run of the command would."""
    settings = Settings(warehouse=str(folder), currency="CNY")
    sold = {row["sku_id"]: product_row(row) for row in orders if row.get("sku_id")}
    named = [{"shop_id": shop, "platform": platform} for shop, platform in SHOPS.items()]
    with open_for_import(str(folder), settings, wait=0) as writer:
        merged = {}
        staged = (order_lines, orders), (returns, back), (shops, named)
        for table, rows in (*staged, (products, list(sold.values()))):
            writer.stage(table, _frame(table, rows))
            merged[table.name] = writer.merge(table)
        for builder in BUILDERS:
            builder.build(writer)
        if writer.meta.currency is None:
            writer.set_currency("CNY")
        now = datetime(2022, 7, 1, 1, 30)  # noqa: DTZ001 (UTC without an offset)
        run = ImportRun(
            "qj_orders",
            "order_lines",
            now,
            now,
            ("orders.csv",),
            len(orders) + 1,
            len(orders),
            0,
            0,
            rejected={"no date": 1},
            tables=merged,
        )
        reject = {"file": "orders.csv", "line": 7, "reason": "no date", "document": None}
        writer.record(run, pl.DataFrame([{**reject, "row": '{"a": "=1+1"}'}]))


def _frame(table: Table, rows: Sequence[Row]) -> pl.DataFrame:
    names = [name for name in table.columns.keys() if rows and name in rows[0]]  # noqa: SIM118
    schema = {name: _dtype(table, name) for name in names}
    frame = pl.DataFrame([{name: row[name] for name in names} for row in rows], schema=schema)
    source = pl.lit("qj_orders").alias("import_source")
    order = pl.int_range(pl.len(), dtype=pl.Int64)
    return frame.with_columns(source, order.alias("__row"), order.alias("__order"))


def _dtype(table: Table, name: str) -> Any:
    python = table.columns[name].type.python_type
    dtypes: dict[type, Any] = {
        Decimal: pl.Decimal(18, 4),
        float: pl.Float64,
        int: pl.Int64,
        str: pl.String,
        bool: pl.Boolean,
        date: pl.Date,
        datetime: pl.Datetime("us"),
    }
    return dtypes[python]
