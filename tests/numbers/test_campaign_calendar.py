"""Budgets of campaigns by when they ran, and the windows of claims, by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.numbers.given import asked, business, by, reasons, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

MAY = (date(2026, 5, 1), date(2026, 6, 1))
TABLES = {
    "campaigns": """campaign_id,name,channel,shop_id,start_date,end_date,budget
over,Over,search,T,2026-04-01,2026-05-01,1000
just,Just,search,T,2026-04-01,2026-05-02,200
runs,Runs,feed,T,2026-05-20,,30
dear,Dear,feed,T,2026-05-20,2026-05-21,
soon,Soon,search,T,2026-06-01,2026-07-01,4
""",
    "ad_spend": """spend_date,campaign_id,ad_id,shop_id,channel,spend,claim_window_days
2026-05-01,just,all,T,search,10,7
2026-05-20,runs,all,T,feed,20,15
2026-05-21,runs,all,T,feed,5,
""",
}


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    yield from business(new_warehouse(), tmp_path_factory.mktemp("calendar"), TABLES)


def test_the_whole_budget_of_what_ran_on_any_day(shop: Connector) -> None:
    assert row(shop, MAY, "campaign_budget") == {"campaign_budget": 230}
    found = by(shop, MAY, "channel", "campaign_budget", "spend")
    assert found == {"search": (200, 10), "feed": (30, 25)}
    weeks = by(
        shop, (date(2026, 5, 18), date(2026, 6, 1)), "period", "campaign_budget", grain="week"
    )
    assert weeks == {date(2026, 5, 18): (30,), date(2026, 5, 25): (30,)}


def test_a_campaign_tells_its_days(shop: Connector) -> None:
    dates = ("campaign", "campaign_start", "campaign_end")
    frame = asked(shop, MAY, "spend", "campaign_budget", by=dates).frame
    assert {row[:3] for row in frame.select(dates).rows()} == {
        ("just", "2026-04-01", "2026-05-02"),
        ("runs", "2026-05-20", None),
        ("dear", "2026-05-20", "2026-05-21"),
    }


def test_the_longest_window_counts(shop: Connector) -> None:
    assert row(shop, MAY, "claim_window") == {"claim_window": 15}
    assert by(shop, MAY, "campaign", "claim_window") == {"just": (7,), "runs": (15,)}
    late = (date(2026, 5, 21), date(2026, 5, 22))
    assert "claims" in reasons(shop, late, "claim_window")["claim_window"]


def test_what_is_at_stake_is_not_known_without_stock(shop: Connector) -> None:
    assert row(shop, MAY, "spend_at_stake") == {"spend_at_stake": None}
