"""The time that a reader waits, by the browser's own clock.

It runs from the navigation, or from the click that asks for something else, so that what drives the
browser does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CARD = "[data-testid=stMetricValue]"
_FINISHED = 6
"""The field of the server's messages that says that a run is over."""
_QUIET = 1.0
"""Seconds without a change after which nothing more is expected."""
_CLOCK = f"""
const isFinished = (bytes) => {{
  let at = 0;
  const number = () => {{
    let value = 0, weight = 1, byte;
    do {{ byte = bytes[at++]; value += (byte & 127) * weight; weight *= 128; }} while (byte > 127);
    return value;
  }};
  while (at < bytes.length) {{
    const tag = number();
    if (tag >> 3 === {_FINISHED}) return true;
    const told = number();
    if ((tag & 7) === 2) at += told;
  }}
  return false;
}};
window.WebSocket = class extends WebSocket {{
  constructor(...given) {{
    super(...given);
    this.addEventListener("message", (sent) => {{
      if (isFinished(new Uint8Array(sent.data))) waited.told = true;
    }});
  }}
}};
window.waited = {{ start: 0 }};
const since = () => (performance.now() - waited.start) / 1000;
window.isOver = () => waited.done || (waited.told && since() - waited.last > {_QUIET});
addEventListener("click", () => {{ window.waited = {{ start: performance.now() }}; }}, true);
new MutationObserver(() => {{
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  waited.last = since();
  if (document.querySelector("{CARD}")) waited.cards ??= waited.last;
  if (state === "running") waited.runs = true;
  if (waited.runs && state === "notRunning") waited.done ??= waited.last;
}}).observe(document, {{
  subtree: true, childList: true, attributeFilter: ["data-test-script-state"],
}});
"""
"""A busy browser may show "running" and "notRunning" at once, which is neither. Then the server has
told that the run is over, and it is over when the page changed last."""


def watched(browser: Browser) -> Page:
    """A page at a desk's size that takes the time."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(_CLOCK)
    return page


def opened(page: Page, link: str) -> tuple[float, float]:
    """Seconds from following a link until the first card stands, and until nothing runs."""
    page.goto("about:blank")
    page.goto(link, wait_until="commit")
    complete = _complete(page)
    return page.evaluate("waited.cards"), complete


def clicked(page: Page, title: str) -> float:
    """Seconds from picking an option of the list that is open until nothing runs."""
    page.get_by_role("option", name=title, exact=True).click()
    return _complete(page)


def _complete(page: Page) -> float:
    page.wait_for_function("isOver() && waited.cards")
    taken: float = page.evaluate("Math.max(waited.done ?? waited.last, waited.cards)")
    return taken
