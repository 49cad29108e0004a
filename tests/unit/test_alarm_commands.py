"""The commands of alarms, on the small shop: a day without sales is found, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from connectors.settings import Settings
from connectors.state import AlarmRule, open_alarms
from metrics.__main__ import main
from tests.pages import shop

if TYPE_CHECKING:
    from pathlib import Path

RULE = """
[quiet_day]
kind = "threshold"
title = "Quiet"
metric = "orders"
by = ["shop"]
group = []
below = 1000
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The shop, and a rule that fires for each of its shops."""
    rows = shop.order_rows()
    shop.build(tmp_path / "warehouse", rows, shop.return_rows(rows))
    given = {"warehouse": str(tmp_path / "warehouse"), "state": str(tmp_path / "state.db")}
    for name, value in {**given, "now": shop.NOW, "language": "en"}.items():
        monkeypatch.setenv(f"BOARD_{name.upper()}", value)
    settings = Settings(**given)
    open_alarms(settings).put(AlarmRule(name="quiet_day", text=RULE), "anna")
    return settings


def records(capsys: pytest.CaptureFixture[str], *command: str) -> list[dict[str, Any]]:
    assert main(["alarms", *command, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_check_opens_once_and_the_list_shows_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    first = {each["rule"]: each for each in records(capsys, "check")}
    assert first["quiet_day"] | {"judged": 0} == {
        "rule": "quiet_day",
        "state": "firing",
        "judged": 0,
        "until": shop.LAST.isoformat(),
        "opened": 1,
        "note": "",
    }
    assert first["receipts_silent"]["state"] == "no_data"
    again = {each["rule"]: each for each in records(capsys, "check")}
    assert again["quiet_day"]["opened"] == 0
    (listed,) = (each for each in records(capsys, "list") if each["rule"] == "quiet_day")
    sold = {row["shop_id"] for row in shop.order_rows() if row["sold_date"] == shop.LAST}
    assert (listed["members"], listed["where"]) == (len(sold), {})
    assert len(open_alarms(settings).messages(listed["id"])) == 1


@pytest.mark.usefixtures("settings")
def test_people_read_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alarms", "check"]) == 0
    assert "quiet_day  firing  1" in capsys.readouterr().out
    assert main(["alarms", "list"]) == 0
    assert "Quiet (3)" in capsys.readouterr().out


def test_a_rule_that_makes_no_sense_any_more_is_named(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = AlarmRule(name="bad", text=RULE.replace("quiet_day", "bad").replace("orders", "order"))
    open_alarms(settings).put(bad, "anna")
    assert main(["alarms", "check"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("bad [bad]: no metric named 'order'. Did you mean 'orders'?")
    assert message.count("\n") == 1
