"""A new manager's first hour: a dirty file dropped, mapped, tried, loaded, its reject mended."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.reader import choose, opened, settled, typed
from tests.browser.server import ROOT, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

DIRTY = """订单编号;下单时间;商家编码;数量;单价;客户
A1;03/04/2024;<b>S1</b>;2;"1.234,50";c1
A1;03/04/2024;S2;1;99,00;c1
A2;05/04/2024;S1;one;10,00;c2
A3;07/04/2024;=1+1;1;5,50;
"""


@pytest.fixture
def empty_board(tmp_path: Path) -> Iterator[str]:
    """A board with nothing in it yet."""
    own = {"BOARD_STATE": str(tmp_path / "state.db"), "BOARD_LANGUAGE": "en"}
    with serving(tmp_path / "warehouse", **own) as url:
        yield url


@pytest.fixture
def demo_board(tmp_path: Path) -> Iterator[str]:
    """A board on a small demo shop."""
    folder = tmp_path / "warehouse"
    own = {"BOARD_STATE": str(tmp_path / "state.db"), "BOARD_LANGUAGE": "en"}
    command = [sys.executable, "-m", "connectors", "demo", "--orders", "500", "--days", "60"]
    env = {**os.environ, "BOARD_WAREHOUSE": str(folder), **own}
    subprocess.run([*command, "--end", "2024-05-31"], cwd=ROOT, env=env, check=True)
    with serving(folder, **own) as url:
        yield url


def test_from_a_dirty_file_to_numbers(page: Page, empty_board: str, tmp_path: Path) -> None:
    opened(page, empty_board)
    _import(page, tmp_path)
    opened(page, f"{empty_board}/data")
    _mend(page, "3")
    expect(page.get_by_text("1 rows loaded, 0 updated, 0 still rejected")).to_be_visible()
    expect(page.get_by_text("none was rejected")).to_be_visible()

    opened(page, f"{empty_board}/sales?range=custom&first=2024-04-01&last=2024-04-30")
    # 2 × 1,234.50 + 99 + 3 × 10 + 5.50 = 2,603.50
    expect(_metric(page, "Paid sales")).to_contain_text("2,604")


def test_the_first_real_import_leaves_the_demo_shop_behind(
    page: Page, demo_board: str, tmp_path: Path
) -> None:
    banner = "This is the demo shop: its numbers are made up."
    opened(page, f"{demo_board}/sales?range=custom&first=2024-04-01&last=2024-04-30")
    expect(page.get_by_text(banner)).to_be_visible()
    expect(_metric(page, "Paid sales")).not_to_contain_text("2,574")
    opened(page, f"{demo_board}/import")
    expect(page.get_by_text(banner)).to_be_visible()
    _import(page, tmp_path)

    opened(page, f"{demo_board}/sales?range=custom&first=2024-04-01&last=2024-04-30")
    expect(page.get_by_text(banner)).to_have_count(0)
    # Nothing but the file: 2 × 1,234.50 + 99 + 5.50 = 2,573.50
    expect(_metric(page, "Paid sales")).to_contain_text("2,574")
    opened(page, f"{demo_board}/data")
    expect(page.get_by_text(banner)).to_have_count(0)


def _import(page: Page, folder: Path) -> None:
    """Drops the dirty file, maps it, and loads the three rows of it that can be."""
    file = folder / "orders.csv"
    file.write_text(DIRTY, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    choose(page, "What are these files?", "Map the columns by hand")
    page.get_by_label("Shop, the same in every row").fill("web")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Still to choose: how to read Order time")).to_be_visible()
    settled(page)
    several = "Order time: several readings fit. Which is it?"
    choose(page, several, "Day, month, year", whole=False)
    expect(page.get_by_text("Rejected: 1 × 数量: not a whole number")).to_be_visible()
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("heading", name="Report")).to_be_visible()
    expect(_metric(page, "Loaded")).to_have_text("3")


def _metric(page: Page, label: str) -> Locator:
    card = page.get_by_test_id("stMetric").filter(has_text=label).first
    return card.get_by_test_id("stMetricValue")


def _mend(page: Page, text: str) -> None:
    """Goes to the cell with the wrong number of units by keyboard, and types over it."""
    expect(page.get_by_role("button", name="Import the mended rows (0)")).to_be_visible()
    table = page.get_by_test_id("stDataFrame").last
    expect(table.locator("[role=columnheader]")).to_have_count(8)
    table.scroll_into_view_if_needed()
    for x in (15, 20):  # the table follows the pointer to know where it is
        table.hover(position={"x": x, "y": 52})
    table.click(position={"x": 20, "y": 52})
    for _column in range(5):  # line, reason, order, time, SKU, units
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    typed(page, text)
    page.get_by_role("button", name="Import the mended rows (1)").click()
    settled(page)
