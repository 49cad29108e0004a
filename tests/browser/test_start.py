"""A link leads to its page at once: nothing is looked for where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from pages.ui.start import FIRST
from tests.browser.reader import opened
from tests.browser.server import serving
from tests.pages import shop

_FOLDED = ".st-key-filter-in-sight"
if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.mark.parametrize("path", ["", "sales", "sales?range=last_full_week"])
def test_nothing_that_a_page_asks_for_is_missing(address: str, page: Page, path: str) -> None:
    missing: list[str] = []
    page.on("response", lambda each: missing.append(each.url) if each.status >= 400 else None)
    sockets: list[str] = []
    page.on("websocket", lambda each: sockets.append(each.url))
    opened(page, f"{address}/{path}")
    assert not missing
    assert [each.partition("://")[2] for each in sockets] == [
        f"{address.partition('://')[2]}/_stcore/stream"
    ]


def test_the_first_page_opens_by_its_name_too(address: str, page: Page) -> None:
    opened(page, f"{address}/{FIRST}?range=last_full_week&shop=%28unknown%29")
    assert page.url.startswith(f"{address}/?range=last_full_week&shop=%28unknown%29")
    assert not page.get_by_text("Page not found").count()


def test_a_page_opens_under_a_base_path(
    shop_folder: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", "board")
    with serving(shop_folder, BOARD_NOW=shop.NOW) as address:
        page.set_viewport_size({"width": 390, "height": 844})
        opened(page, f"{address}/board/sales")
        assert page.url.startswith(f"{address}/board/sales")
        expect(page.locator(".st-key-filter-bar")).to_be_visible()
        expect(page.locator(_FOLDED)).to_be_hidden()


def test_the_style_sheet_waits_for_no_part_of_the_page(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.route("**/Html.*.js", lambda route: route.abort())
    page.goto(f"{address}/sales")
    expect(page.locator(".st-key-filter-bar")).to_be_visible()
    expect(page.locator(_FOLDED)).to_be_hidden()


def test_what_is_no_page_is_left_to_streamlit(address: str) -> None:
    with pytest.raises(OSError, match="404"):
        urlopen(f"{address}/sales/_stcore/health", timeout=10)
