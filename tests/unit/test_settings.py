"""Settings: defaults, file, environment, and what a wrong one says."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from connectors.clock import now
from connectors.errors import UserError
from connectors.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and nothing set."""
    for name in [each for each in os.environ if each.startswith("BOARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_lie_under_the_current_folder(folder: Path) -> None:
    settings = load_settings()
    assert settings.warehouse == f"{folder}/var/warehouse"
    assert settings.state == f"{folder}/var/state.db"
    assert settings.log == f"{folder}/var/log/board.log"
    assert (settings.targets, settings.roles, settings.currency) == (None, None, None)
    assert settings.zone == ZoneInfo("Asia/Shanghai")


def test_file_then_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "board.toml").write_text('currency = "CNY"\nlanguage = "en"\nmax_line_bytes = "2KiB"')
    monkeypatch.setenv("BOARD_LANGUAGE", "zh-CN")
    monkeypatch.setenv("BOARD_WEEK_START", "")
    settings = load_settings()
    assert settings.currency == "CNY"
    assert settings.language == "zh-CN"
    assert settings.week_start == "monday"
    assert settings.max_line_bytes == 2048


def test_paths_of_a_file_start_from_its_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = folder / "etc"
    other.mkdir()
    (other / "shop.toml").write_text('warehouse = "data"\nstate = "postgresql://db/board"')
    monkeypatch.setenv("BOARD_CONFIG", "etc/shop.toml")
    monkeypatch.setenv("BOARD_TARGETS", "targets.toml")
    settings = load_settings()
    assert settings.warehouse == f"{other}/data"
    assert settings.state == "postgresql://db/board"
    assert settings.targets == f"{folder}/targets.toml"


def test_the_same_settings_are_one_cache_key() -> None:
    assert hash(load_settings()) == hash(load_settings())
    with pytest.raises(ValueError, match="frozen"):
        load_settings().currency = "CNY"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('warehous = "x"', "board.toml: no setting named 'warehous'. Did you mean 'warehouse'?"),
        ('language = "fr"', "the setting language cannot be 'fr'. Allowed: auto, zh-CN, en."),
        ("state = 3", "the setting state cannot be 3. Allowed: input should be a valid string."),
        ('warehouse = ""', "the setting warehouse cannot be ''."),
        ('max_line_bytes = "wide"', 'Allowed: a size as 16777216 or "16MiB".'),
        ("max_expansion_ratio = 1", "Allowed: input should be greater than 1."),
        ('time_zone = "Asia/Shangai"', "Did you mean 'Asia/Shanghai'?"),
        ('currency = "cny"', "no currency named 'cny'. Did you mean 'CNY'?"),
        ("[limits]\nlines = 3", "no setting named 'limits'"),
        ("state = ", "board.toml is not valid TOML"),
        (b'state = "\xff"', "board.toml is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(folder: Path, text: str | bytes, says: str) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "board.toml").write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_settings()
    assert says in str(caught.value)
    assert "board.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("BOARD_LANGAGE", "en", "Did you mean 'BOARD_LANGUAGE'?"),
        ("BOARD_LANGUAGE", "fr", "BOARD_LANGUAGE: the setting language cannot be 'fr'."),
        ("BOARD_CONFIG", "none.toml", "BOARD_CONFIG names none.toml: there is no such file."),
    ],
)
def test_a_wrong_variable_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserError) as caught:
        load_settings()
    assert says in str(caught.value)


def test_what_is_no_setting_may_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOARD_NOW", "2022-06-30")
    monkeypatch.setenv("BOARD_DATA", "elsewhere")
    assert load_settings() == load_settings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-06-30", datetime(2022, 6, 29, 16, tzinfo=UTC)),
        ("2022-06-30T09:30", datetime(2022, 6, 30, 1, 30, tzinfo=UTC)),
        ("2022-06-30T09:30Z", datetime(2022, 6, 30, 9, 30, tzinfo=UTC)),
    ],
)
def test_the_clock_can_be_set(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: datetime
) -> None:
    monkeypatch.setenv("BOARD_NOW", text)
    shown = now(ZoneInfo("Asia/Shanghai"))
    assert shown == expected
    assert shown.tzinfo == ZoneInfo("Asia/Shanghai")


def test_the_clock_runs_by_itself() -> None:
    zone = Settings().zone
    before = datetime.now(UTC)
    assert before <= now(zone) <= datetime.now(UTC)


def test_a_wrong_clock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOARD_NOW", "yesterday")
    with pytest.raises(UserError, match="BOARD_NOW is 'yesterday'"):
        now(ZoneInfo("UTC"))
