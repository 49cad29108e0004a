"""A warehouse of many order lines, made by the database itself: for speed, not for truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.engines import open_for_import
from connectors.importing.run import build_derived
from connectors.schema import order_lines, returns
from tests.bench.rows import made_rows

if TYPE_CHECKING:
    from connectors.settings import Settings

_DAYS = 730
_RETURNED = 5


def build(settings: Settings, lines: int) -> None:
    """Two years of `lines` order lines in two-line orders, every fifth line returned."""
    with open_for_import(settings.warehouse, settings, wait=0, what="bench") as writer:
        writer.set_currency("CNY")
        writer.build(order_lines, made_rows(order_lines, _line(lines), lines))
        writer.build(returns, made_rows(returns, _return(lines), lines // _RETURNED))
        build_derived(writer, {order_lines.name, returns.name})


def _day(line: str, lines: int) -> str:
    """Orders come day by day, as they do when a shop imports what it sold."""
    return f"DATE '2024-11-01' + ({line} // 2 * 2 * {_DAYS} // {lines})::INTEGER"


def _moment(event: str, day: str) -> dict[str, str]:
    hour = "(i * 40503) % 24"
    local = f"({day})::TIMESTAMP + to_hours({hour})"
    return {
        f"{event}_at": f"{local} - INTERVAL 8 HOUR",
        f"{event}_date": day,
        f"{event}_hour": hour,
    }


def _line(lines: int) -> dict[str, str]:
    day = _day("i", lines)
    sku = "(i * 7919 % 20000)"
    amount = "((i * 104729) % 50000) / 100.0 + 20"
    return {
        "shop_id": "'shop-' || (i // 2) % 6",
        "order_id": "'2026' || lpad((i // 2)::VARCHAR, 12, '0')",
        "line_id": "(i % 2)::VARCHAR",
        **_moment("ordered", day),
        **_moment("sold", day),
        "has_time": "true",
        "is_paid": "i % 20 <> 0",
        "is_cancelled": "i % 20 = 0",
        "is_shipped": "i % 10 <> 0",
        "line_type": "'sale'",
        "mode": "CASE WHEN (i // 2) % 3 = 0 THEN 'self_live' ELSE 'shelf' END",
        "customer_id": "CASE WHEN (i // 2) % 4 = 0 THEN NULL ELSE 'c' || (i // 10) END",
        "region": "'region-' || (i // 2) % 31",
        "sku_id": f"'SKU' || {sku}",
        "skc_id": f"'SKC' || {sku} // 5",
        "style_id": f"'ST' || {sku} // 20",
        "category": f"'category-' || {sku} // 20 % 12",
        "size": f"'size-' || {sku} % 5",
        "quantity": "1 + i % 2",
        "gross_amount": amount,
        "paid_amount": amount,
        "sales_amount": amount,
        "unit_cost": "20 + i % 60",
    }


def _return(lines: int) -> dict[str, str]:
    line = f"(i * {_RETURNED})"
    day = _day(line, lines)
    return {
        "shop_id": f"'shop-' || ({line} // 2) % 6",
        "return_id": "i::VARCHAR",
        "line_id": "'1'",
        "order_id": f"'2026' || lpad(({line} // 2)::VARCHAR, 12, '0')",
        "order_line_id": f"({line} % 2)::VARCHAR",
        **_moment("refunded", f"{day} + (i % 20)::INTEGER"),
        "has_time": "true",
        "kind": "'return'",
        "is_before_shipping": "i % 3 = 0",
        "quantity": "1",
        "refund_amount": f"(({line} * 104729) % 50000) / 100.0 + 20",
    }
