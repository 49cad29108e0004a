"""The rows of the benched shop: SQL for each column, of a number `i` that counts the rows."""

from __future__ import annotations

from datetime import date

SKUS, WAREHOUSES, SHOPS = 20_000, 6, 6
LAST = date(2026, 10, 31)
DAYS, STOCK_DAYS = 240, 42
ORDERS, RETURNS, SESSIONS, STEPS = 720_000, 180_000, 200_000, 4
STYLES, CHANNELS, CAMPAIGNS, SUPPLIERS = SKUS // 12 + 1, 8, 64, 8


def _day(back: str) -> str:
    return f"(DATE '{LAST}' - ({back})::INTEGER)"


def _moment(event: str, day: str, hour: str) -> dict[str, str]:
    local = f"{day}::TIMESTAMP + to_hours(({hour})::INTEGER)"
    return {
        f"{event}_at": f"{local} - INTERVAL 8 HOUR",
        f"{event}_date": f"({local})::DATE",
        f"{event}_hour": f"({hour}) % 24",
    }


def _dice(number: str, seed: int, sides: int) -> str:
    return f"(hash({number} * 64 + {seed}) % {sides})::BIGINT"


def _sold(number: str) -> str:
    """The SKU of an order: half of all are of an eighth of the SKUs."""
    return f"({SKUS} * power({_dice(number, 1, 1_000_000)} / 1e6, 3))::BIGINT % {SKUS}"


def _goods(sku: str) -> dict[str, str]:
    return {
        "sku_id": f"'sku-' || {sku}",
        "skc_id": f"'skc-' || {sku} // 4",
        "style_id": f"'style-' || {sku} // 12",
        "category": f"'category-' || {sku} // 12 % 12",
        "size": f"'size-' || {sku} % 4",
    }


def shop_of(number: str) -> str:
    """The shop of a number."""
    return f"'shop-' || {number} % {SHOPS}"


def warehouse_of(number: str) -> str:
    """The warehouse of a number."""
    return f"'w-' || {number} % {WAREHOUSES}"


def product_values() -> dict[str, str]:
    """Of a SKU."""
    return {
        **_goods("i"),
        "is_core_size": "i % 4 < 3",
        "buy_type": "'stock'",
        "is_replenishable": "i // 12 % 2 = 0",
        "supplier_id": f"'s' || i // 12 % {SUPPLIERS}",
        "launch_date": "DATE '2026-03-01'",
        "planned_end_date": "DATE '2026-12-31'",
        "floor_price": "20",
        "unit_cost": "20 + i % 60",
        "buy_quantity": "200",
    }


def order_values() -> dict[str, str]:
    """Of an order of one line."""
    amount = f"({_dice('i', 2, 50_000)} / 100.0 + 40)"
    day = _day(f"{DAYS - 1} - i * {DAYS} // {ORDERS}")
    hour = _dice("i", 3, 24)
    return {
        "shop_id": shop_of("i"),
        "order_id": "'o' || i",
        "line_id": "'1'",
        **_moment("ordered", day, hour),
        **_moment("sold", day, hour),
        "has_time": "true",
        "is_paid": "i % 20 <> 0",
        "is_cancelled": "i % 20 = 0",
        "is_shipped": "i % 20 <> 0",
        "line_type": "'sale'",
        "mode": "'shelf'",
        "customer_id": "'c' || i % 300000",
        "region": "'region-' || i % 7",
        "warehouse_id": warehouse_of("i"),
        "channel": f"'channel-' || i % {CHANNELS}",
        **_goods(f"({_sold('i')})"),
        "quantity": "1",
        "unit_price": amount,
        "unit_cost": "30",
        **dict.fromkeys(("gross_amount", "paid_amount", "sales_amount"), amount),
    }


def return_values() -> dict[str, str]:
    """Of a return."""
    order = f"(i * {ORDERS // RETURNS} + 1)"
    bought = f"{DAYS - 1} - {order} * {DAYS} // {ORDERS}"
    day, hour = _day(f"{bought} - 1 - {_dice('i', 4, 14)}"), _dice("i", 5, 24)
    moments = {**_moment("requested", day, hour), **_moment("refunded", day, hour)}
    del moments["requested_date"], moments["requested_hour"]
    return {
        "shop_id": shop_of(order),
        "return_id": "'r' || i",
        "line_id": "'1'",
        "order_id": f"'o' || {order}",
        "order_line_id": "'1'",
        **moments,
        "has_time": "true",
        "kind": "'return'",
        "is_before_shipping": "i % 5 = 0",
        "is_quality": "i % 8 = 0",
        **_goods(f"({_sold(order)})"),
        "quantity": "1",
        "resaleable_quantity": "1",
        "refund_amount": f"{_dice(order, 2, 50_000)} / 100.0 + 40",
    }


