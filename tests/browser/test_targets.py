"""A target is typed into the table, saved, and in force on the Sales page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from connectors.settings import Settings
from connectors.state import State, Target, open_state
from tests.browser.reader import opened, settled, typed
from tests.browser.server import serving
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

_ROW = 35


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A state with one level."""
    state = open_state(Settings(state=str(tmp_path / "state.db")))
    state.put(Target(metric="gross_margin", level=0.42), "anna")
    return state


@pytest.fixture
def board(shop_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A board on the shop and the state."""
    path = str(tmp_path / "state.db")
    with serving(shop_folder, BOARD_NOW=shop.NOW, BOARD_STATE=path) as url:
        yield url


def _type_a_value(page: Page, text: str) -> None:
    """Types over the value of the first row, by keyboard: it stands beside its metric."""
    head = page.locator("[role=columnheader]", has_text="Over baseline")
    table = page.get_by_test_id("stDataFrame").filter(has=head)
    table.scroll_into_view_if_needed()
    for x in (110, 120):  # the table follows the pointer to know where it is
        table.hover(position={"x": x, "y": _ROW * 1.5})
    table.click(position={"x": 120, "y": _ROW * 1.5})
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    typed(page, text)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()
    settled(page)


def test_a_target_is_edited_and_its_history_kept(board: str, page: Page, state: State) -> None:
    opened(page, f"{board}/targets")
    page.get_by_role("textbox", name="Your name").fill("Boris")
    page.keyboard.press("Enter")
    _type_a_value(page, "0.5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    (target,) = state.targets()
    assert target.level == 0.5
    assert [edit.who for edit in state.history("targets")] == ["Boris", "anna"]


def test_the_later_of_two_is_told(board: str, page: Page, state: State) -> None:
    opened(page, f"{board}/targets")
    _type_a_value(page, "0.5")
    (read,) = state.targets()
    state.put(Target(**{**vars(read), "level": 0.45}), "clara")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed by clara")).to_be_visible()
    (target,) = state.targets()
    assert target.level == 0.45
