"""The file for spreadsheets: the numbers as they are, the question above, nothing that runs."""

from __future__ import annotations

import csv
from io import StringIO

import polars as pl
from hypothesis import given
from hypothesis import strategies as any_

from pages.ui.export import to_csv

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_the_question_stands_above_the_table() -> None:
    frame = pl.DataFrame({"category": ["连衣裙", None], "paid_sales": [1234.5, -2.0]})
    content = to_csv(frame, ["品类", "支付金额"], [("时间范围", "2022年6月")])
    assert content.startswith(b"\xef\xbb\xbf")
    assert _read(content) == [
        ["时间范围", "2022年6月"],
        [],
        ["品类", "支付金额"],
        ["连衣裙", "1234.5"],
        ["", "-2.0"],
    ]


@given(any_.text(), any_.text(), any_.text())
def test_no_cell_is_a_formula(name: str, title: str, filtered: str) -> None:
    frame = pl.DataFrame({"a": [name]}, schema={"a": pl.String})
    for row in _read(to_csv(frame, [title], [("Category", filtered)])):
        for cell in row:
            assert not cell.lstrip().startswith(_DANGEROUS)


@given(any_.text(any_.characters(codec="utf-8", exclude_characters="\r\n\x00")))
def test_a_name_survives(name: str) -> None:
    frame = pl.DataFrame({"a": [name]}, schema={"a": pl.String})
    cell = _read(to_csv(frame, ["a"], []))[-1][0] if name else ""
    assert cell.removeprefix("'") == name.removeprefix("'")