def parcel_values() -> dict[str, str]:
    """Of the parcel of an order."""
    day = _day(f"{DAYS - 1} - i * {DAYS} // {ORDERS}")
    paid = _dice("i", 3, 24)
    left = _moment("left", day, f"{paid} + 4 + {_dice('i', 6, 30)}")["left_at"]
    there = _moment("delivered", day, f"{paid} + 40 + {_dice('i', 7, 60)}")
    return {
        "shop_id": shop_of("i"),
        "order_id": "'o' || i",
        "parcel_id": "'p' || i",
        "warehouse_id": warehouse_of("i"),
        "courier": "'courier-' || i % 5",
        "region": "'region-' || i % 7",
        **_moment("paid", day, paid),
        "shipped_at": left,
        **there,
        "status": "'delivered'",
    }


def event_values() -> dict[str, str]:
    """Of a step of a session."""
    session = f"(i // {STEPS})"
    step = f"i % {STEPS}"
    # One session in eight goes all the way; the others look.
    names = f"['view', 'checkout', 'order', 'pay'][{step} + 1]"
    day = _day(f"{DAYS - 1} - {session} * {DAYS} // {SESSIONS}")
    return {
        "shop_id": "'shop-0'",
        "event_id": "'e' || i",
        **_moment("event", day, _dice(session, 8, 24)),
        "event_at": f"{_moment('e', day, _dice(session, 8, 24))['e_at']} + to_minutes({step})",
        "event_name": f"CASE WHEN {session} % 8 = 0 THEN {names} ELSE 'view' END",
        "visitor_id": f"'v' || {session} % 60000",
        "session_id": f"'s' || {session}",
        "device": f"'device-' || {session} // 8 % 3",
        "region": f"'region-' || {session} % 7",
        "channel": f"'channel-' || {session} % {CHANNELS}",
        "campaign_id": f"CASE WHEN {session} % 3 = 0 THEN 'm' || {session} % {CAMPAIGNS} END",
        **_goods(f"({_sold(session)})"),
    }


def visit_values(items: int) -> dict[str, str]:
    """The visitors of styles in two shops, then those of shops."""
    is_item, shop_row = f"i < {items}", f"(i - {items})"
    return {
        "traffic_date": _day(
            f"CASE WHEN {is_item} THEN i // {STYLES * 2} ELSE {shop_row} // {SHOPS} END"
        ),
        "shop_id": f"CASE WHEN {is_item} THEN {shop_of('(i % 2)')} ELSE {shop_of(shop_row)} END",
        "level": f"CASE WHEN {is_item} THEN 'item' ELSE 'shop' END",
        "traffic_source": "'all'",
        "item_id": f"CASE WHEN {is_item} THEN 'style-' || i // 2 % {STYLES} ELSE 'all' END",
        "visitors": f"CASE WHEN {is_item} THEN 9 ELSE 9000 + {_dice('i', 9, 900)} END",
        "order_buyers": f"CASE WHEN {is_item} THEN 1 ELSE 560 END",
        "paying_buyers": f"CASE WHEN {is_item} THEN 1 ELSE 475 END",
        "paid_amount": "120000",
    }


def stock_values() -> dict[str, str]:
    """Of a snapshot."""
    sku = f"(i % {SKUS})"
    return {
        "stock_date": _day(f"i // {SKUS * WAREHOUSES}"),
        "warehouse_id": warehouse_of(f"(i // {SKUS})"),
        **_goods(sku),
        "on_hand": f"CASE WHEN hash({sku}) % 50 = 0 THEN 0 ELSE 5 + {_dice('i', 10, 30)} END",
        **dict.fromkeys(("reserved", "inbound", "returning", "defective"), "0"),
        "unit_cost": f"20 + {sku} % 60",
        "first_received_date": "DATE '2026-03-02'",
    }


def receipt_values() -> dict[str, str]:
    """Of an arrival."""
    day = _day(f"i * {DAYS} // {SKUS * WAREHOUSES * 2}")
    moments = {**_moment("ordered", f"({day} - 12)", "9"), **_moment("received", day, "14")}
    return {
        "purchase_id": f"'po' || i // {SKUS}",
        "line_id": "i::VARCHAR",
        "supplier_id": f"'s' || i % {SKUS} // 12 % {SUPPLIERS}",
        "warehouse_id": warehouse_of("i"),
        **_goods(f"(i * 7 % {SKUS})"),
        **moments,
        "kind": "'purchase'",
        "ordered_quantity": "20",
        "received_quantity": "20",
        "unit_cost": "30",
    }


def spend_values() -> dict[str, str]:
    """Of a campaign on a day."""
    campaign = f"(i % {CAMPAIGNS})"
    return {
        "spend_date": _day(f"i // {CAMPAIGNS}"),
        "campaign_id": f"'m' || {campaign}",
        "ad_id": "'all'",
        "shop_id": shop_of(f"({campaign} % {CHANNELS})"),
        "channel": f"'channel-' || {campaign} % {CHANNELS}",
        "style_id": f"'style-' || {campaign}",
        "spend": f"900 + {_dice('i', 11, 200)}",
        "impressions": "40000",
        "clicks": f"900 + {_dice('i', 12, 90)}",
        "claimed_sales": f"5000 + {_dice('i', 13, 900)}",
        "claimed_orders": "12",
        "claim_window_days": "7",
    }
