"""Pictures of every page: `make screenshots`.

All of them go to `tests/browser/shots`, for looking at; that of the README to `assets/pictures`.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, NamedTuple

from connectors.cli import run_command
from tests.browser.browser import launched
from tests.browser.reader import opened
from tests.browser.server import ROOT, serving
from tests.pages import shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOTS = ROOT / "tests" / "browser" / "shots"
PICTURES = ROOT / "assets" / "pictures"
PAGES = {
    "overview": "",
    "sales": "sales",
    "drilled": "sales?category=连衣裙&by=style&range=last_90_days",
    "data": "data",
}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OF_THE_README = "sales-desk-en-light"


class Shot(NamedTuple):
    """One picture."""

    page: str
    size: str
    language: str
    scheme: Literal["light", "dark"]

    @property
    def name(self) -> str:
        """The name of its file."""
        return "-".join(self)


def main() -> int:
    """Takes them all."""
    SHOTS.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    orders = shop.order_rows(shop.NEAT)
    with TemporaryDirectory() as folder, launched() as browser:
        shop.build(Path(folder), orders, shop.return_rows(orders))
        with serving(Path(folder), BOARD_NOW=shop.NOW) as address:
            for each in product(PAGES, SIZES, LANGUAGES, SCHEMES):
                _take(Shot(*each), browser, address)
    return 0


def _take(shot: Shot, browser: Browser, address: str) -> None:
    width, height = SIZES[shot.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=LANGUAGES[shot.language],
        color_scheme=shot.scheme,
    )
    page = opened(context.new_page(), f"{address}/{PAGES[shot.page]}")
    whole = page.get_by_test_id("stMain").evaluate("each => each.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, whole)})
    page.get_by_test_id("stDataFrame").last.wait_for()
    page.screenshot(path=SHOTS / f"{shot.name}.png")
    if shot.name == OF_THE_README:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=PICTURES / f"{shot.name}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(run_command(main))
