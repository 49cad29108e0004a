"""JSON lines: numbers as they are written, records flattened, lists left as JSON."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UserError
from connectors.importing import jsonlines
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source

if TYPE_CHECKING:
    from pathlib import Path


def read_text(folder: Path, text: str) -> pl.DataFrame:
    (folder / "t.jsonl").write_bytes(text.encode())
    return read(Source(folder / "t.jsonl", "t.jsonl"), Reading(), Limits())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1.50, "b": 1234567890123456789012}', {"a": "1.50", "b": "1234567890123456789012"}),
        ('{"a": 1e400, "b": -0, "c": NaN}', {"a": "1e400", "b": "-0", "c": "NaN"}),
        ('{"a": true, "b": false, "c": null}', {"a": "true", "b": "false", "c": None}),
        ('{"a": "春 \\"x\\"\\n", "b": "", "c": " "}', {"a": '春 "x"\n', "b": None, "c": " "}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        ('{"d": {"os": {"v": "17"}, "n": 1}, "e": 2}', {"d.os.v": "17", "d.n": "1", "e": "2"}),
        ('{"a": [1.50, "春", null, true, {"k": [0.10]}], "b": []}',
         {"a": '[1.50,"春",null,true,{"k":[0.10]}]', "b": "[]"}),
        ('{"a": {}, "b": 1}', {"b": "1"}),
        ('{"": 1, "b": 2}', {"column_1": "1", "b": "2"}),
    ],
)  # fmt: skip
def test_values(tmp_path: Path, text: str, expected: dict[str, str | None]) -> None:
    assert read_text(tmp_path, text + "\n").drop("__line").rows(named=True) == [expected]


@pytest.mark.parametrize("batch", [1, 1000])
def test_keys_come_in_order_of_appearance_and_lines_stay(tmp_path: Path, batch: int) -> None:
    text = '{"b": 1}\n\n  {"a": {"x": 2}, "b": 3}\r\n{"a": null}\n{"c": 4}'
    with patch.object(jsonlines, "_BATCH", batch):
        frame = read_text(tmp_path, text)
    assert frame.schema == {"__line": pl.Int64} | dict.fromkeys(["b", "a.x", "c"], pl.String)
    assert frame.rows() == [
        (1, "1", None, None),
        (3, "3", "2", None),
        (4, None, None, None),
        (5, None, None, "4"),
    ]


def test_a_key_that_is_always_null_is_a_column(tmp_path: Path) -> None:
    assert read_text(tmp_path, '{"a": null}\n{"a": null}\n').rows() == [(1, None), (2, None)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(value=st.lists(VALUES, min_size=1, max_size=5), ascii_only=st.booleans())
def test_lists_come_back_as_the_json_they_were(
    tmp_path_factory: pytest.TempPathFactory, value: list[Any], *, ascii_only: bool
) -> None:
    line = json.dumps({"v": value}, ensure_ascii=ascii_only)
    frame = read_text(tmp_path_factory.mktemp("t"), line)
    assert json.loads(frame["v"][0]) == value


def test_an_analytics_export_is_flattened(tmp_path: Path) -> None:
    """The shape of GA4's export to BigQuery, written out as JSON: integers there are strings."""
    event = {
        "event_date": "20240618",
        "event_timestamp": "1718668800000000",
        "event_name": "purchase",
        "event_params": [
            {"key": "ga_session_id", "value": {"int_value": "17"}},
            {"key": "value", "value": {"double_value": 199.5}},
        ],
        "device": {"category": "mobile", "web_info": {"browser": "Safari"}},
        "ecommerce": {"purchase_revenue": 199.5, "transaction_id": "T-1"},
    }
    path = tmp_path / "000000.json.gz"
    path.write_bytes(gzip.compress(json.dumps(event).encode() + b"\n"))
    row = read(Source(path, path.name), Reading(), Limits()).row(0, named=True)
    assert json.loads(row.pop("event_params")) == event["event_params"]
    assert row == {
        "__line": 1,
        "event_date": "20240618",
        "event_timestamp": "1718668800000000",
        "event_name": "purchase",
        "device.category": "mobile",
        "device.web_info.browser": "Safari",
        "ecommerce.purchase_revenue": "199.5",
        "ecommerce.transaction_id": "T-1",
    }


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}\n{"a": 2',
        '{"a": 1}\n[{"a": 1}]',
        '{"a": 1}\n3',
        '{"a": 1}\n{"a": 1} {"a": 2}',
        '{"a": 1}\n{"a": 1, "a": 2}',
        '{"a": 1}\n{"a.b": 1, "a": {"b": 2}}',
        '{"a": 1}\n{"a": "\\ud83d"}',
        '{"a": 1}\n{"a": ["\\ud83d"]}',
        '{"a": 1}\n{"a": ' + "[" * 100_000,
        '{"a": 1}\n' + '{"a":' * 100_000,
        '{"a": 1}\n{"a": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"a": 1}\n' + '{"a":' * 5_000 + "1" + "}" * 5_000,
    ],
)
def test_a_line_that_is_no_record_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"^t\.jsonl, line 2: not one JSON object \(") as caught:
        read_text(tmp_path, text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"__line": 1}', "a column cannot be named '__line'"),
        ('{"": 1, "column_1": 2}', "columns 1 and 2 are both named 'column_1'"),
        (json.dumps(dict.fromkeys(map(str, range(20_000)))), "20000 columns, more than 16384"),
    ],
)
def test_columns_that_cannot_be_are_said(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(UserError) as caught:
        read_text(tmp_path, text)
    assert problem in str(caught.value)
