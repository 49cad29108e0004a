"""CSV and TSV: what was written comes back, whatever the cells hold, with the line it stands on."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UserError
from connectors.importing import delimited, records
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
CELLS = st.text(
    st.one_of(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
        st.sampled_from('",;\t\n\r =春装£'),
    ),
    max_size=6,
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    row = st.lists(CELLS, min_size=width, max_size=width)
    return draw(st.lists(row, max_size=8))


def source(folder: Path, content: bytes, name: str = "t.csv") -> Source:
    path = folder / name
    path.write_bytes(content)
    return Source(path, name)


def rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    assert frame.schema == {"__line": pl.Int64} | dict.fromkeys(frame.columns[1:], pl.String)
    return frame.rows()


def written(
    table: list[list[str]], quoting: Literal[0, 1], delimiter: str, end: str
) -> tuple[str, list[int]]:
    """The text by the csv module, and the line on which each record starts."""
    written_records: list[str] = []
    lines: list[int] = []
    for row in table:
        record = io.StringIO(newline="")
        csv.writer(record, quoting=quoting, delimiter=delimiter, lineterminator=end).writerow(row)
        lines.append(lines[-1] + written_records[-1].count("\n") if lines else 1)
        written_records.append(record.getvalue())
    return "".join(written_records), lines


@given(
    tables(),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(ENCODINGS),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    quoting: Literal[0, 1],
    delimiter: str,
    end: str,
    encoding: str,
) -> None:
    if quoting == csv.QUOTE_MINIMAL and end == "\n":
        # The writer leaves a bare carriage return unquoted then, and nobody can tell what it is.
        table = [[cell.replace("\r", "") for cell in row] for row in table]
    names = [f"c{n}" for n in range(len(table[0]) if table else 2)]
    text, lines = written([names, *table], quoting, delimiter, end)
    file = source(tmp_path_factory.mktemp("t"), text.encode(encoding))
    frame = read(file, Reading(encoding=encoding, delimiter=delimiter), Limits())
    assert frame.columns == ["__line", *names]
    expected = [
        (line, *(cell or None for cell in row)) for line, row in zip(lines[1:], table, strict=True)
    ]
    assert rows(frame) == expected


def by_csv(text: str, width: int) -> list[tuple[object, ...]] | None:
    """The rows below the first line as the csv module has them, None where it finds fault."""
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    found: list[tuple[object, ...]] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return found[1:]
        except csv.Error:
            return None
        if any(cells[width:]):
            return None
        padded = [*cells, *[""] * width][:width]
        found += [(line, *(cell or None for cell in padded))] if cells else []


@given(
    st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "a", " ", "=", "é"]), max_size=20),
    st.sampled_from([3, 2**22]),
)
def test_whatever_is_quoted_how_it_is_read_as_the_csv_module_does(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], step: int
) -> None:
    text = "p,q\n" + "".join(pieces)
    file = source(tmp_path_factory.mktemp("t"), text.encode())
    expected = by_csv(text, 2)
    with patch.object(records, "_STEP", step), patch.object(delimited, "_BATCH", step):
        if expected is None:
            with pytest.raises(UserError, match=r"t\.csv, line \d+: "):
                read(file, Reading(), Limits())
        else:
            assert rows(read(file, Reading(), Limits())) == expected


def test_a_long_text_keeps_its_lines(tmp_path: Path) -> None:
    """Long enough for Polars to cut it into parts, with line breaks and quotes in the cells."""
    table = [
        [str(n), f'{"x" * (n % 50)}"\n' * (n % 3), "春装, new" * (n % 2)] for n in range(150_000)
    ]
    text, lines = written([["n", "text", "name"], *table], csv.QUOTE_MINIMAL, ",", "\n")
    frame = read(source(tmp_path, text.encode()), Reading(), Limits())
    assert frame["__line"].to_list() == lines[1:]
    assert frame["n"].to_list() == [row[0] for row in table]
    assert frame["text"].to_list() == [row[1] or None for row in table]
    assert frame["name"].to_list() == [row[2] or None for row in table]


@pytest.mark.parametrize(
    ("text", "reading", "expected"),
    [
        ("a,b\n1,2", Reading(), [(2, "1", "2")]),
        ("a,b\n", Reading(), []),
        ("a,b", Reading(), []),
        ("a,b\n 1 ,\t2\n", Reading(), [(2, " 1 ", "\t2")]),
        ("a,b\n1\n,2\n", Reading(), [(2, "1", None), (3, None, "2")]),
        ("a,b\n1,2,,\n", Reading(), [(2, "1", "2")]),
        ("a,b\n\n1,2\n\r\n,\n3,4\n\n", Reading(), [(3, "1", "2"), (5, None, None), (6, "3", "4")]),
        ("\n\na,b\n1,2\n", Reading(), [(4, "1", "2")]),
        ("a\n\n1\n", Reading(), [(3, "1")]),
        ("a\r1\r2\r", Reading(), [(2, "1"), (3, "2")]),
        ("report of May\n\na,b\n1,2\n", Reading(header=2), [(4, "1", "2")]),
        ('it\'s 5" wide\na,b\n"1\n",2\n3,4\n', Reading(header=2), [(3, "1\n", "2"), (5, "3", "4")]),
        ("1,2\n3,4\n", Reading(header=0), [(1, "1", "2"), (2, "3", "4")]),
        ('"a\nx",b\n1,2\n', Reading(), [(3, "1", "2")]),
        ('a,b\n="0012","x"\n', Reading(), [(2, '="0012"', "x")]),
        ('a,b\n="0012",5" wide\n', Reading(), [(2, '="0012"', '5" wide')]),
        ('a,b\n"x","5"" wide"\n"",""\n', Reading(), [(2, "x", '5" wide'), (3, None, None)]),
        ("a;b\n1;2\n", Reading(delimiter=";"), [(2, "1", "2")]),
        ("a;b\n1;2\n", Reading(delimiter=","), [(2, "1;2")]),
        ("id\n1;2\n3\n", Reading(), [(2, "1;2"), (3, "3")]),
        ("a\tb\n1\t2\n", Reading(format="tsv"), [(2, "1", "2")]),
        ("NA,null\nNaN,None\n", Reading(), [(2, "NaN", "None")]),
    ],
)
def test_rows_and_their_lines(
    tmp_path: Path, text: str, reading: Reading, expected: list[tuple[object, ...]]
) -> None:
    assert rows(read(source(tmp_path, text.encode()), reading, Limits())) == expected


@pytest.mark.parametrize(
    ("text", "header", "names"),
    [
        ("a,,b, \n", 1, ["a", "column_2", "b", "column_4"]),
        (" a ,b\n", 1, [" a ", "b"]),
        ('"a,b","c""d"\n', 1, ["a,b", 'c"d']),
        ("x,y\n", 0, ["column_1", "column_2"]),
    ],
)
def test_columns_are_named_as_the_header_does(
    tmp_path: Path, text: str, header: int, names: list[str]
) -> None:
    frame = read(source(tmp_path, text.encode()), Reading(header=header), Limits())
    assert frame.columns == ["__line", *names]


@pytest.mark.parametrize(
    ("text", "reading", "problem"),
    [
        ("a,b,a\n", Reading(), "t.csv: columns 1 and 3 are both named 'a'"),
        ("a,,column_2\n", Reading(), "t.csv: columns 2 and 3 are both named 'column_2'"),
        ("a,__line\n", Reading(), "t.csv: a column cannot be named '__line'"),
        ("a,b\n1,2\n3,4,5\n", Reading(), "t.csv, line 3: 3 cells where the header names 2."),
        ('a,b\n"1\n",2\n3,4,5\n', Reading(), "t.csv, line 4: 3 cells where"),
        ('x\n\na,b\n1,"2"3\n', Reading(header=3), "t.csv, line 4: a quote that is not closed, or"),
        ('a,b\n1,2\n3,"4\n5,6\n', Reading(), "t.csv, line 3: a quote that is not closed, or"),
        ("a;b;c\n1;2;3\n", Reading(), "Declare it in the mapping: delimiter = ';'"),
        ("a;b,5\n", Reading(format="tsv"), "Declare it in the mapping: delimiter = ','"),
        ('"a"\t"b"\n"1"\t"2"\n', Reading(), r"delimiter = '\t'"),
        ("a,b\n1,2\n", Reading(header=3), "t.csv: nothing from line 3 on."),
        ("," * 20_000, Reading(), "t.csv: 20001 columns, more than 16384."),
    ],
)
def test_what_cannot_be_right_is_said(
    tmp_path: Path, text: str, reading: Reading, problem: str
) -> None:
    with pytest.raises(UserError) as caught:
        read(source(tmp_path, text.encode()), reading, Limits())
    assert problem in str(caught.value)


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "，"])
def test_a_delimiter_is_one_ascii_character(delimiter: str) -> None:
    with pytest.raises(UserError, match=r"^The delimiter .* cannot be"):
        Reading(delimiter=delimiter)
