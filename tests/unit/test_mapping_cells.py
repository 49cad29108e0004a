"""Cells become values exactly as declared, or are refused with the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from connectors.importing.cells import cleaned, meaning, problems, typed
from connectors.importing.mapping import Column, SourceOptions


def read(
    texts: list[str | None], source: SourceOptions | None = None, **given: Any
) -> list[tuple[Any, str | None]]:
    """Each cell's value and problem."""
    column = Column.model_validate(given)
    frame = pl.DataFrame({"C": texts}, schema={"C": pl.String})
    options = source or SourceOptions()
    frame = frame.select(cleaned(pl.col("C"), options, column).alias("c"))
    frame = frame.select(meaning(pl.col("c"), options, column))
    made = frame.select(typed(pl.col("c"), column)).to_series()
    wrong = problems(frame["c"], made, "C", column)
    none = pl.repeat(None, len(made), dtype=pl.String, eager=True)
    return list(zip(made, none if wrong is None else wrong, strict=True))


def values(texts: list[str | None], **given: Any) -> list[Any]:
    return [value for value, _ in read(texts, **given)]


def test_month_first_dates_written_two_ways() -> None:
    """04-05-2022 is April 5 by declaration; without widths %Y would read 04-30-22 as year 22."""
    formats = ["%m-%d-%y", "%m-%d-%Y"]
    assert read(
        ["04-30-22", "04-05-2022", "4/5/2022", "13-01-22"], kind="date", formats=formats
    ) == [
        (date(2022, 4, 30), None),
        (date(2022, 4, 5), None),
        (None, "C: not a date as declared"),
        (None, "C: not a date as declared"),
    ]
    assert values(["04-30-22"], kind="date", formats=formats[::-1]) == [date(2022, 4, 30)]


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("%d.%m.%Y", "1.2.2024", date(2024, 2, 1)),
        ("%Y年%m月%d日", "2024年6月18日", date(2024, 6, 18)),
        ("%d %b %Y", "18 Jun 2024", date(2024, 6, 18)),
        ("%Y%m%d", "20240618", date(2024, 6, 18)),
        ("%Y-%m-%d", "2024-02-30", None),
        ("%Y-%m-%d", "2024-06-18 10:00", None),
        ("%Y-%m-%d", "0024-06-18x", None),
    ],
)
def test_dates(form: str, text: str, expected: date | None) -> None:
    assert values([text], kind="date", formats=[form]) == [expected]


def test_times_with_and_without_seconds() -> None:
    formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f"]
    texts: list[str | None] = ["2024-06-18 9:05", "2024-06-18 09:05:06.25", "2024-06-18"]
    assert values(texts, kind="datetime", formats=formats) == [
        datetime.fromisoformat("2024-06-18T09:05"),
        datetime.fromisoformat("2024-06-18T09:05:06.25"),
        None,
    ]


def test_instants_keep_their_offset() -> None:
    formats = ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%.f%#z"]
    texts: list[str | None] = ["2023-01-01 10:00:00 -0500", "2023-01-01T10:00:00Z"]
    assert values(texts, kind="instant", formats=formats) == [
        datetime(2023, 1, 1, 15, tzinfo=UTC),
        datetime(2023, 1, 1, 10, tzinfo=UTC),
    ]
    given: list[str | None] = ["1718676000000000", "9" * 30, "x"]
    assert values(given, kind="instant", unit="us") == [
        datetime(2024, 6, 18, 2, tzinfo=UTC),
        None,
        None,
    ]
    assert values(["1718676000"], kind="instant", unit="s") == [
        datetime(2024, 6, 18, 2, tzinfo=UTC)
    ]
    assert values(["9000000000000000000"], kind="instant", unit="s") == [None]


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        ({}, "1234.5", 1234.5),
        ({}, "-3", -3.0),
        ({}, "1e3", 1000.0),
        ({}, "1,234", None),
        ({}, "nan", None),
        ({}, "inf", None),
        ({}, "12x", None),
        ({"thousands": ","}, "1,234,567.5", 1234567.5),
        ({"thousands": ","}, "1,00,000", 100000.0),
        ({"thousands": ","}, "1,5", None),
        ({"thousands": ","}, "1,2345", None),
        ({"thousands": ","}, "1234", 1234.0),
        ({"decimal": ","}, "1234,5", 1234.5),
        ({"decimal": ","}, "1.234", None),
        ({"decimal": ",", "thousands": "."}, "1.234,5", 1234.5),
        ({"decimal": ",", "thousands": "."}, "1.234", 1234.0),
        ({"strip": "¥￥"}, "￥ 12.30", 12.3),
    ],
)
def test_numbers(given: dict[str, Any], text: str, expected: float | None) -> None:
    assert values([text], kind="decimal", **given) == [expected]
    problem = None if expected is not None else "C: not a number"
    assert read([text], kind="decimal", **given)[0][1] == problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6", 6),
        ("6.0", 6),
        ("-6", -6),
        ("6.5", None),
        ("99999999999999999999", None),
        ("1e3", 1000),
    ],
)
def test_whole_numbers(text: str, expected: int | None) -> None:
    assert values([text], kind="integer") == [expected]


def test_identifiers_that_a_spreadsheet_took_for_numbers() -> None:
    texts: list[str | None] = ["17850.0", "17850", "v1.0", "0012", "1.50"]
    assert values(texts, kind="identifier") == ["17850", "17850", "v1.0", "0012", "1.50"]


def test_yes_and_no() -> None:
    texts: list[str | None] = ["TRUE", "no", "是", "0", "maybe", None]
    assert values(texts, kind="boolean") == [True, False, True, False, None, None]
    assert read(["maybe"], kind="boolean") == [(None, "C: not yes or no")]


def test_what_means_nothing_is_null() -> None:
    source = SourceOptions(nulls=["-"])
    texts: list[str | None] = ["  ", "\u3000", "-", "n/a", " x ", None]
    assert read(texts, source, nulls=["n/a"]) == [
        *[(None, None)] * 4,
        ("x", None),
        (None, None),
    ]
    assert read(["", "-"], source, required=True) == [(None, "C: empty")] * 2


def test_guards_of_spreadsheet_exports() -> None:
    source = SourceOptions(unguard=True)
    texts: list[str | None] = ['="00123"', "'00123", "00123", '="a ""b"""', "\t'77"]
    assert [value for value, _ in read(texts, source)] == [
        "00123",
        "00123",
        "00123",
        'a ""b""',
        "77",
    ]
    assert values(['="1"']) == ['="1"']


def test_translations_and_what_they_do_not_list() -> None:
    texts: list[str | None] = ["a", "B", "c"]
    table = {"a": "one", "b": "two"}
    assert read(texts, values=table) == [
        ("one", None),
        (None, "C: a value that the mapping does not list"),
        (None, "C: a value that the mapping does not list"),
    ]
    assert values(texts, values=table, others="null", ignore_case=True) == ["one", "two", None]
    assert read(texts, values=table, others="keep", ignore_case=True)[2] == ("c", None)
    assert read(["a", "x"], values={"a": 1, "b": 2}, others="null") == [(1, None), (None, None)]


def test_errors_of_spreadsheets_are_no_values() -> None:
    problem = "C: a spreadsheet's error, not a value"
    assert [each for _, each in read(["#REF!", "#N/A", "#1"])] == [problem, problem, None]
    assert read(["#N/A"], nulls=["#N/A"]) == [(None, None)]
