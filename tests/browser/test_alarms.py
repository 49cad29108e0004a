"""Alarms in the browser: open work is dealt with, a rule is tried and kept, a wrong one told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from connectors.settings import Settings
from connectors.state import Incident, open_alarms
from metrics.alarms.rule_files import read_rules
from tests.browser.reader import choose, opened, settled
from tests.browser.server import serving
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from connectors.state import AlarmState

_GRAVE = {"month_pace": "warning", "shop_day": "critical", "runaway": "info"}


@pytest.fixture
def state(tmp_path: Path) -> AlarmState:
    """Three incidents, one of each severity, kept in no order."""
    state = open_alarms(Settings(state=str(tmp_path / "state.db")))
    for rule, severity in _GRAVE.items():
        state.put(
            Incident(
                rule=rule,
                segment=(("shop", ("qj-jd",)),) if rule == "shop_day" else (),
                start=shop.LAST - timedelta(days=2),
                last_day=shop.LAST,
                judged_day=shop.LAST,
                severity=severity,
                value=-0.4,
                limit_value=-0.25,
                contributors={"top": [], "members": [], "grave": False},
            ),
            "alarms",
        )
    return state


@pytest.fixture
def board(shop_folder: Path, state: AlarmState, tmp_path: Path) -> Iterator[str]:
    """A board on the shop and the incidents."""
    assert len(state.incidents()) == len(_GRAVE)
    path = str(tmp_path / "state.db")
    with serving(shop_folder, BOARD_NOW=shop.NOW, BOARD_STATE=path) as url:
        yield url


def _one(state: AlarmState, *, over: bool = False) -> Incident:
    (found,) = (each for each in state.incidents(over=over) if each.rule == "shop_day")
    return found


def test_open_work_begins_with_the_gravest_and_leads_to_it(
    board: str, page: Page, state: AlarmState
) -> None:
    opened(page, f"{board}/alarms")
    shown = page.locator("[data-testid=stMarkdown] strong")
    expect(shown).to_have_text(
        [
            "A shop sells less than expected · qj-jd",
            "The month is behind its target",
            "A style sells far more than expected",
        ]
    )
    page.get_by_role("link", name="Look into it").first.click()
    expect(page).to_have_url(f"{board}/incident?incident={_one(state).id}")
    expect(page.locator("h1")).to_contain_text("A shop sells less than expected")


def test_an_incident_is_noted_assigned_put_off_acted_upon_and_closed(
    board: str, page: Page, state: AlarmState
) -> None:
    opened(page, f"{board}/incident?incident={_one(state).id}")
    page.get_by_role("button", name="Take note").click()
    expect(page.get_by_text("Noted by").first).to_be_visible()
    page.get_by_role("textbox", name="Owner").first.fill("Clara")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_role("button", name="Snooze").click()
    page.get_by_role("button", name="3 days").click()
    settled(page)
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="What").fill("Ask the platform")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Ask the platform")).to_be_visible()
    settled(page).get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    kept = state.incident(str(_one(state, over=True).id))
    assert kept is not None
    assert (kept.owner, kept.state) == ("Clara", "resolved")
    assert kept.acknowledged_by
    assert kept.snoozed_until is not None
    (action,) = state.actions(str(kept.id))
    assert (action.what, action.who) == ("Ask the platform", "Clara")


def test_a_rule_is_edited_in_the_form_tried_and_kept(
    board: str, page: Page, state: AlarmState
) -> None:
    opened(page, f"{board}/rules?rule=shop_day")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.get_by_label("Limit", exact=True).fill("-0.3")
    page.keyboard.press("Enter")
    settled(page)
    choose(page, "Severity", "Notice")
    settled(page)
    page.get_by_role("button", name="Try it on the last year").click()
    expect(page.get_by_text(re.compile("It would (not )?have fired"))).to_be_visible()
    settled(page).get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    (kept,) = state.rules()
    (rule,) = read_rules(kept.text, "kept")
    assert (rule.name, rule.below, rule.severity) == ("shop_day", -0.3, "info")


def test_a_wrong_rule_is_told_in_one_line_and_not_kept(
    board: str, page: Page, state: AlarmState
) -> None:
    opened(page, f"{board}/rules?rule=shop_day")
    page.get_by_role("radio", name="As TOML").or_(page.get_by_text("As TOML")).first.click()
    text = page.get_by_role("textbox", name="The rule as TOML")
    # The field stands a moment before its text does.
    expect(text).to_have_value(re.compile("paid_sales"))
    wrong = text.input_value().replace("paid_sales", "paid_sale")
    text.fill(wrong)
    page.keyboard.press("ControlOrMeta+Enter")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("no metric named 'paid_sale'. Did you mean 'paid_sales'?")
    expect(alert.locator("p")).to_have_count(1)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    assert state.rules() == ()
