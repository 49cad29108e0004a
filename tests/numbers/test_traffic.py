"""Traffic of two marketplaces and a shop of our own, reckoned by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from metrics import Access
from metrics.compile import DENIED, LACKS
from tests.numbers.given import asked, business, by, reasons, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

FIRST, SECOND = (date(2026, 5, 1), date(2026, 5, 2)), (date(2026, 5, 2), date(2026, 5, 3))
BOTH = (date(2026, 5, 1), date(2026, 5, 3))
TABLES = {
    "shops": """shop_id,name,platform,kind
T,Flagship,tmall,online
D,Live room,douyin,online
W,Mini-program,own,online
S,Store,own,store
""",
    "traffic_daily": """traffic_date,shop_id,level,traffic_source,item_id,visitors,page_views,\
favourite_visitors,cart_visitors,order_buyers,paying_buyers
2026-05-01,T,shop,all,all,100,400,20,15,10,8
2026-05-02,T,shop,all,all,150,500,30,25,12,9
2026-05-01,T,source,search,all,60,200,12,10,6,5
2026-05-01,T,source,paid,all,50,200,9,8,5,4
2026-05-01,T,item,all,K1,40,90,8,6,4,3
2026-05-01,T,item,all,K2,70,90,8,6,4,3
2026-05-01,D,shop,all,all,200,300,,,5,4
""",
    "events": """shop_id,event_id,event_at,event_name,visitor_id,session_id,order_id,device,channel
W,e1,2026-05-01 09:00:00,view,v1,s1,,phone,search
W,e2,2026-05-01 09:05:00,cart,v1,s1,,phone,search
W,e3,2026-05-01 20:00:00,view,v1,s2,,phone,live
W,e4,2026-05-01 20:01:00,order,v1,s2,o1,phone,live
W,e5,2026-05-01 20:02:00,pay,v1,s2,o1,phone,live
W,e6,2026-05-01 10:00:00,view,v2,s3,,desktop,
W,e7,2026-05-02 10:00:00,view,v1,s4,,phone,search
W,e8,2026-05-02 11:00:00,order,v3,s5,o2,phone,search
""",
    "order_lines": """shop_id,order_id,line_id,ordered_at,customer_id,quantity,unit_price,is_paid
T,t1,1,2026-05-01 10:00:00,c1,1,300,true
D,d1,1,2026-05-01 10:00:00,c2,1,500,true
W,o1,1,2026-05-01 20:01:00,c3,1,90,true
S,s1,1,2026-05-01 10:00:00,c4,1,7000,true
S,s2,1,2026-05-02 10:00:00,c4,1,7000,false
""",
}
ONE_SHOP: dict[str, Any] = {"where": (("shop", ("T",)),)}
OWN: dict[str, Any] = {"where": (("shop", ("W",)),)}


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    yield from business(new_warehouse(), tmp_path_factory.mktemp("traffic"), TABLES)


def test_visitors_are_those_of_the_row_of_their_level(shop: Connector) -> None:
    by_shop = by(shop, FIRST, "shop", "visitors")
    assert by_shop == {"T": (100,), "D": (200,), "W": (2,)}
    assert by(shop, BOTH, "period", "visitors", grain="day", **ONE_SHOP) == {
        date(2026, 5, 1): (100,),
        date(2026, 5, 2): (150,),
    }
    by_source = by(shop, FIRST, "traffic_source", "counted_visitors", **ONE_SHOP)
    assert by_source == {"search": (60,), "paid": (50,)}
    assert by(shop, FIRST, "style", "visitors", **ONE_SHOP) == {"K1": (40,), "K2": (70,)}


def test_visitors_never_add_up_over_days_shops_or_items(shop: Connector) -> None:
    assert row(shop, BOTH, "visitors", **ONE_SHOP) == {"visitors": None}
    assert row(shop, FIRST, "visitors") == {"visitors": None}
    two = {"where": (("shop", ("T",)), ("style", ("K1", "K2")))}
    assert row(shop, FIRST, "visitors", **two) == {"visitors": None}
    assert "do not add up" in reasons(shop, BOTH, "visitors")["visitors"]


def test_visitors_of_our_own_shop_are_distinct_over_any_time(shop: Connector) -> None:
    assert row(shop, BOTH, "visitors", **OWN) == {"visitors": 3}
    assert by(shop, BOTH, "period", "visitors", grain="day", **OWN) == {
        date(2026, 5, 1): (2,),
        date(2026, 5, 2): (2,),
    }


def test_ratios_are_sums_over_days_and_shops(shop: Connector) -> None:
    names = ("visitor_days", "pay_conversion", "order_conversion", "order_pay_rate")
    visits, paying, ordering = 100 + 150 + 200 + 2 + 2, 8 + 9 + 4 + 1, 10 + 12 + 5 + 2
    assert row(shop, BOTH, *names) == {
        "visitor_days": visits,
        "pay_conversion": pytest.approx(paying / visits),
        "order_conversion": pytest.approx(ordering / visits),
        "order_pay_rate": pytest.approx(paying / ordering),
    }
    assert row(shop, SECOND, "pay_conversion", **ONE_SHOP)["pay_conversion"] == 9 / 150
    assert by(shop, FIRST, "traffic_source", "pay_conversion", **ONE_SHOP) == {
        "search": (pytest.approx(5 / 60),),
        "paid": (pytest.approx(4 / 50),),
    }
    assert by(shop, FIRST, "traffic_source", "pay_conversion", **OWN) == {
        "search": (0,),
        "live": (1,),
        None: (0,),
    }
    silent_left_out = pytest.approx((20 + 30 + 1) / (100 + 150 + 2 + 2))
    assert row(shop, BOTH, "fav_cart_rate") == {"fav_cart_rate": silent_left_out}
    assert by(shop, FIRST, "shop", "fav_cart_rate") == {"T": (0.2,), "D": (None,), "W": (0.5,)}


def test_the_value_of_a_visitor_leaves_out_shops_without_visitors(shop: Connector) -> None:
    got = row(shop, FIRST, "visitor_value")["visitor_value"]
    assert got == pytest.approx((300 + 500 + 90) / (100 + 200 + 2))
    assert row(shop, FIRST, "visitor_value", where=(("shop", ("S",)),))["visitor_value"] is None


def test_what_the_rows_do_not_tell_apart_is_unknown_with_the_reason(shop: Connector) -> None:
    assert row(shop, FIRST, "pay_conversion", where=(("category", ("dress",)),)) == {
        "pay_conversion": None
    }
    assert reasons(shop, FIRST, "visitor_days", by=("category",))["visitor_days"] == LACKS
    both = {"by": ("style", "traffic_source")}
    assert reasons(shop, FIRST, "visitor_days", **both)["visitor_days"] == LACKS
    buyer = Access("buyer", rows=(("category", ("dress",)),))
    result = asked(shop, FIRST, "visitor_days", access=buyer)
    assert [note.message for note in result.notes] == [DENIED]
    assert result.frame.row(0) == (None,)
