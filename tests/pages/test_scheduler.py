"""The board checks its alarms by itself: once a generation and hour, a little at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.settings import Settings
from connectors.state import open_alarms
from metrics.background import REST
from pages.alarms.scheduler import look
from tests.pages import shop

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.state import AlarmState


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A warehouse with some of the shop's orders, whose alarms were never checked."""
    monkeypatch.setenv("BOARD_NOW", shop.NOW)
    shop.build(tmp_path, shop.order_rows()[:40])
    return Settings(warehouse=str(tmp_path), state=str(tmp_path / "state.db"))


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it rested after each question."""
    found: list[float] = []
    monkeypatch.setattr("metrics.background.time.sleep", found.append)
    return found


def _state(settings: Settings) -> AlarmState:
    return open_alarms(settings)


def test_it_checks_once_an_hour_and_generation(
    settings: Settings, rests: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = look(settings, "")
    asked = len(rests)
    assert asked > 0
    assert all(0 < rest <= REST for rest in rests)
    assert _state(settings).watches()
    assert look(settings, seen) == seen
    assert len(rests) == asked
    shop.build(tmp_path, shop.order_rows()[:80])
    newer = look(settings, seen)
    assert newer != seen
    assert len(rests) > asked
    asked = len(rests)
    monkeypatch.setenv("BOARD_NOW", shop.NOW.replace("T09", "T10"))
    assert look(settings, newer) != newer
    assert len(rests) > asked


def test_what_cannot_be_checked_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    assert look(Settings(warehouse=str(tmp_path / "none")), "") == ""
    (tmp_path / "current").write_text("{")
    assert look(settings, "before") == "before"
