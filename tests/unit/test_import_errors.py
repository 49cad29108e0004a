"""What a caller can get wrong: one line that says what and where, exit 2, nothing loaded."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from tests.unit.importing import HEADER, MAPPING, MONDAY, Board, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _truncated(folder: Path) -> Path:
    text = f"{HEADER.replace(' ', ',')}\n" + "2024-06-17,1,a,1,10\n" * 1000
    file = folder / "cut.csv.gz"
    file.write_bytes(gzip.compress(text.encode())[:-20])
    return file


def _delimited(folder: Path) -> Path:
    file = folder / "semicolons.csv"
    file.write_text(HEADER.replace(" ", ";") + "\n2024-06-17;1;a;1;10\n")
    return file


def _empty(folder: Path) -> Path:
    file = folder / "empty.csv"
    file.touch()
    return file


def _lacking(folder: Path) -> Path:
    return write_csv(folder / "lacking.csv", "Day Order SKU Price", [("2024-06-17", "1", "a", 1)])


def _unreadable(folder: Path) -> Path:
    return write_csv(folder / "words.csv", HEADER, [("2024-06-17", "1", "a", "one", 10)] * 3)


def _absent(folder: Path) -> Path:
    return folder / "nothing-*.csv"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_truncated, "cut.csv.gz is cut off in the middle of its .gz data."),
        (_delimited, "semicolons.csv: one column when cut at ',', but 5 at ';'."),
        (_empty, "empty.csv is empty."),
        (_lacking, "lacking.csv: no column named 'Qty'. Valid: Day, Order, Price, SKU."),
        (
            _unreadable,
            "No row can be loaded: 3 rejected. The first: words.csv, line 2: Qty: not a whole ",
        ),
        (_absent, "No file matches "),
    ],
)
def test_a_bad_file_loads_nothing_not_even_of_the_others(
    board: Board, mapping: Path, monday: Path, make: Callable[[Path], Path], message: str
) -> None:
    tmp_path = monday.parent
    others = [monday] if make is not _unreadable else []
    done = board.run("import", *others, make(tmp_path), "--as", "order_lines", "--mapping", mapping)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)
    assert done.err.count("\n") == 1
    assert not (board.folder / "current").exists()
    assert not list(board.folder.glob("sources/runs/*"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--mapping", "online_retial"], "No mapping named 'online_retial'. Did you mean 'online_"),
        (["--mapping", "none.toml"], "The mapping none.toml cannot be read: No such file"),
        (["--as", "order_line"], "shop: no table named 'order_line'. Did you mean 'order_lines'?"),
        (
            ["--as", "tickets"],
            "shop: no table named 'tickets'. Valid: order_lines, returns, shops.",
        ),
        (["--as", "x", "--mapping", "canonical"], "No table named 'x'. Valid: ad_spend, "),
        (["--rule", "sample=off"], "shop: no rule named 'sample'. Did you mean 'samples'?"),
        (["--rule", "samples"], "--rule 'samples': write NAME=on or NAME=off."),
        (["--wait", "soon"], "argument --wait: invalid float value: 'soon' (see "),
    ],
)
def test_a_wrong_option_says_what_is_right(
    board: Board, mapping: Path, monday: Path, options: list[str], message: str
) -> None:
    given = ["--as", "order_lines", "--mapping", mapping, *options]
    done = board.run("import", monday, *given)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("found", "instead", "message"),
    [
        ('"-quantity"', '"-sku_id"', "shop, feed of returns: quantity = '-sku_id' cannot be "),
        ('"price = 0"', "\"price = 'x'\"", "shop: rules.samples = \"price = 'x'\" cannot be "),
        ('ordered_at = "day"', 'ordered_at = "sku_id"', "order_lines.ordered_at is a date or a "),
    ],
)
def test_a_mapping_that_cannot_be_computed_says_where(
    board: Board, tmp_path: Path, monday: Path, found: str, instead: str, message: str
) -> None:
    (tmp_path / "shop.toml").write_text(MAPPING.replace(found, instead))
    done = board.run("import", monday, "--as", "order_lines", "--mapping", tmp_path / "shop.toml")
    assert done.code == 2, done.err
    assert done.err.count("\n") == 1
    assert done.err.startswith(message)


def test_a_failed_import_leaves_what_was_there(board: Board, mapping: Path, monday: Path) -> None:
    board.imported("order_lines", mapping, monday)
    before = board.rows("order_lines")
    pointer = (board.folder / "current").read_bytes()
    bad = _truncated(monday.parent)
    assert board.run("import", bad, "--as", "order_lines", "--mapping", mapping).code == 2
    assert (board.folder / "current").read_bytes() == pointer
    assert board.rows("order_lines") == before
    assert len(list(board.folder.glob("sources/runs/*.json"))) == 1


def test_a_header_without_rows_is_no_mistake(board: Board, mapping: Path, tmp_path: Path) -> None:
    report = board.imported("order_lines", mapping, write_csv(tmp_path / "f.csv", HEADER, []))
    assert report["read"] == 0


def test_a_guard_of_the_settings_holds(board: Board, mapping: Path, monday: Path) -> None:
    board.settings["MAX_SOURCE_BYTES"] = "50"
    done = board.run("import", monday, "--as", "order_lines", "--mapping", mapping)
    assert done.code == 2
    assert done.err.startswith("monday.csv holds more than 50 bytes.")


def test_progress_and_errors_go_to_stderr_alone(board: Board, mapping: Path, monday: Path) -> None:
    done = board.run("import", monday, "--as", "order_lines", "--mapping", mapping, "--json")
    assert done.report["read"] == len(MONDAY)
