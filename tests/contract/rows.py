"""The order lines that the tests of answers ask about: every kind of column, every odd text."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.contract.loading import line

if TYPE_CHECKING:
    from tests.contract.loading import Row

START = datetime.fromisoformat("2024-02-28T22:30")
TEXTS = [
    "女装·连衣裙",
    'it\'s "quoted"',
    "a,b;c\td",
    "two\nlines\rand\r\nmore",
    "\\.",
    "\\N",
    "",
    " ",
    "NULL",
    "%d %(x)s :y $1 ?",
    "👗é",
    "Ж",
]
ROWS: list[Row] = [
    line(
        f"o{n:03}",
        sold_at=START + timedelta(hours=n),
        sold_date=(START + timedelta(hours=n)).date(),
        sold_hour=(START + timedelta(hours=n)).hour,
        is_paid=(True, False, None)[n % 3],
        region=TEXTS[n] if n < len(TEXTS) else None,
        customer_id=None if n % 4 == 0 else f"c{n % 5}",
        quantity=None if n == 7 else n - 5,
        sales_amount=None if n % 6 == 1 else Decimal(n * 100_001) / 10_000,
        unit_cost=Decimal("0.1"),
        exchange_rate=0.1 * n,
    )
    for n in range(40)
]
