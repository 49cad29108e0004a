"""Errors as a command shows and logs them."""

from __future__ import annotations

import errno
import json
import os
import pickle
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from connectors.cli import Parser, run_command
from connectors.errors import UserError, unknown
from connectors.log import error_id, get_logger, masked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of this test alone, in English."""
    path = tmp_path / "deep" / "board.log"
    monkeypatch.setenv("BOARD_LOG", str(path))
    monkeypatch.setenv("BOARD_LANGUAGE", "en")
    return path


def _raising(error: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise error

    return main


def test_events_are_json_lines(log: Path) -> None:
    get_logger("tests").info("imported", rows=3, shop="旗舰店")
    get_logger("tests").debug("not kept")
    (line,) = log.read_text(encoding="utf-8").splitlines()
    event = json.loads(line)
    assert (event["event"], event["rows"], event["shop"]) == ("imported", 3, "旗舰店")
    assert (event["level"], event["module"]) == ("info", "tests")


def test_an_error_id_finds_the_traceback(log: Path) -> None:
    try:
        json.loads("{")
    except ValueError as error:
        made = error_id(error)
    assert re.fullmatch(r"E-[2-9A-HJ-NP-Z]{6}", made)
    event = json.loads(log.read_text(encoding="utf-8"))
    assert event["error_id"] == made
    assert "test_log.py" in event["exception"]
    assert "JSONDecodeError" in event["exception"]


def test_an_unwritable_log_still_gives_an_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BOARD_LOG", str(tmp_path / "file" / "board.log"))
    assert error_id(ValueError("x")).startswith("E-")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("BOARD_LOG", str(tmp_path / "folder"))
    assert error_id(ValueError("x")).startswith("E-")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://joe:s3cret@db/shop", "postgresql://joe:***@db/shop"),
        (
            "to postgresql+psycopg://joe:p@ss:w/rd@db failed",
            "to postgresql+psycopg://joe:***@db failed",
        ),
        ("host=db password=s3cret dbname=x", "host=db password=*** dbname=x"),
        ('{"api_key": "s3cret"}', '{"api_key": "***"}'),
        ("https://shop.example/path?q=1", "https://shop.example/path?q=1"),
        ("duckdb:///var/a.db and a@b", "duckdb:///var/a.db and a@b"),
    ],
)
def test_secrets_are_masked(log: Path, text: str, shown: str) -> None:
    assert masked(text) == shown
    error_id(ValueError(text))
    assert "s3cret" not in log.read_text(encoding="utf-8")


def test_a_mistake_is_one_line_and_2(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = UserError("cannot read {cell!r} of {url}", cell="a\nb", url="x://u:s3cret@h\nmore")
    assert run_command(_raising(error)) == 2
    assert capsys.readouterr().err == "cannot read 'a\\nb' of x://u:***@h\\nmore\n"
    assert not log.exists()


def test_a_mistake_is_told_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOARD_LANGUAGE", "zh-CN")
    assert run_command(_raising(unknown("setting", "stat", ["state"]))) == 2
    expected = "没有名为 'stat' 的设置项。是否想写 'state'？可用：state。\n"
    assert capsys.readouterr().err == expected


def test_wrong_settings_cannot_hide_the_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOARD_LANGUAGE", "fr")
    monkeypatch.setenv("LC_ALL", "C")
    assert run_command(_raising(UserError("no such file"))) == 2
    assert capsys.readouterr().err == "no such file\n"


def test_a_failure_is_one_line_with_an_id_and_1(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(_raising(ValueError("bad\nthing"))) == 1
    (line,) = capsys.readouterr().err.splitlines()
    logged = json.loads(log.read_text(encoding="utf-8"))["error_id"]
    assert line == f"It failed: ValueError: bad. Error {logged}; see {log}."


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "full"),
        RuntimeError('IO Error: Could not write file "a.duckdb": No space left on device'),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
    ],
)
def test_a_full_disk_says_so(
    error: Exception, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(_raising(error)) == 1
    assert capsys.readouterr().err.startswith("The disk is full: free some space")
    assert log.exists()


def test_interrupted_and_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(_raising(KeyboardInterrupt())) == 130
    assert run_command(lambda: 0) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--grain", "weak"], "invalid choice: 'weak'"),
        (["--grain", "weak"], "week"),
        (["--fram", "day"], "unrecognized arguments: --fram day"),
        (["--grain"], "expected one argument"),
    ],
)
def test_wrong_arguments_are_one_line_and_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = Parser(prog="metrics")
    parser.add_argument("--grain", choices=["day", "week"])
    assert run_command(lambda: len(vars(parser.parse_args(arguments)))) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    assert line.endswith("(see metrics --help)")


def test_a_reader_that_goes_away_is_no_failure(root: Path, log: Path) -> None:
    code = (
        "import sys; from connectors.cli import run_command\n"
        "def main():\n"
        "    while True: print('x' * 1000)\n"
        "sys.exit(run_command(main))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == b""
    assert not log.exists()


def test_unknown_lists_what_is_valid() -> None:
    assert str(unknown("metric", "net_sale", ["orders", "net_sales"])) == (
        "No metric named 'net_sale'. Did you mean 'net_sales'? Valid: net_sales, orders."
    )
    assert str(unknown("metric", "zzz", ["orders"], "a.toml, line 3")) == (
        "a.toml, line 3: no metric named 'zzz'. Valid: orders."
    )
    many = str(unknown("SKU", "zzz", [f"{n:03}" for n in range(200)]))
    assert "029, … (200)." in many
    assert "030" not in many


def test_a_mistake_survives_another_process() -> None:
    error = pickle.loads(pickle.dumps(unknown("metric", "net_sale", ["net_sales"])))
    assert isinstance(error, UserError)
    assert "Did you mean 'net_sales'?" in str(error)
