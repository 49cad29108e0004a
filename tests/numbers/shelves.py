"""A made-up stock of twelve SKUs in two places over forty days, as CSV texts and in SQLite."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(40)]
PLACES = ("A", "B")
SKUS = [(style, color, size) for style in "XY" for color in "rg" for size in "SML"]
Table = list[dict[str, Any]]


def tables() -> dict[str, Table]:
    """Rows by table; the same ones at every call."""
    random = Random(20260301)
    return {
        "suppliers": [{"supplier_id": "far", "name": "Far", "lead_time_days": 9}],
        "products": _products(),
        "stock_daily": list(_stock(random)),
        "order_lines": list(_lines(random)),
        "returns": list(_returns(random)),
        "receipts": list(_receipts(random)),
    }


def as_csv(rows: Table) -> str:
    """The rows as a file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def in_sqlite(given: dict[str, Table]) -> sqlite3.Connection:
    """The same rows for plain SQL."""
    connection = sqlite3.connect(":memory:")
    for name, rows in given.items():
        columns = list(rows[0])
        named = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f"CREATE TABLE {name} ({named})")
        marks = ", ".join("?" * len(columns))
        values = [tuple(_plain(row[column]) for column in columns) for row in rows]
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    return connection


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | datetime) else value


def _sku(style: str, color: str, size: str) -> dict[str, str]:
    skc = f"{style}-{color}"
    return {"sku_id": f"{skc}-{size}", "skc_id": skc, "style_id": style, "category": f"cat{style}"}


def _products() -> Table:
    return [
        {
            **_sku(style, color, size),
            "is_core_size": str(size != "L").lower(),
            "is_replenishable": str(style == "X").lower(),
            "supplier_id": "near" if color == "r" else "far",
            "wave": "W1" if color == "r" else "W2",
            "launch_date": FIRST,
            "planned_end_date": DAYS[-1] + timedelta(days=20),
            "buy_quantity": 100,
            "unit_cost": 11,
        }
        for style, color, size in SKUS
    ]


def _stock(random: Random) -> Any:
    """Daily in A, with days missing; every third day in B; one SKU that B stops to report."""
    for place in PLACES:
        for sku in SKUS:
            level = random.randint(0, 25)
            for day in DAYS:
                level = max(0, level - random.randint(0, 3))
                level += 20 if random.random() < 0.05 else 0
                skipped = random.random() < 0.1 if place == "A" else (day - FIRST).days % 3
                gone = place == "B" and sku == SKUS[0] and day > DAYS[15]
                if not skipped and not gone:
                    yield {
                        "stock_date": day,
                        "warehouse_id": place,
                        **_sku(*sku),
                        "on_hand": level,
                        "reserved": min(level, random.randint(0, 2)),
                        "inbound": random.choice([0, 0, 10]),
                        "returning": random.choice([0, 1]),
                        "unit_cost": random.choice([10, 12]),
                        "first_received_date": day - timedelta(days=random.randint(0, 400)),
                    }


def _lines(random: Random) -> Any:
    for number in range(400):
        day = random.choice(DAYS)
        yield {
            "shop_id": "s",
            "order_id": f"o{number}",
            "line_id": "1",
            "ordered_at": f"{day} 12:00:00",
            "warehouse_id": random.choice(PLACES),
            **_sku(*random.choice(SKUS)),
            "quantity": random.randint(1, 3),
            "unit_price": random.choice([50, 80]),
            "unit_cost": 10,
            "is_paid": str(random.random() < 0.9).lower(),
            "is_shipped": "true",
            "price_state": random.choice(["full_price", "clearance"]),
        }
    yield from _daily(random)


def _daily(random: Random) -> Any:
    """One SKU sells in A every day."""
    for number, day in enumerate(DAYS):
        yield {
            "shop_id": "s",
            "order_id": f"d{number}",
            "line_id": "1",
            "ordered_at": f"{day} 18:00:00",
            "warehouse_id": "A",
            **_sku("X", "g", "M"),
            "quantity": random.randint(2, 5),
            "unit_price": 50,
            "unit_cost": 10,
            "is_paid": "true",
            "is_shipped": "true",
            "price_state": "full_price",
        }


def _returns(random: Random) -> Any:
    for number in range(0, 400, 7):
        kind = random.choice(["return", "refund_only"])
        yield {
            "shop_id": "s",
            "return_id": f"r{number}",
            "line_id": "1",
            "order_id": f"o{number}",
            "order_line_id": "1",
            "refunded_at": f"{DAYS[-1]} 13:00:00",
            "kind": kind,
            "is_before_shipping": "false",
            "quantity": 1 if kind == "return" else 0,
            "resaleable_quantity": 0,
            "refund_amount": 20,
        }


def _receipts(random: Random) -> Any:
    for number, sku in enumerate(SKUS):
        for arrival in range(3):
            day = DAYS[random.randint(0, 20)]
            yield {
                "purchase_id": f"p{number}-{arrival}",
                "line_id": "1",
                "supplier_id": "near",
                "warehouse_id": random.choice(PLACES),
                **_sku(*sku),
                "ordered_at": f"{day - timedelta(days=random.randint(3, 9))} 09:00:00",
                "confirmed_at": f"{day - timedelta(days=2)} {random.randint(10, 20)}:00:00",
                "received_at": f"{day} 09:00:00",
                "kind": "transfer" if arrival == 2 else "purchase",
                "ordered_quantity": 60,
                "received_quantity": random.randint(20, 60),
            }


GIVEN = tables()
_STANDING = """stock_daily AS s WHERE s.stock_date = (
    SELECT max(stock_date) FROM stock_daily AS t
    WHERE t.sku_id = s.sku_id AND t.warehouse_id = s.warehouse_id
      AND t.stock_date <= :day AND t.stock_date > date(:day, '-7 days'))"""


def closing(raw: sqlite3.Connection, day: date, values: str, key: str = "'all'") -> dict[Any, Any]:
    """Key → sums over the last snapshot of each SKU and place within a week, by plain SQL."""
    sql = f"SELECT {key}, {values} FROM {_STANDING} GROUP BY 1"
    return {found[0]: found[1:] for found in raw.execute(sql, {"day": str(day)})}
