"""The file for spreadsheets: the numbers as they are, the question above, nothing that runs."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as any_
from openpyxl import load_workbook  # type: ignore[import-untyped]

from pages.ui.export import Sheet, to_csv, to_xlsx

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _sheet(frame: pl.DataFrame, titles: list[str], *question: tuple[str, str]) -> Sheet:
    return Sheet(frame, titles, question, ["", "#,##0.00"][: len(titles)])


def _csv(sheet: Sheet) -> list[list[str]]:
    return list(csv.reader(StringIO(to_csv(sheet).decode("utf-8-sig"))))


def _cells(sheet: Sheet) -> list[list[Any]]:
    page = load_workbook(BytesIO(to_xlsx(sheet))).active
    assert page is not None
    return [list(row) for row in page.iter_rows()]


SHOWN = _sheet(
    pl.DataFrame({"category": ["连衣裙", None], "paid_sales": [1234.5, -2.0]}),
    ["品类", "支付金额"],
    ("时间范围", "2022年6月"),
)


def test_the_question_stands_above_the_table() -> None:
    assert to_csv(SHOWN).startswith(b"\xef\xbb\xbf")
    assert _csv(SHOWN) == [
        ["时间范围", "2022年6月"],
        [],
        ["品类", "支付金额"],
        ["连衣裙", "1234.5"],
        ["", "-2.0"],
    ]


def test_a_workbook_holds_the_same() -> None:
    rows = _cells(SHOWN)
    assert [[cell.value for cell in row] for row in rows] == [
        ["时间范围", "2022年6月"],
        [None, None],
        ["品类", "支付金额"],
        ["连衣裙", 1234.5],
        [None, -2.0],
    ]
    assert rows[3][1].number_format == "#,##0.00"
    assert rows[2][0].font.bold


@given(any_.text(), any_.text(), any_.text())
def test_no_cell_is_a_formula(name: str, title: str, filtered: str) -> None:
    frame = pl.DataFrame({"a": [name]}, schema={"a": pl.String})
    sheet = _sheet(frame, [title], ("Category", filtered))
    for row in _csv(sheet):
        for cell in row:
            assert not cell.lstrip().startswith(_DANGEROUS)


@pytest.mark.parametrize("name", ["=1+1", "+1", "@SUM(A1)", "-2+3", "\x0b=1", "a" * 40_000])
def test_no_cell_of_a_workbook_is_a_formula(name: str) -> None:
    frame = pl.DataFrame({"a": [name]}, schema={"a": pl.String})
    types = {cell.data_type for row in _cells(_sheet(frame, [name], (name, name))) for cell in row}
    assert types <= {"s", "n"}


@given(any_.text(any_.characters(codec="utf-8", exclude_characters="\r\n\x00")))
def test_a_name_survives(name: str) -> None:
    frame = pl.DataFrame({"a": [name]}, schema={"a": pl.String})
    cell = _csv(_sheet(frame, ["a"]))[-1][0] if name else ""
    assert cell.removeprefix("'") == name.removeprefix("'")
