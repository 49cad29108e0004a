"""Workbooks: typed cells become the text that a CSV of the same table holds."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.chartsheet import Chartsheet  # type: ignore[import-untyped]

from connectors.errors import UserError
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source

if TYPE_CHECKING:
    from pathlib import Path


def workbook(folder: Path, rows: list[list[Any]], first: int = 1) -> Source:
    book = Workbook()
    book.active.title = "orders"
    for number, row in enumerate(rows, first):
        for column, value in enumerate(row, 1):
            if value is not None:
                book.active.cell(number, column, value)
    book.save(folder / "t.xlsx")
    return Source(folder / "t.xlsx", "t.xlsx")


def rows_of(source: Source, reading: Reading | None = None) -> list[tuple[object, ...]]:
    frame = read(source, reading or Reading(), Limits())
    assert frame.schema == {"__line": pl.Int64} | dict.fromkeys(frame.columns[1:], pl.String)
    return frame.rows()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (617, "617"),
        (617.0, "617"),
        (616.56, "616.56"),
        (0.1234567890123, "0.1234567890123"),
        (2754371.66666667, "2754371.66666667"),
        (405808784573154500, "405808784573154500"),
        (-0.5, "-0.5"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        ("0012", "0012"),
        ("  春装 ", "  春装 "),
        ("a\nb", "a\nb"),
        ("#REF!", "#REF!"),
        (date(2022, 4, 30), "2022-04-30"),
        (datetime(2022, 4, 30), "2022-04-30"),  # noqa: DTZ001 (a workbook knows no zones)
        (datetime(2022, 4, 30, 8, 26), "2022-04-30 08:26:00"),  # noqa: DTZ001
        (time(8, 26), "08:26:00"),
        (timedelta(hours=30, minutes=5, seconds=7), "30:05:07"),
    ],
)
def test_cells_of_a_workbook(tmp_path: Path, value: object, text: str) -> None:
    assert rows_of(workbook(tmp_path, [["a"], [value]])) == [(2, text)]


def test_a_column_with_a_time_of_day_keeps_midnight(tmp_path: Path) -> None:
    moments = [datetime(2022, 4, 30, 8), datetime(2022, 5, 1)]  # noqa: DTZ001
    source = workbook(tmp_path, [["at", "on"], *([each, moments[1]] for each in moments)])
    assert rows_of(source) == [
        (2, "2022-04-30 08:00:00", "2022-05-01"),
        (3, "2022-05-01 00:00:00", "2022-05-01"),
    ]


def test_rows_of_a_workbook_keep_their_numbers(tmp_path: Path) -> None:
    source = workbook(
        tmp_path, [["a", None, "b"], [1], [], [None, None, ""], [None, "x", 2, "y"]], 4
    )
    assert rows_of(source) == [(5, "1", None, None, None), (8, None, "x", "2", "y")]
    assert read(source, Reading(), Limits()).columns[1:] == ["a", "column_2", "b", "column_4"]
    assert rows_of(source, Reading(header=5)) == [(8, None, "x", "2", "y")]
    assert rows_of(source, Reading(header=0))[0] == (4, "a", None, "b", None)


def test_many_rows_of_a_workbook(tmp_path: Path) -> None:
    """More than are taken together, of which only the last is wide and only one has a time."""
    rows = [[n, datetime(2022, 5, 1)] for n in range(4_500)]  # noqa: DTZ001
    rows[4_400][1] = datetime(2022, 5, 1, 7)  # noqa: DTZ001
    rows[-1].append("wide")
    frame = read(workbook(tmp_path, [["n", "at"], *rows]), Reading(), Limits())
    assert frame["n"].to_list() == [str(n) for n in range(4_500)]
    assert frame["__line"].to_list() == list(range(2, 4_502))
    assert frame.row(0) == (2, "0", "2022-05-01 00:00:00", None)
    assert frame.row(4_400) == (4_402, "4400", "2022-05-01 07:00:00", None)
    assert frame.row(-1)[-1] == "wide"


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["first"])
    book.create_sheet("退货").append(["second"])
    book.create_sheet("empty")
    book.save(tmp_path / "t.xlsx")
    source = Source(tmp_path / "t.xlsx", "t.xlsx")
    assert read(source, Reading(), Limits()).columns == ["__line", "first"]
    assert read(source, Reading(sheet="退货"), Limits()).columns == ["__line", "second"]
    with pytest.raises(UserError, match=r"^t\.xlsx: no sheet named '退款'\. .*退货"):
        read(source, Reading(sheet="退款"), Limits())
    with pytest.raises(UserError, match=r"the sheet 'empty' has no header from row 1 on"):
        read(source, Reading(sheet="empty"), Limits())


def repacked(source: Source, change: dict[str, tuple[str, str]]) -> Source:
    """The workbook with texts replaced in some of its parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(source.path) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name in change:
                assert change[name][0] in content
                content = content.replace(*change[name])
            new.writestr(name, content)
    source.path.write_bytes(packed.getvalue())
    return source


