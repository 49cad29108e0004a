"""Pictures of every page on a demo shop: `make screenshots`.

Those of the README go to `assets/pictures`; then all, in every size, language and scheme, to
`tests/browser/shots`, for looking at.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, NamedTuple

from playwright.sync_api import expect

from connectors.cli import run_command
from connectors.settings import Settings
from connectors.state import Target, open_state
from tests.browser.browser import launched
from tests.browser.reader import opened, paths
from tests.browser.server import ROOT, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    Scheme = Literal["light", "dark"]

SHOTS = ROOT / "tests" / "browser" / "shots"
PICTURES = ROOT / "assets" / "pictures"
END, NOW = "2026-06-18", "2026-06-19T09:00"
"""A Friday, the day after 618."""
DEMO = ("--orders", "60000", "--days", "500", "--end", END)
TARGET = Target(
    metric="paid_sales", start=date(2026, 6, 1), end=date(2026, 7, 1), amount=2_100_000.0
)
DEEPER = {"drilled": "sales?category=连衣裙&by=style&range=last_90_days"}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_WAIT = 60_000
_DRAWN = 1_500
"""Milliseconds after which charts and tables, which say nothing of it, are drawn."""


class Shot(NamedTuple):
    """One picture."""

    page: str
    size: str
    language: str
    scheme: Scheme

    @property
    def name(self) -> str:
        """The name of its file."""
        return "-".join(self) + ".png"


OF_THE_README = (
    Shot("overview", "desk", "zh", "light"),
    Shot("sales", "desk", "en", "light"),
    Shot("sales", "phone", "zh", "dark"),
)


def main() -> int:
    """Takes them all."""
    expect.set_options(timeout=_WAIT)
    SHOTS.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as place, launched() as browser:
        settings = _demo(Path(place))
        with serving(Path(place) / "warehouse", BOARD_NOW=NOW, **settings) as address:
            links = {path or "overview": path for path in paths(browser.new_page(), address)}
            for each in OF_THE_README:
                _take(each, links[each.page], browser, address, whole=False)
            every = links | DEEPER
            for each in map(Shot._make, product(every, SIZES, LANGUAGES, SCHEMES)):
                _take(each, every[each.page], browser, address, whole=True)
    return 0


def _demo(place: Path) -> dict[str, str]:
    """Builds the shop and sets the month's target; returns the settings of its board."""
    state = str(place / "state.db")
    command = [sys.executable, "-m", "connectors", "demo", *DEMO]
    env = {**os.environ, "BOARD_WAREHOUSE": str(place / "warehouse"), "BOARD_STATE": state}
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    open_state(Settings(state=state)).put(TARGET, "anna")
    return {"BOARD_STATE": state}


def _take(shot: Shot, link: str, browser: Browser, address: str, *, whole: bool) -> None:
    """The window as it opens, or the whole page."""
    width, height = SIZES[shot.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=LANGUAGES[shot.language],
        color_scheme=shot.scheme,
    )
    context.set_default_timeout(_WAIT)
    page = opened(context.new_page(), f"{address}/{link}")
    if whole:
        full = page.get_by_test_id("stMain").evaluate("each => each.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, full)})
    page.wait_for_timeout(_DRAWN)
    page.screenshot(path=(SHOTS if whole else PICTURES) / shot.name)
    context.close()


if __name__ == "__main__":
    sys.exit(run_command(main))
