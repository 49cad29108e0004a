"""GA4's event export: a row an event, parameters found by key, numbers written either way."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.trade import EVENTS, SHOPIFY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.importing import Board

ANN, BOB = "1234567890.1700000000", "2222222222.1690000000"
ANNS, BOBS = f"{ANN}.1709651400", f"{BOB}.1709655000"
COLUMNS = """SELECT strftime(event_at, '%d %H:%M:%S.%f'), event_name, visitor_id, session_id,
customer_id, order_id, device, region, channel, campaign_id, sku_id, amount::DOUBLE
FROM events ORDER BY ALL"""


def _event(*given: Any, **named: Any) -> tuple[Any, ...]:
    names = ("customer_id", "order_id", "device", "region", "channel", "campaign_id", "sku_id")
    return (*given, *(named.get(name) for name in names), named.get("amount"))


AT_ANNS = {"device": "mobile", "region": "Illinois"}
AT_BOBS = {"device": "desktop", "region": "United States"}  # the region is (not set)
IN_QUEBEC = {"device": "desktop", "region": "Quebec"}
MAIL = {"channel": "newsletter / email", "campaign_id": "spring"}
SEARCH = {"channel": "google / cpc", "campaign_id": "spring sale"}
PARTNER = {"channel": "partner / referral"}
TEE = {"sku_id": "TEE-BLK-S"}
ORDER = "5400000001003"
PAID = {"order_id": ORDER, "customer_id": "cust-42", "amount": 99.8}
EXPECTED = [
    _event("05 15:10:00.123456", "session_start", ANN, ANNS, **AT_ANNS, **MAIL),
    _event("05 15:10:10.223456", "view", ANN, ANNS, **AT_ANNS, **TEE, amount=35),
    _event("05 15:10:30.323456", "cart", ANN, ANNS, **AT_ANNS, **TEE, amount=70),
    _event("05 15:11:00.423456", "checkout", ANN, ANNS, **AT_ANNS, **TEE, amount=70.5),
    _event("05 15:11:20.523456", "pay", ANN, ANNS, **AT_ANNS, **PAID),
    _event("05 16:10:00.000001", "page_view", BOB, BOBS, **AT_BOBS),
    _event("05 16:10:00.000001", "page_view", BOB, BOBS, **AT_BOBS),
    _event("05 16:10:10.000000", "search", BOB, BOBS, **IN_QUEBEC, **SEARCH),
    _event("05 16:10:20.000000", "favourite", BOB, BOBS, **AT_BOBS, amount=65),
    _event("05 16:10:30.000000", "size_quiz_done", None, None, **AT_BOBS, **PARTNER),
    _event("06 16:10:00.000000", "refund", BOB, BOBS, **AT_BOBS, order_id=ORDER, amount=30.5),
]


def test_json_lines_as_bigquery_writes_them(board: Board) -> None:
    """Integers as strings, absent keys, explicit nulls on the first line."""
    report = board.imported("events", "ga4_events", EVENTS)
    assert (report["read"], report["loaded"], report["rejected"]) == (11, 11, {})
    # The evening of the 5th in London and the first hours of the 6th in Shanghai.
    assert (report["first_date"], report["last_date"]) == ("2024-03-05", "2024-03-07")
    assert report["currency"] == "USD"
    assert board.sql(COLUMNS) == EXPECTED
    again = board.imported("events", "ga4_events", EVENTS)
    assert (again["loaded"], again["updated"], again["unchanged"]) == (0, 0, 11)


def _plain(value: Any, key: str = "") -> Any:
    """Integers and decimals as numbers, and the null of every kind of value written out."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        whole = key in ("int_value", "event_timestamp", "event_bundle_sequence_id", "quantity")
        return int(value) if whole and value is not None else value
    plain = {name: _plain(each, name) for name, each in value.items()}
    if "key" in plain:
        kinds = ("string_value", "int_value", "float_value", "double_value")
        plain["value"] = dict.fromkeys(kinds) | plain["value"]
    return plain


