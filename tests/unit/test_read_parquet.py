"""Parquet: typed columns become the text that a CSV of the same table holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from connectors.errors import UserError
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source

if TYPE_CHECKING:
    from pathlib import Path


def parquet(folder: Path, frame: pl.DataFrame) -> Source:
    frame.write_parquet(folder / "t.parquet")
    return Source(folder / "t.parquet", "t.parquet")


def rows_of(source: Source) -> list[tuple[object, ...]]:
    frame = read(source, Reading(), Limits())
    assert frame.schema == {"__line": pl.Int64} | dict.fromkeys(frame.columns[1:], pl.String)
    return frame.rows()


@pytest.mark.parametrize(
    ("series", "text"),
    [
        (pl.Series([617, None]), ["617", None]),
        (pl.Series([617.0, 616.56]), ["617", "616.56"]),
        (pl.Series([0.1, 1e15], dtype=pl.Float32), ["0.1", "1000000000000000"]),
        (pl.Series([405808784573154500.0, 1e-7]), ["405808784573154500", "0.0000001"]),
        (pl.Series([True, False]), ["true", "false"]),
        (pl.Series(["", " 春 "]), [None, " 春 "]),
        (pl.Series(["S", "M"], dtype=pl.Categorical), ["S", "M"]),
        (pl.Series([b"x", "春".encode()]), ["x", "春"]),
        (pl.Series([Decimal("1.50"), None]), ["1.50", None]),
        (pl.Series([date(2022, 4, 30), None]), ["2022-04-30", None]),
        (pl.Series([datetime(2022, 4, 30), datetime(2022, 4, 30, 8, 26, 0, 500_000)]),  # noqa: DTZ001
         ["2022-04-30 00:00:00", "2022-04-30 08:26:00.500"]),
        (pl.Series([datetime(2022, 4, 30, 8, 26, tzinfo=UTC)]), ["2022-04-30 08:26:00+00:00"]),
        (pl.Series([time(8, 26)]), ["08:26:00"]),
        (pl.Series([timedelta(hours=30, minutes=5)]), ["P1DT6H5M"]),
        (pl.Series([[1.5, 2.0], [], None]), ["[1.5,2.0]", "[]", None]),
        (pl.Series([[{"k": "春", "v": 1}], None]), ['[{"k":"春","v":1}]', None]),
        (pl.Series([None, None], dtype=pl.Null), [None, None]),
    ],
)  # fmt: skip
def test_cells_of_parquet(tmp_path: Path, series: pl.Series, text: list[str | None]) -> None:
    source = parquet(tmp_path, series.alias("a").to_frame())
    assert rows_of(source) == list(enumerate(text, 1))


def test_records_in_parquet_are_flattened(tmp_path: Path) -> None:
    device = [{"os": {"v": 17, "tags": ["a"]}, "n": "x"}, {"os": None, "n": "y"}, None]
    source = parquet(tmp_path, pl.DataFrame({"device": device, "id": [1, 2, 3]}))
    frame = read(source, Reading(), Limits())
    assert frame.columns == ["__line", "device.os.v", "device.os.tags", "device.n", "id"]
    assert frame.rows() == [
        (1, "17", '["a"]', "x", "1"),
        (2, None, None, "y", "2"),
        (3, None, None, None, "3"),
    ]


def test_an_empty_parquet_file_is_an_empty_frame(tmp_path: Path) -> None:
    assert rows_of(parquet(tmp_path, pl.DataFrame(schema={"a": pl.Int64}))) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a,b\n1,2\n", "t.parquet cannot be read as Parquet: "),
        (b"PAR1PAR1", "t.parquet cannot be read as Parquet: "),
        (b"", "t.parquet is empty"),
    ],
)
def test_what_is_no_parquet_is_said(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(UserError) as caught:
        read(Source(tmp_path / "t.parquet", "t.parquet"), Reading(), Limits())
    assert problem in str(caught.value)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^t\.parquet cannot be read as Parquet: "):
        read(parquet(tmp_path, pl.DataFrame({"a": [b"\xff"]})), Reading(), Limits())
