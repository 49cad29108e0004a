"""Campaigns of three platforms and their claims, and orders traced to touches, by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.numbers.given import business, by, reasons, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

MAY = (date(2026, 5, 1), date(2026, 6, 1))
# The order of W is touched by k3 (13 days before), k1 (5), k2 (1) and, last, a visit of nobody's.
TABLES = {
    "shops": """shop_id,name,platform,kind
T,Flagship,tmall,online
U,Outlet,tmall,online
D,Live room,douyin,online
W,Mini-program,own,online
""",
    "ad_spend": """spend_date,campaign_id,ad_id,shop_id,channel,spend,impressions,clicks,\
claimed_sales
2026-05-02,t1,all,T,search,100,10000,200,400
2026-05-02,u1,all,U,recommendation,50,20000,100,350
2026-05-03,d1,all,D,live,200,,,1200
2026-05-03,k1,all,W,search,10,1000,30,
2026-05-03,k2,all,W,live,20,1000,10,
""",
    "events": """shop_id,event_id,event_at,event_name,visitor_id,session_id,order_id,channel,\
campaign_id
W,e1,2026-05-07 10:00:00,view,v1,s1,,search,k3
W,e2,2026-05-15 10:00:00,view,v1,s2,,search,k1
W,e3,2026-05-19 10:00:00,view,v1,s3,,live,k2
W,e4,2026-05-20 09:50:00,view,v1,s4,,,
W,e5,2026-05-20 10:00:00,order,v1,s4,w1,,
W,e6,2026-05-21 10:00:00,view,v2,s5,,search,k1
W,e7,2026-05-21 10:10:00,order,v2,s5,w2,search,k1
""",
    "order_lines": """shop_id,order_id,line_id,ordered_at,customer_id,quantity,unit_price,\
unit_cost,is_shipped
T,t1,1,2026-05-02 10:00:00,c1,1,1000,300,true
T,t2,1,2026-05-02 12:00:00,c1,1,500,100,true
U,u1,1,2026-05-02 10:00:00,c2,1,600,200,true
D,d1,1,2026-05-03 10:00:00,c3,1,2000,500,true
W,w1,1,2026-05-20 10:00:00,c4,1,90,20,true
W,w2,1,2026-05-21 10:10:00,c5,1,60,20,true
""",
    "returns": """shop_id,return_id,line_id,order_id,order_line_id,refunded_at,kind,quantity,\
resaleable_quantity,refund_amount
D,r1,1,d1,1,2026-05-04 10:00:00,refund_only,0,0,800
""",
}
ATTRIBUTED = (("ad_sales", "attributed"),)


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    yield from business(new_warehouse(), tmp_path_factory.mktemp("campaigns"), TABLES)


def test_sums_and_ratios_of_ads(shop: Connector) -> None:
    search = {"where": (("channel", ("search", "recommendation")),)}
    assert row(shop, MAY, "spend", "impressions", "clicks", "ctr", "cpc", "cpm", **search) == {
        "spend": 160,
        "impressions": 31_000,
        "clicks": 330,
        "ctr": pytest.approx(330 / 31_000),
        "cpc": pytest.approx(160 / 330),
        "cpm": pytest.approx(160 / 31),
    }
    assert by(shop, MAY, "campaign", "spend")["d1"] == (200,)
    assert by(shop, MAY, "shop", "impressions")["D"] == (None,)


def test_claims_of_one_platform_add_up_and_of_two_never(shop: Connector) -> None:
    assert by(shop, MAY, "platform", "claimed_sales", "claimed_roas", "roas") == {
        "tmall": (750, 5, 5),
        "douyin": (1200, 6, 6),
        "own": (None, None, None),
    }
    assert row(shop, MAY, "claimed_sales", "roas") == {"claimed_sales": None, "roas": None}
    assert "never add up" in reasons(shop, MAY, "claimed_sales")["claimed_sales"]


@pytest.mark.parametrize(
    ("model", "window", "k1", "k2", "k3"),
    [
        ("last", "7", 60, 90, None),
        ("first", "7", 90 + 60, 0, None),
        ("linear", "7", 45 + 60, 45, None),
        ("first", "14", 60, 0, 90),
        ("linear", "14", 30 + 60, 30, 30),
        ("first", "1", 60, 90, None),
    ],
)
def test_orders_are_credited_to_the_campaigns_that_touched_them(
    shop: Connector, model: str, window: str, k1: float, k2: float | None, k3: float | None
) -> None:
    params = (("attribution", model), ("window", window))
    got = by(shop, MAY, "campaign", "attributed_sales", params=params)
    known = {"k1": k1, "k2": k2, "k3": k3}
    assert got == {name: (pytest.approx(v),) for name, v in known.items() if v is not None}


def test_a_filter_on_a_campaign_does_not_change_its_share(shop: Connector) -> None:
    where = (("campaign", ("k1",)),)
    params = (("attribution", "linear"),)
    assert row(shop, MAY, "attributed_sales", where=where, params=params) == {
        "attributed_sales": pytest.approx(45 + 60)
    }


def test_attributed_sales_are_unknown_where_nothing_is_tracked(shop: Connector) -> None:
    got = by(shop, MAY, "shop", "attributed_sales", "spend")
    assert got["W"] == (150, 30)
    assert got["T"] == (None, 100)
    narrow = {"where": (("shop", ("T",)),)}
    assert row(shop, MAY, "attributed_sales", **narrow) == {"attributed_sales": None}
    assert "traced" in reasons(shop, MAY, "attributed_sales", **narrow)["attributed_sales"]


def test_roas_of_attributed_sales_is_on_the_spend_that_is_tracked(shop: Connector) -> None:
    got = row(shop, MAY, "roas", "credited_spend", params=ATTRIBUTED)
    assert got == {"roas": pytest.approx(150 / 30), "credited_spend": 30}
    by_campaign = by(shop, MAY, "campaign", "roas", params=ATTRIBUTED)
    assert by_campaign["k1"] == (6,)
    assert by_campaign["k2"] == (4.5,)
    assert by_campaign["t1"] == (None,)


def test_net_return_is_of_what_is_expected_to_stay(shop: Connector) -> None:
    """Every order of May is older than any refund seen, so what is expected is what happened."""
    got = by(shop, MAY, "platform", "net_roas", "expected_net_share")
    stays = got["douyin"][1]
    assert 0 < stays <= 1 - 800 / 2000
    assert got["douyin"][0] == pytest.approx(6 * stays)
    assert got["tmall"][0] == pytest.approx(5 * got["tmall"][1])


def test_break_even_and_return_follow_the_contribution(shop: Connector) -> None:
    one: dict[str, Any] = {"where": (("shop", ("D",)),)}
    got = row(shop, MAY, "contribution_before_ads", "breakeven_roas", "net_roas", "roi", **one)
    rate = (2000 - 800 - 500) / (2000 - 800)
    assert got["contribution_before_ads"] == 700
    assert got["breakeven_roas"] == pytest.approx(1 / rate)
    assert got["roi"] == pytest.approx(got["net_roas"] * rate - 1)


def test_a_new_customer_has_a_price(shop: Connector) -> None:
    assert row(shop, MAY, "new_customers", "cac") == {
        "new_customers": 5,
        "cac": pytest.approx(380 / 5),
    }
    assert by(shop, MAY, "shop", "new_customers")["T"] == (1,)
