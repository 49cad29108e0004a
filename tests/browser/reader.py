"""What a reader does on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_ROW = 35


# What the script sent last is drawn after it has ended, and a browser that is still at it is late.
_DRAWN = """() => new Promise((done) => {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    const due = performance.now() + 300;
    timer = setTimeout(() => performance.now() > due + 50 ? wait() : done(), 300);
  };
  new MutationObserver(wait).observe(document.body, { childList: true, subtree: true });
  wait();
})"""


NEXT_PICTURE = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""


def settled(page: Page) -> Page:
    """The page once its script has run to the end and nothing more appears."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate(_DRAWN)
    return page


def opened(page: Page, address: str) -> Page:
    """The page at an address, once it is there."""
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    return settled(page)


def paths(page: Page, address: str) -> list[str]:
    """Where the links of the sidebar lead: every page that there is."""
    links = opened(page, address).get_by_test_id("stSidebar").locator("a[href]")
    return [urlsplit(str(each.get_attribute("href"))).path.strip("/") for each in links.all()]


def typed(page: Page, text: str) -> None:
    """Types a text into the cell that is being edited, as people do: a letter after the other.

    The cell takes over a letter when it is next drawn; a key pressed before is pressed too soon.
    """
    cell = page.locator(".gdg-input")
    expect(cell).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    for letter in text:
        page.keyboard.type(letter)
        page.evaluate(NEXT_PICTURE)
    expect(cell).to_have_value(text)
    page.keyboard.press("Enter")


def choice(page: Page, label: str) -> Locator:
    """A select box: its value is the title of the option."""
    return page.get_by_role("combobox", name=label, exact=True)


def listed(page: Page, label: str) -> None:
    """Opens the list of a select box, with a click as long as a finger's.

    A list closes when the page still scrolls, or when the button is up before the box has focus.
    """
    box = choice(page, label)
    box.scroll_into_view_if_needed()
    page.evaluate(NEXT_PICTURE)
    box.click(delay=100)


def choose(page: Page, label: str, option: str, *, whole: bool = True) -> None:
    """Picks an option of a select box.

    Not `whole`: the title of the option only has this in it.
    """
    listed(page, label)
    page.get_by_role("option", name=option, exact=whole).click()


def tick_row(page: Page, number: int) -> None:
    """Ticks the box before a row of the drill-down table."""
    table = page.get_by_test_id("stDataFrame").first
    for x in (12, 16, 20):
        table.hover(position={"x": x, "y": _ROW * (number + 1.5)})
    table.click(position={"x": 20, "y": _ROW * (number + 1.5)})


def click_row(page: Page, number: int) -> None:
    """Clicks a row of the drill-down table; 0 is the total."""
    table = page.get_by_test_id("stDataFrame").first
    for x in (50, 55, 60):  # the table follows the pointer to know where it is
        table.hover(position={"x": x, "y": _ROW * (number + 1.5)})
    table.click(position={"x": 60, "y": _ROW * (number + 1.5)})
