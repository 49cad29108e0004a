"""A browser, a board on a small shop, and how a reader waits for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser import launched
from tests.browser.server import serving
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with launched() as started:
        yield started


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a small shop."""
    folder = tmp_path_factory.mktemp("shop")
    orders = shop.order_rows()
    shop.build(folder, orders, shop.return_rows(orders))
    return folder


@pytest.fixture(scope="session")
def address(shop_folder: Path) -> Iterator[str]:
    """A board on the shop."""
    with serving(shop_folder, BOARD_NOW=shop.NOW) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A reader who knows nothing of the board yet, at a desk."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()
