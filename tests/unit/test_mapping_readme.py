"""The mapping that the README shows is one: it imports a file as it says."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.importing import Board

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
FILE = """Order no.;Date;Article;Qty;Price;Status
1;18/06/2024 09:30;A-1;2;€ 1.234,50;OK
1;18/06/2024 09:30;A-1;1;€ 1.234,50;X
1;18/06/2024 09:30;TEST;1;0,00;OK
2;19/06/2024 10:00;-;1;10,00;?
R1;19/06/2024 11:00;B-2;-1;10,00;OK
"""


def test_the_mapping_of_the_readme_does_what_it_says(board: Board, tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    [shown] = [block for block in blocks if "[[feeds]]" in block]
    (tmp_path / "paris.toml").write_text(shown, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(FILE, encoding="utf-8")
    report = board.imported("order_lines", tmp_path / "paris.toml", tmp_path / "orders.csv")
    assert report["excluded"] == {"test_orders": 1}
    assert report["rejected"] == {"Status: a value that the mapping does not list": 1}
    assert report["currency"] == "EUR"
    query = """SELECT line_id, style_id, quantity, sales_amount, is_cancelled, ordered_at,
        ordered_hour FROM order_lines ORDER BY line_id"""
    at = datetime.fromisoformat("2024-06-18T07:30")
    assert board.sql(query) == [
        ("A-1#1", "A", 2, Decimal("2469.00"), False, at, 15),
        ("A-1#2", "A", 1, Decimal(0), True, at, 15),
    ]
    refunds = "SELECT return_id, refund_amount, quantity FROM returns"
    assert board.sql(refunds) == [("R1", Decimal(10), 1)]
