"""Each planted incident is at most three clicks from the first page, days and members kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.reader import opened, settled
from tests.browser.server import serving
from tests.unit import demo_shop
from tests.unit.planted import ARGUMENTS, TOLD, matters, planted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

_DAY = timedelta(days=1)
_LEADS = {
    "checkout_fault": ("users", ("shop", "device"), "drop-offs"),
    "warehouse_stop": ("inventory", ("warehouse",), "places"),
    "channel_fatigue": ("campaigns", ("channel",), "bubbles"),
    "viral_style": ("sales", ("style",), "returns"),
    "price_error": ("sales", ("style",), "returns"),
    "quality_defect": ("sales", ("skc",), "returns"),
}
"""The page that looks closest, what its link keeps, and a part of it that shows the cause."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_shop.built(tmp_path_factory.mktemp("demo"), ARGUMENTS)


@pytest.fixture(scope="module")
def board(demo: Path) -> Iterator[str]:
    with serving(demo, BOARD_NOW=f"{ARGUMENTS.end + _DAY}T09:00") as url:
        yield url


def _kept(where: dict[str, Any], names: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: [str(where.get(f"{name}_id", where.get(name)))] for name in names}


@pytest.mark.parametrize("kind", TOLD)
def test_a_sentence_of_the_first_page_leads_there(
    page: Page, board: str, demo: Path, kind: str
) -> None:
    """Asked as of the second day: one click, and the page shows the member on those days."""
    where = planted(demo, kind)
    last = matters(demo, kind, where) + _DAY
    path, names, part = _LEADS[kind]
    kept = _kept(where, names)
    opened(page, f"{board}/?range=custom&first={last - 27 * _DAY}&last={last}")
    told = page.locator(".st-key-exceptions a")
    for name, (member,) in kept.items():
        told = told.and_(page.locator(f'[href*="{name}={quote(member)}"]'))
    told.first.click()
    page.wait_for_url(f"{board}/{path}?*")
    settled(page)
    asked = parse_qs(urlsplit(page.url).query)
    assert {name: asked[name] for name in names} == kept
    assert asked["last"] == [str(last)]
    assert asked["first"] <= [str(last)]
    expect(page.locator(f".st-key-{part}")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
