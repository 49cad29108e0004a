"""Facts never double: cutting the rows of a business finer moves none of its totals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.numbers.given import business, by, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.engines import Connector

AUGUST = (date(2026, 8, 1), date(2026, 9, 1))
SPEND = """spend_date,campaign_id,ad_id,shop_id,channel,spend,clicks,claimed_sales
"""
TOTALS = (
    "paid_sales", "net_sales", "orders", "units", "net_units", "buyers", "new_customers",
    "attributed_sales", "spend", "clicks", "claimed_sales", "expected_claimed_sales",
    "sessions", "funnel_view", "funnel_pay", "visitor_days", "paying_days",
    "on_hand", "available", "average_stock_value", "cogs", "turnover_days", "sell_through",
    "weeks_on_hand", "pickups_due", "arrivals_due", "retained_customers",
)  # fmt: skip


def _tables(cut: int) -> dict[str, str]:
    """Two orders with a return; each line, ad, step, place, arrival and parcel in `cut` pieces."""
    pieces = range(cut)
    lines = [f"s,o1,{n},2026-08-05 10:10:00,c1,K,{12 // cut},50,20,true" for n in pieces]
    lines += [f"s,o2,{n},2026-08-06 10:00:00,c2,K,{12 // cut},50,20,true" for n in pieces]
    ads = [f"2026-08-03,k1,a{n},s,search,{120 // cut},{60 // cut},{900 // cut}" for n in pieces]
    steps = [
        f"s,{name}{n},2026-08-05 10:0{at}:00,{name},v1,s1,{order},search,k1"
        for at, (name, order) in enumerate((("view", ""), ("cart", ""), ("order", "o1")))
        for n in pieces
    ]
    steps += [f"s,pay{n},2026-08-05 10:05:00,pay,v1,s1,o1,search,k1" for n in pieces]
    days = [f"2026-08-{day:02}" for day in range(1, 11)]
    stock = [f"{day},w{n},K,{240 // cut},{24 // cut},20" for day in days for n in pieces]
    came = [f"p1,{n},w{n},K,2026-08-01 10:00:00,purchase,{60 // cut}" for n in pieces]
    parcels = [
        f"s,o{o},{n},2026-08-05 10:00:00,2026-08-06 10:00:00" for o in (1, 2) for n in pieces
    ]
    back = [f"s,r1,{n},o1,{n},2026-08-08 10:00:00,return,{6 // cut},{300 // cut}" for n in pieces]
    return {
        "shops": "shop_id,platform\ns,own\n",
        "order_lines": "shop_id,order_id,line_id,ordered_at,customer_id,sku_id,quantity,"
        "unit_price,unit_cost,is_shipped\n" + "\n".join(lines),
        "ad_spend": SPEND + "\n".join(ads),
        "events": "shop_id,event_id,event_at,event_name,visitor_id,session_id,order_id,channel,"
        "campaign_id\n" + "\n".join(steps),
        "stock_daily": "stock_date,warehouse_id,sku_id,on_hand,reserved,unit_cost\n"
        + "\n".join(stock),
        "receipts": "purchase_id,line_id,warehouse_id,sku_id,received_at,kind,received_quantity\n"
        + "\n".join(came),
        "deliveries": "shop_id,order_id,parcel_id,paid_at,shipped_at\n" + "\n".join(parcels),
        "returns": "shop_id,return_id,line_id,order_id,order_line_id,refunded_at,kind,quantity,"
        "refund_amount\n" + "\n".join(back),
    }


@pytest.fixture(scope="module")
def whole_and_cut(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Connector, Connector]]:
    folders = [tmp_path_factory.mktemp(name) for name in ("whole", "cut")]
    whole, cut = (
        business(str(folder / "warehouse"), folder, _tables(pieces))
        for folder, pieces in zip(folders, (1, 3), strict=True)
    )
    yield next(whole), next(cut)
    for each in (whole, cut):
        next(each, None)


def test_no_total_moves_when_rows_are_cut(whole_and_cut: tuple[Connector, Connector]) -> None:
    expected, got = (row(each, AUGUST, *TOTALS) for each in whole_and_cut)
    assert expected["paid_sales"] == 2 * 12 * 50
    assert expected["attributed_sales"] == 12 * 50
    assert expected["on_hand"] == 240
    assert got == pytest.approx(expected, nan_ok=False)


def test_nor_does_that_of_a_group(whole_and_cut: tuple[Connector, Connector]) -> None:
    names = ("paid_sales", "net_units", "on_hand", "sell_through", "weeks_on_hand")
    expected, got = (by(each, AUGUST, "sku", *names) for each in whole_and_cut)
    assert list(got) == ["K"]
    assert got["K"] == pytest.approx(expected["K"])
