"""The frame stands around every page, in both languages, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.reader import NEXT_PICTURE, choice, choose, opened, paths, settled
from tests.browser.server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_TOPS = """
window.tops = new Set();
(function look() {
  const found = document.querySelector(".st-key-card-paid_sales");
  if (found) tops.add(Math.round(found.getBoundingClientRect().top));
  requestAnimationFrame(look);
})();
"""
"""Where the first card has stood so far."""
_FILTERS = 30
"""Pixels: less than the filters take."""
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


def test_a_link_to_a_fresh_server_opens_its_page_in_the_frame(
    shop_folder: Path, page: Page
) -> None:
    with serving(shop_folder) as address:
        opened(page, f"{address}/data")
        expect(page.locator("h1")).to_have_text("Imports and rejects")
        expect(page.get_by_test_id("stSidebar").get_by_role("link", name="Sales")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("path", ["ui", "filters", "board", "status"])
def test_no_file_is_a_page_by_itself(address: str, page: Page, path: str) -> None:
    page.goto(f"{address}/{path}")
    expect(page.get_by_test_id("stSidebar").get_by_role("link", name="Sales")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Overview")


def test_the_language_is_the_browsers_until_it_is_switched(address: str, browser: Browser) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    opened(page, f"{address}/sales?range=last_7_days")
    expect(page.locator("h1")).to_have_text("销售")
    page.get_by_role("radio", name="English").click()
    expect(page.locator("h1")).to_have_text("Sales")
    expect(page).to_have_url(f"{address}/sales?range=last_7_days&lang=en")
    page.get_by_role("link", name="Imports and rejects").click()
    expect(page.locator("h1")).to_have_text("Imports and rejects")
    page.context.close()


def test_a_choice_survives_the_switch_of_the_language(address: str, page: Page) -> None:
    opened(page, f"{address}/sales")
    choose(page, "Range", "Last 90 days")
    expect(page).to_have_url(f"{address}/sales?range=last_90_days")
    page.get_by_role("radio", name="中文").click()
    expect(page.locator("h1")).to_have_text("销售")
    expect(choice(page, "时间范围")).to_have_value("最近 90 天")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_cards_stay_where_they_are_when_the_filters_come(
    address: str, browser: Browser, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.add_init_script(_TOPS)
    opened(page, f"{address}/sales")
    expect(page.locator(".st-key-card-paid_sales")).to_be_visible()
    page.evaluate(NEXT_PICTURE)
    tops: list[int] = page.evaluate("[...tops]")
    assert max(tops) - min(tops) < _FILTERS
    context.close()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_nothing_runs_off_a_phone(address: str, browser: Browser, language: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    too_wide: dict[str, int] = {}
    for path in paths(page, address):
        opened(page, f"{address}/{path}?lang={language}&category=Dresses")
        wide = page.get_by_test_id("stMain").evaluate("each => each.scrollWidth - each.clientWidth")
        too_wide |= {path: wide} if wide else {}
    assert too_wide == {}
    context.close()


def test_every_page_is_looked_at(address: str, page: Page) -> None:
    assert {"", "sales", "targets", "data", "import"} <= set(paths(page, address))


def test_pale_text_would_be_found(page: Page) -> None:
    page.set_content('<p style="color: #888">pale</p><p style="color: #666">clear</p>')
    assert [each["text"] for each in page.evaluate(CONTRAST)] == ["pale"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(
    address: str, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(locale="en-GB", color_scheme=scheme)
    page = context.new_page()
    found: dict[str, object] = {}
    for path in [*paths(page, address), "sales?category=Dresses&by=style"]:
        pale = opened(page, f"{address}/{path}").evaluate(CONTRAST)
        found |= {path: pale} if pale else {}
    assert found == {}
    context.close()


def test_an_empty_warehouse_opens_by_itself_after_the_import(
    tmp_path: Path, shop_folder: Path, page: Page
) -> None:
    folder = tmp_path / "warehouse"
    with serving(folder) as address:
        opened(page, f"{address}/sales")
        expect(page.locator("h1")).to_have_text("Bring in your first data")
        page.get_by_text("On the command line").click()
        expect(page.get_by_text("--mapping online_retail")).to_be_visible()
        folder.symlink_to(shop_folder)
        expect(page.locator("h1")).to_have_text("Sales")
        settled(page)
