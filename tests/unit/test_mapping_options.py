"""What a mapping can say beside columns: checks, JSON in cells, a source that several share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.importing import HEADER, MAPPING, MONDAY, Board, write_csv

if TYPE_CHECKING:
    from pathlib import Path

CHECK = """
[checks.known_order]
must = "order_id <> '2'"
about = "Order: one of ours"
[[feeds]]
table = "shops"
"""


def test_rows_that_fail_a_check_are_rejected_with_its_reason(
    board: Board, tmp_path: Path, monday: Path
) -> None:
    (tmp_path / "checked.toml").write_text(MAPPING.replace('[[feeds]]\ntable = "shops"\n', CHECK))
    report = board.imported("order_lines", tmp_path / "checked.toml", monday)
    # Of order 2 one line is a sample: a rule leaves it out before a check refuses it.
    assert report["rejected"] == {"Order: one of ours": 1, "Qty: not a whole number": 1}
    assert report["excluded"] == {"samples": 1}
    assert board.sql("SELECT DISTINCT order_id FROM order_lines") == [("1",)]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ('must = "colour = 1"\nabout = "x"', "checks.x, must: no column named 'colour'."),
        ('must = "true"\nabout = "x"\nwhen = "x"', "checks.x: no key named 'when'."),
        ('must = "true"', "checks.x.about is missing."),
    ],
)
def test_a_check_that_cannot_be_is_said(
    board: Board, tmp_path: Path, monday: Path, check: str, said: str
) -> None:
    (tmp_path / "odd.toml").write_text(f"{MAPPING}\n[checks.x]\n{check}\n")
    mapping = tmp_path / "odd.toml"
    done = board.run("import", monday, "--as", "order_lines", "--mapping", mapping)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_blanks_around_a_header_do_not_matter(board: Board, mapping: Path, tmp_path: Path) -> None:
    lines = ["Day,Order ,\tSKU,Qty, Price ", "2024-06-17,1,a,2,10"]
    (tmp_path / "blanks.csv").write_text("\n".join(lines))
    board.imported("order_lines", mapping, tmp_path / "blanks.csv")
    assert board.sql("SELECT order_id, sku_id, gross_amount FROM order_lines") == [("1", "a", 20)]


PATHS = """
title = "Events"
[columns]
event_at = { from = "at", kind = "instant", unit = "s", required = true }
event_id = { from = "at" }
event_name = { from = "name" }
session_id = { from = "facts", path = '$[?(@.key=="session")].value', optional = true }
sku_id = { from = "facts", path = "$[0].key" }
amount = { from = "facts", path = '$[?(@.key=="worth")].value', kind = "decimal" }
[derived]
shop_id = "'s'"
[[feeds]]
table = "events"
"""


def test_a_value_is_found_in_a_cell_that_holds_json(board: Board, tmp_path: Path) -> None:
    (tmp_path / "paths.toml").write_text(PATHS)
    facts = [
        [{"key": "session", "value": 17}, {"key": "worth", "value": "9.50"}],
        [{"value": "春", "key": "session"}],
        [],
        "no list",
        None,
    ]
    lines = [
        json.dumps({"at": 10**9 + n, "name": "x", "facts": each}) for n, each in enumerate(facts)
    ]
    lines.append('{"at": 1718668800, "name": "x", "facts": [{"key": "worth", "value": "much"}]}')
    (tmp_path / "events.jsonl").write_text("\n".join(lines))
    report = board.imported("events", tmp_path / "paths.toml", tmp_path / "events.jsonl")
    assert report["rejected"] == {"facts: not a number": 1}
    query = "SELECT session_id, sku_id, amount::DOUBLE FROM events ORDER BY event_at"
    assert board.sql(query) == [
        ("17", "session", 9.5),
        ("春", "session", None),
        (None, None, None),
        (None, None, None),
        (None, None, None),
    ]


def test_what_is_no_path_is_said(board: Board, tmp_path: Path, monday: Path) -> None:
    (tmp_path / "odd.toml").write_text(PATHS.replace("$[0].key", "$["))
    done = board.run("import", monday, "--as", "events", "--mapping", tmp_path / "odd.toml")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "columns.sku_id.path cannot be '$[': it is no JSONPath" in done.err


def test_mappings_of_one_origin_state_a_document_once(
    board: Board, tmp_path: Path, monday: Path
) -> None:
    """The day as the later import has it: what only the earlier one told is gone."""
    rough, fine = tmp_path / "rough.toml", tmp_path / "fine.toml"
    fine.write_text('origin = "shop"\n' + MAPPING)
    rough.write_text('origin = "shop"\n' + MAPPING.replace('line_id = "sku_id"', 'line_id = "day"'))
    total = "SELECT sum(sales_amount)::DOUBLE, count(*) FROM order_lines"
    for mapping in (rough, fine, rough):
        report = board.imported("order_lines", mapping, monday)
        assert board.sql(total) == [(35.99, 4)]
        assert (report["mapping"], report["loaded"]) == (mapping.stem, 5)
        assert board.sql("SELECT DISTINCT import_source FROM order_lines") == [("shop",)]


def test_files_of_one_name_are_told_apart(board: Board, tmp_path: Path) -> None:
    text = MAPPING.replace('line_id = "sku_id"', 'line_id = "1"').replace(
        "shop_id = \"'shop'\"", 'shop_id = "cast(count(*) OVER (PARTITION BY file_number) as text)"'
    )
    (tmp_path / "counted.toml").write_text(text)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    twice = [("2024-06-20", "9", "c", 1, 1)] * 2
    files = [
        write_csv(tmp_path / "one" / "orders.csv", HEADER, MONDAY[:1]),
        write_csv(tmp_path / "two" / "orders.csv", HEADER, twice),
    ]
    board.imported("order_lines", tmp_path / "counted.toml", *files)
    assert board.sql("SELECT order_id, shop_id FROM order_lines ORDER BY ALL") == [
        ("1", "1"),
        ("9", "2"),
        ("9", "2"),
    ]
