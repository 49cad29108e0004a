"""Every view is a link: what a reader chooses is in it, and survives whatever a browser does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.reader import choice, choose, click_row, opened, settled, tick_row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    Choice = tuple[str, str, str]

_CHOICES = [
    ("Range", "Last full week", "range=last_full_week"),
    ("Compare with", "Last year, same weekdays", "compare=weekday"),
]
_MEMBERS = [
    ("Platform", "Tmall", "platform=tmall"),
    ("Shop", "qj-jd", "shop=qj-jd"),
    ("Sales mode", "Own live", "mode=self_live"),
    ("Category", "Dresses", "category=Dresses"),
    ("Region", "浙江", "region=%E6%B5%99%E6%B1%9F"),
]


def _sales(page: Page) -> Locator:
    return page.locator("[class*=st-key-card-paid_sales]").get_by_test_id("stMetricValue")


def _same_in_another_browser(browser: Browser, page: Page) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    other = opened(context.new_page(), page.url)
    expect(_sales(other)).to_have_text(_sales(page).text_content() or "")
    context.close()


@pytest.mark.parametrize(("label", "option", "part"), _CHOICES)
def test_a_choice_is_in_the_link(
    address: str, page: Page, browser: Browser, label: str, option: str, part: str
) -> None:
    opened(page, f"{address}/sales")
    choose(page, label, option)
    expect(page).to_have_url(f"{address}/sales?{part}")
    settled(page)
    _same_in_another_browser(browser, page)
    page.reload()
    expect(choice(page, label)).to_have_value(option)
    expect(page).to_have_url(f"{address}/sales?{part}")


@pytest.mark.parametrize(("label", "option", "part"), _MEMBERS)
def test_a_member_is_in_the_link(
    address: str, page: Page, browser: Browser, label: str, option: str, part: str
) -> None:
    opened(page, f"{address}/sales")
    before = _sales(page).text_content() or ""
    page.get_by_role("button", name="Filters").click()
    choice(page, label).click()
    page.get_by_role("option", name=option, exact=True).click()
    expect(page).to_have_url(f"{address}/sales?{part}")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"{label}: {option}")).to_be_visible()
    expect(_sales(page)).not_to_have_text(before)
    settled(page)
    _same_in_another_browser(browser, page)
    page.get_by_role("button", name=f"{label}: {option}").click()
    expect(page).to_have_url(f"{address}/sales")


def test_days_of_ones_own(address: str, page: Page, browser: Browser) -> None:
    opened(page, f"{address}/sales")
    choose(page, "Range", "Custom")
    expect(page).to_have_url(f"{address}/sales?range=custom&first=2022-06-03&last=2022-06-30")
    opened(page, f"{address}/sales?range=custom&first=2022-05-01&last=2022-05-31")
    expect(page.get_by_text("1–31 May 2022 against 1–30 Apr 2022")).to_be_visible()
    _same_in_another_browser(browser, page)


def test_back_and_forward_step_through_the_choices(address: str, page: Page) -> None:
    opened(page, f"{address}/sales")
    choose(page, "Range", "Last 7 days")
    expect(page).to_have_url(f"{address}/sales?range=last_7_days")
    settled(page)
    click_row(page, 1)
    expect(page).to_have_url(re.compile("range=last_7_days&category=.*&by=style"))
    expect(page.get_by_role("button", name="All", exact=True)).to_be_visible()
    page.go_back()
    expect(page).to_have_url(f"{address}/sales?range=last_7_days")
    expect(page.get_by_role("button", name="All", exact=True)).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(f"{address}/sales")
    expect(choice(page, "Range")).to_have_value("Last 28 days")
    page.go_forward()
    expect(choice(page, "Range")).to_have_value("Last 7 days")


def test_filters_go_along_to_another_page_and_back(address: str, page: Page) -> None:
    opened(page, f"{address}/sales?range=last_7_days&shop=qj-jd&shop=qj-tmall")
    value = _sales(page).text_content() or ""
    page.get_by_role("link", name="Imports and rejects").click()
    expect(page.locator("h1")).to_have_text("Imports and rejects")
    expect(page).to_have_url(f"{address}/data?range=last_7_days&shop=qj-jd&shop=qj-tmall")
    page.get_by_role("link", name="Sales").click()
    expect(page.locator("h1")).to_have_text("Sales")
    expect(page).to_have_url(f"{address}/sales?range=last_7_days&shop=qj-jd&shop=qj-tmall")
    expect(_sales(page)).to_have_text(value)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Imports and rejects")


def test_a_cell_of_the_matrix_keeps_both_members(address: str, page: Page) -> None:
    opened(page, f"{address}/sales")
    cells = page.locator("[class*=st-key-matrix-chart] path[aria-roledescription='rect mark']")
    cell = cells.and_(page.locator("[aria-label*='Shop: qj-jd'][aria-label*='Category: Shirts']"))
    cell.evaluate("each => each.scrollIntoView({ block: 'center' })")
    cell.click(force=True)  # its number lies on it: a click on either counts
    expect(page).to_have_url(f"{address}/sales?shop=qj-jd&category=Shirts")
    expect(page.get_by_role("button", name="Shop: qj-jd")).to_be_visible()
    expect(page.get_by_role("button", name="Category: Shirts")).to_be_visible()


def test_two_ticked_rows_stand_side_by_side(address: str, page: Page, browser: Browser) -> None:
    opened(page, f"{address}/sales?by=shop&range=last_7_days")
    tick_row(page, 1)
    settled(page)
    tick_row(page, 3)
    expect(page).to_have_url(re.compile(r"/sales\?by=shop&range=last_7_days(&pair=qj-\w+){2}$"))
    two = re.findall(r"pair=(qj-\w+)", page.url)
    assert len(set(two)) == 2
    beside = f"{two[0]} beside {two[1]}"
    expect(page.get_by_role("button", name=beside)).to_be_visible()
    other = opened(browser.new_context(locale="en-GB").new_page(), page.url)
    expect(other.get_by_role("button", name=beside)).to_be_visible()
    other.context.close()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page).to_have_url(f"{address}/sales?by=shop&range=last_7_days")
    expect(page.get_by_role("button", name=beside)).to_have_count(0)