def test_the_size_that_a_sheet_declares_is_not_believed(tmp_path: Path) -> None:
    source = workbook(tmp_path, [["a", "b"], [1, 2], [3, 4]])
    sheet = "xl/worksheets/sheet1.xml"
    repacked(source, {sheet: ('<dimension ref="A1:B3"', '<dimension ref="A1"')})
    assert rows_of(source) == [(2, "1", "2"), (3, "3", "4")]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", "</sheetData>", ""),
        ("xl/worksheets/sheet1.xml", '<row r="2"', '<row r="99999999999"'),
        ("xl/worksheets/sheet1.xml", '<c r="A2"', '<c r="2A"'),
        ("xl/worksheets/sheet1.xml", "<v>1</v>", "<v>one</v>"),
        ("xl/workbook.xml", "<sheets>", "<shoots>"),
        ("[Content_Types].xml", "sheet.main", "slide.main"),
    ],
)
def test_a_damaged_workbook_is_said(tmp_path: Path, part: str, old: str, new: str) -> None:
    source = repacked(workbook(tmp_path, [["a"], [1]]), {part: (old, new)})
    with pytest.raises(UserError, match=r"^t\.xlsx is not a sound \.xlsx file: ") as caught:
        read(source, Reading(), Limits())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0 old", b"PK\3\4 cut"])
def test_what_is_no_workbook_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(UserError, match=r"^t\.xlsx is not a sound \.xlsx file: .* as \.xlsx\.$"):
        read(Source(tmp_path / "t.xlsx", "t.xlsx"), Reading(), Limits())


def test_a_workbook_without_a_worksheet_is_said(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    book.create_chartsheet("chart")
    assert isinstance(book["chart"], Chartsheet)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(UserError, match=r"^t\.xlsx"):
        read(Source(tmp_path / "t.xlsx", "t.xlsx"), Reading(), Limits())


def test_all_formats_agree(tmp_path: Path) -> None:
    table = [["o1", 617, 616.56, date(2022, 4, 30)], ["o2", 1, 0.5, date(2022, 5, 1)]]
    names = ["id", "n", "amount", "day"]
    frame = pl.DataFrame(table, schema=names, orient="row")
    frame.write_csv(tmp_path / "t.csv")
    frame.write_parquet(tmp_path / "t.parquet")
    lines = [json.dumps(dict(zip(names, row, strict=True)), default=str) for row in table]
    (tmp_path / "t.jsonl").write_text("\n".join(lines), encoding="utf-8")
    sources = [
        workbook(tmp_path, [names, *table]),
        Source(tmp_path / "t.parquet", "t.parquet"),
        Source(tmp_path / "t.csv", "t.csv"),
        Source(tmp_path / "t.jsonl", "t.jsonl"),
    ]
    frames = [read(source, Reading(), Limits()).drop("__line") for source in sources]
    assert all(each.equals(frames[0]) for each in frames)
    assert frames[0].row(0) == ("o1", "617", "616.56", "2022-04-30")