@pytest.mark.parametrize("compressed", [False, True])
def test_numbers_as_numbers_and_nulls_as_nulls(
    board: Board, tmp_path: Path, *, compressed: bool
) -> None:
    """The same events in the other spelling are the same rows."""
    board.imported("events", "ga4_events", EVENTS)
    absent = dict.fromkeys(("user_id", "ecommerce", "items", "collected_traffic_source"))
    lines = EVENTS.read_text(encoding="utf-8").splitlines()
    text = "\n".join(json.dumps(absent | _plain(json.loads(line))) for line in lines)
    if compressed:
        file = tmp_path / "000000000000.json.gz"
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file = tmp_path / "events.jsonl"
        file.write_text(text)
    report = board.imported("events", "ga4_events", file)
    assert (report["loaded"], report["updated"], report["unchanged"]) == (0, 0, 11)


def test_a_day_in_several_files(board: Board, tmp_path: Path) -> None:
    lines = EVENTS.read_bytes().splitlines(keepends=True)
    (tmp_path / "0.json").write_bytes(b"".join(lines[:4]))
    (tmp_path / "1.json").write_bytes(b"".join(lines[4:]))
    board.imported("events", "ga4_events", tmp_path / "*.json")
    assert board.sql(COLUMNS) == EXPECTED
    assert board.imported("events", "ga4_events", EVENTS)["unchanged"] == 11


def test_visits_find_the_orders_of_the_web_shop(board: Board) -> None:
    """The order's sales are 99.80 less shipping and tip; its visit began 72 seconds before it."""
    board.imported("events", "ga4_events", EVENTS)
    board.imported("order_lines", "shopify_orders", SHOPIFY)
    query = "SELECT order_id, session_id, channel, sales_amount::DOUBLE, touched_at FROM touches"
    began = datetime.fromisoformat("2024-03-05T15:10:00.123456")
    assert board.sql(query) == [(ORDER, ANNS, "newsletter / email", 91.8, began)]
    query = f"""SELECT event_count, viewed_at < carted_at, checkout_at < pay_at FROM sessions
    WHERE session_id = '{ANNS}'"""
    assert board.sql(query) == [(5, True, True)]


def _line(**changes: Any) -> dict[str, Any]:
    event = json.loads(EVENTS.read_text(encoding="utf-8").splitlines()[4])
    return {**event, **changes}


@pytest.mark.parametrize(
    ("changes", "order", "amount"),
    [
        ({"ecommerce": {"purchase_revenue": "93.0", "transaction_id": "T-1"}}, "T-1", 93),
        ({"ecommerce": {"purchase_revenue": 93, "transaction_id": "(not set)"}}, ORDER, 93),
        ({"ecommerce": None}, ORDER, 99.8),  # the parameter `value`
        ({"ecommerce": {"unique_items": "2"}, "event_params": []}, None, None),
        (
            {
                "ecommerce": {},
                "event_params": [
                    {"value": {"int_value": 77}, "key": "transaction_id"},
                    {"key": "value", "value": {"int_value": "12"}},
                ],
            },
            "77",
            12,
        ),
    ],
)
def test_an_order_and_its_value(
    board: Board, tmp_path: Path, changes: dict[str, Any], order: str | None, amount: float | None
) -> None:
    (tmp_path / "e.jsonl").write_text(json.dumps(_line(**changes)))
    board.imported("events", "ga4_events", tmp_path / "e.jsonl")
    assert board.sql("SELECT order_id, amount::DOUBLE FROM events") == [(order, amount)]


def test_fields_that_nobody_knows_yet_are_left_alone(board: Board, tmp_path: Path) -> None:
    event = _line(new_record={"deep": {"list": [1, {"a": None}]}}, new_flag=True)
    (tmp_path / "e.jsonl").write_text(json.dumps(event))
    board.imported("events", "ga4_events", tmp_path / "e.jsonl")
    assert board.sql("SELECT event_name FROM events") == [("pay",)]


def test_what_is_no_event(board: Board, tmp_path: Path) -> None:
    lines = [_line(), _line(event_timestamp=None), _line(event_timestamp="soon", event_name="")]
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = board.imported("events", "ga4_events", tmp_path / "e.jsonl")
    assert report["rejected"] == {
        "event_timestamp: empty": 1,
        "event_timestamp: not a time as declared": 1,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "e.jsonl"),
        ('{"event_date": "20240305", "event_timestamp": "1"}', "no column named 'event_name'"),
        ('[{"event_name": "purchase"}]', "an array has to be written out as lines"),
    ],
)
def test_files_that_are_no_export(board: Board, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "e.jsonl").write_text(text)
    done = board.run("import", tmp_path / "e.jsonl", "--as", "events", "--mapping", "ga4_events")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err
