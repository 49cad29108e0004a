"""A pasted link shows the rows that it names, for every filter; on a phone the bar folds away."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.reader import choice, choose, listed, opened, settled
from tests.browser.server import serving
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.pages.shop import Row

_ROWS = shop.order_rows()
_FIRST = shop.LAST - timedelta(days=27)
_SEASONS = {row["sku_id"]: shop.product_row(row) for row in _ROWS}
_ONE = next(row for row in _ROWS if row["sold_date"] > _FIRST and row["creator_id"])


def _of_product(name: str) -> Callable[[Row], str]:
    return lambda row: str(_SEASONS[row["sku_id"]][name])


_MEMBERS: dict[str, Callable[[Row], str]] = {
    "platform": lambda row: shop.SHOPS[row["shop_id"]],
    "shop": lambda row: str(row["shop_id"]),
    "mode": lambda row: str(row["mode"]),
    "creator": lambda row: str(row["creator_id"]),
    "category": lambda row: str(row["category"]),
    "style": lambda row: str(row["style_id"]),
    "skc": lambda row: str(row["skc_id"]),
    "sku": lambda row: str(row["sku_id"]),
    "region": lambda row: str(row["region"]),
    "year_season": _of_product("year_season"),
    "wave": _of_product("wave"),
}
_RANGES = {
    "range=last_day": (shop.LAST, shop.LAST),
    "range=last_7_days": (date(2022, 6, 24), shop.LAST),
    "range=last_28_days": (_FIRST, shop.LAST),
    "range=last_90_days": (date(2022, 4, 2), shop.LAST),
    "range=last_full_week": (date(2022, 6, 20), date(2022, 6, 26)),
    "range=this_week": (date(2022, 6, 27), shop.LAST),
    "range=this_month": (date(2022, 6, 1), shop.LAST),
    "range=this_quarter": (date(2022, 4, 1), shop.LAST),
    "range=this_year": (date(2022, 1, 1), shop.LAST),
    "range=custom&first=2022-04-05&last=2022-05-04": (date(2022, 4, 5), date(2022, 5, 4)),
}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A reader with a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context.new_page()
    context.close()


def _shows_sales_of(page: Page, rows: list[Row]) -> None:
    sales = float(sum(row["sales_amount"] for row in rows))
    value = page.locator("[class*=st-key-card-paid_sales]").get_by_test_id("stMetricValue")
    expect(value).to_have_text(re.compile("^¥"))
    shown = (value.text_content() or "").strip("¥ ").replace(",", "")
    in_full = float(shown.removesuffix("K")) * (1_000 if shown.endswith("K") else 1)
    assert in_full == pytest.approx(sales, rel=6e-4)


@pytest.mark.parametrize("name", _MEMBERS)
def test_a_link_keeps_a_member(address: str, page: Page, name: str) -> None:
    of = _MEMBERS[name]
    opened(page, f"{address}/sales?{urlencode({name: of(_ONE)})}")
    kept = [row for row in _ROWS if row["sold_date"] >= _FIRST and of(row) == of(_ONE)]
    assert 0 < len(kept) < sum(row["sold_date"] >= _FIRST for row in _ROWS)
    _shows_sales_of(page, kept)
    page.reload()
    settled(page)
    _shows_sales_of(page, kept)


@pytest.mark.parametrize("link", _RANGES)
def test_a_link_keeps_the_range(address: str, page: Page, link: str) -> None:
    first, last = _RANGES[link]
    opened(page, f"{address}/sales?{link}")
    _shows_sales_of(page, [row for row in _ROWS if first <= row["sold_date"] <= last])


def test_a_link_keeps_last_years_festival(page: Page, tmp_path: Path) -> None:
    year = timedelta(days=365)
    days = ("ordered_at", "sold_at", "paid_at", "ordered_date", "sold_date")
    before = [
        row | {"order_id": f"{row['order_id']}-21"} | {name: row[name] - year for name in days}
        for row in _ROWS
    ]
    shop.build(tmp_path, [*before, *_ROWS])
    with serving(tmp_path, BOARD_NOW=shop.NOW) as own:
        opened(page, f"{own}/sales?range=last_festival")
        week = timedelta(days=7)
        first, last = date(2021, 6, 18) - week, date(2021, 6, 18) + week
        _shows_sales_of(page, [row for row in before if first <= row["sold_date"] <= last])
        page.reload()
        expect(choice(page, "Range")).to_have_value("Last year's same festival")


@pytest.mark.parametrize(
    ("link", "label", "title"),
    [
        ("compare=none", "Compare with", "No comparison"),
        ("compare=festival", "Compare with", "Last year, same festival"),
        ("grain=week", "Grain", "Week"),
    ],
)
def test_a_link_keeps_what_is_beside(
    address: str, page: Page, link: str, label: str, title: str
) -> None:
    opened(page, f"{address}/sales?{link}")
    if label == "Grain":
        page.get_by_role("button", name="Filters").click()
    expect(choice(page, label)).to_have_value(title)


def test_on_a_phone_the_bar_is_one_button_with_all_filters_behind_it(
    address: str, phone: Page
) -> None:
    opened(phone, f"{address}/sales")
    expect(choice(phone, "Range")).to_have_count(0)
    phone.get_by_role("button", name="Filters").click()
    choose(phone, "Range", "Last 7 days")
    expect(phone).to_have_url(f"{address}/sales?range=last_7_days")
    expect(phone.get_by_text("24–30 Jun 2022 against")).to_be_visible()
    settled(phone)
    listed(phone, "Wave")
    expect(phone.get_by_role("option", name="W1", exact=True)).to_be_visible()
    settled(phone)
    phone.get_by_role("option", name="W1", exact=True).click()
    expect(phone).to_have_url(f"{address}/sales?range=last_7_days&wave=W1")
    phone.keyboard.press("Escape")
    phone.keyboard.press("Escape")
    chip = phone.get_by_role("button", name="Wave: W1")
    expect(chip).to_be_visible()
    chip.click()
    expect(phone).to_have_url(f"{address}/sales?range=last_7_days")


def test_the_range_is_offered_once(address: str, page: Page) -> None:
    opened(page, f"{address}/sales")
    page.get_by_role("button", name="Filters").click()
    expect(choice(page, "Category")).to_be_visible()
    expect(choice(page, "Range")).to_have_count(1)


def test_days_of_ones_own_stay_when_another_filter_changes(address: str, page: Page) -> None:
    opened(page, f"{address}/sales?range=custom&first=2022-06-01&last=2022-06-05")
    picked = page.get_by_test_id("stDateInput").first.inner_text()
    assert re.findall(r"\d+", picked) == ["2022", "06", "01", "2022", "06", "05"]
    choose(page, "Compare with", "No comparison")
    expect(page).to_have_url(re.compile(r"first=2022-06-01&last=2022-06-05&compare=none"))
    expect(page.locator("h1")).to_be_visible()
