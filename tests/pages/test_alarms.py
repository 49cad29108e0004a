"""The pages of alarms without a browser: open work, an incident with its steps, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.settings import Settings
from connectors.state import Action, AlarmRule, Incident, open_alarms
from metrics.alarms.rule_files import default_rules, read_rules
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest
    from streamlit.testing.v1.element_tree import Button

    from connectors.state import AlarmState

    Open = Callable[..., AppTest]

CLICKS = {"Take note": "acknowledged_by", "Close": "resolved_by"}


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AlarmState:
    file = str(tmp_path / "state.db")
    monkeypatch.setenv("BOARD_STATE", file)
    return open_alarms(Settings(state=file))


@pytest.fixture
def incident(state: AlarmState) -> Incident:
    """One shop sold less than expected on its last day."""
    top = {"segment": {"shop": "qj-jd"}, "value": -0.4, "limit": -0.25, "usual": 900.0}
    return state.put(
        Incident(
            rule="shop_day",
            segment=(("shop", ("qj-jd",)),),
            start=shop.LAST,
            last_day=shop.LAST,
            judged_day=shop.LAST,
            severity="critical",
            value=-0.4,
            limit_value=-0.25,
            cost=12_345.0,
            contributors={"top": [top], "members": [["qj-jd"]], "grave": False},
        ),
        "alarms",
    )


def said(app: AppTest) -> str:
    assert not app.exception
    assert not app.error
    return " ".join(each.value for each in (*app.title, *app.markdown, *app.caption, *app.success))


def test_nothing_open_says_so(open_board: Open, warehouse: Path, state: AlarmState) -> None:
    assert state.incidents() == ()
    assert "Nothing is open." in said(open_board(warehouse, page="alarms"))


@pytest.mark.usefixtures("incident")
def test_open_work_is_listed(open_board: Open, warehouse: Path) -> None:
    app = open_board(warehouse, page="alarms")
    assert "A shop sells less than expected" in said(app)
    assert [each.value for each in app.metric] == ["1", "0", "0"]
    chinese = open_board(warehouse, page="alarms", lang="zh-CN")
    assert "店铺销售低于预期" in said(chinese)


def test_an_incident_shows_its_history_and_contributors(
    open_board: Open, warehouse: Path, incident: Incident
) -> None:
    app = open_board(warehouse, page="incident", incident=incident.id)
    text = said(app)
    assert "A shop sells less than expected" in app.title[0].value
    assert "Critical" in text
    assert r"12\.34K lost" in text
    assert "-40.0%" in str(app.dataframe[0].value)


@pytest.mark.parametrize(("button", "field"), CLICKS.items())
def test_a_step_is_kept_under_the_readers_name(
    open_board: Open,
    warehouse: Path,
    state: AlarmState,
    incident: Incident,
    button: str,
    field: str,
) -> None:
    app = open_board(warehouse, page="incident", incident=incident.id)
    next(each for each in app.button if each.label == button).click().run()
    said(app)
    kept = state.incident(str(incident.id))
    assert kept is not None
    assert getattr(kept, field) == state.history("incidents")[0].who
    assert getattr(kept, field) != "alarms"


def test_an_action_is_added_and_done(
    open_board: Open, warehouse: Path, state: AlarmState, incident: Incident
) -> None:
    state.put(Action(incident=str(incident.id), what="call them", who="anna"), "anna")
    app = open_board(warehouse, page="incident", incident=incident.id)
    assert "call them" in said(app)
    next(each for each in app.button if each.label == "Done").click().run()
    (action,) = state.actions(str(incident.id))
    assert action.done is not None


def test_an_incident_that_is_not_there_leads_back(
    open_board: Open, warehouse: Path, state: AlarmState
) -> None:
    assert state.incident("x") is None
    app = open_board(warehouse, page="incident", incident="x")
    assert "Choose an incident" in app.info[0].value


def button(app: AppTest, label: str) -> Button:
    return next(each for each in app.button if each.label.startswith(label))


def as_toml(app: AppTest) -> AppTest:
    app.button_group[0].set_value("toml").run()
    return app


def test_a_rule_is_edited_in_the_form_tried_and_kept(
    open_board: Open, warehouse: Path, state: AlarmState
) -> None:
    app = open_board(warehouse, page="rules", rule="shop_day")
    limit = next(each for each in app.number_input if each.label == "Limit")
    assert limit.value == -0.25
    assert button(app, "Save").disabled
    limit.set_value(-0.3).run()
    assert button(app, "Save").disabled
    button(app, "Try it").click().run()
    button(app, "Save").click().run()
    assert not app.error
    (kept,) = state.rules()
    (shipped,) = (rule for rule in default_rules() if rule.name == "shop_day")
    assert read_rules(kept.text, "kept") == (shipped.model_copy(update={"below": -0.3}),)


def test_the_form_says_of_every_rule_that_ships_what_the_rule_says(
    open_board: Open, warehouse: Path
) -> None:
    for rule in default_rules():
        app = as_toml(open_board(warehouse, page="rules", rule=rule.name))
        assert read_rules(str(app.text_area[0].value), "form") == (rule,)


def test_a_rule_is_edited_as_toml_and_the_form_follows(
    open_board: Open, warehouse: Path, state: AlarmState
) -> None:
    app = as_toml(open_board(warehouse, page="rules", rule="shop_day"))
    text = str(app.text_area[0].value).replace("below = -0.25", "below = -0.3")
    app.text_area[0].set_value(text).run()
    button(app, "Try it").click().run()
    button(app, "Save").click().run()
    (kept,) = state.rules()
    assert (kept.name, kept.text) == ("shop_day", text)
    app.button_group[0].set_value("form").run()
    assert next(each for each in app.number_input if each.label == "Limit").value == -0.3


def test_a_rule_that_makes_no_sense_is_refused_in_one_line(
    open_board: Open, warehouse: Path, state: AlarmState
) -> None:
    app = as_toml(open_board(warehouse, page="rules", rule="shop_day"))
    app.text_area[0].set_value(str(app.text_area[0].value).replace("paid_sales", "paid_sale")).run()
    assert "paid\\_sale" in app.error[0].value
    assert button(app, "Try it").disabled
    assert button(app, "Save").disabled
    assert state.rules() == ()


def test_a_kept_rule_goes_back_to_what_ships(
    open_board: Open, warehouse: Path, state: AlarmState
) -> None:
    text = '[price_error]\nkind = "threshold"\ntitle = "Mine"\nmetric = "paid_sales"\nbelow = 3\n'
    state.put(AlarmRule(name="price_error", text=text), "anna")
    app = open_board(warehouse, page="rules", rule="price_error")
    assert "Mine" in [each.value for each in app.text_input]
    button(app, "Back to").click().run()
    assert state.rules() == ()
    assert "Mine" not in [each.value for each in app.text_input]
