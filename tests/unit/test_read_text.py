"""From bytes to text: compressions, encodings declared and detected, and what is no text at all."""

from __future__ import annotations

import bz2
import codecs
import gzip
import random
from functools import partial
from typing import TYPE_CHECKING

import pytest
import zstandard

from connectors.errors import UserError
from connectors.importing.read import read
from connectors.importing.source import ENCODINGS, Limits, Reading, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHINESE = "订单编号,商品标题\n1,春季新款女装连衣裙\n2,男士羽绒服 加厚\n"
ROWS = [(2, "1", "春季新款女装连衣裙"), (3, "2", "男士羽绒服 加厚")]
PLAIN = b"a,b\n1,2\n"


# Without a time of its own in it: tests are named by their values, by each of their processes.
gzipped = partial(gzip.compress, mtime=0)
PACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.compress}


def source(folder: Path, content: bytes, name: str = "t.csv") -> Source:
    path = folder / name
    path.write_bytes(content)
    return Source(path, name)


def fault(file: Source, reading: Reading | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read(file, reading or Reading(), Limits())
    assert "\n" not in str(caught.value)
    assert file.name in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", PLAIN),
        ("T.CSV.GZ", gzipped(PLAIN)),
        ("t.csv.zst", zstandard.compress(PLAIN)),
        ("two.csv.gz", gzipped(PLAIN[:5]) + gzipped(PLAIN[5:])),
        ("padded.csv.gz", gzipped(PLAIN) + b"\0" * 512),
        ("two.csv.zst", zstandard.compress(PLAIN[:5]) + zstandard.compress(PLAIN[5:])),
        ("skipped.csv.zst", b"\x50\x2a\x4d\x18\4\0\0\0meta" + zstandard.compress(PLAIN)),
    ],
)
def test_compressions(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(source(tmp_path, content, name), Reading(), Limits()).rows() == [(2, "1", "2")]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_members_longer_than_a_piece(tmp_path: Path, suffix: str) -> None:
    """Members end anywhere in the pieces in which the file is read."""
    noise = random.Random(7)
    lines = [f"{noise.random()}\n".encode() for _ in range(30_000)]
    parts = [b"".join(lines[start : start + 4321]) for start in range(0, len(lines), 4321)]
    file = source(tmp_path, b"".join(map(PACK[suffix], parts)), "t.csv" + suffix)
    cells = read(file, Reading(header=0), Limits())["column_1"].to_list()
    assert cells == [line.decode().strip() for line in lines]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.99])
def test_a_cut_off_file_is_not_read(tmp_path: Path, suffix: str, part: float) -> None:
    noise = random.Random(7)
    packed = PACK[suffix](b"a\n" + b"".join(f"{noise.random()}\n".encode() for _ in range(9_999)))
    file = source(tmp_path, packed[: int(len(packed) * part)], "t.csv" + suffix)
    assert f"is cut off in the middle of its {suffix} data" in fault(file)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("t.csv.gz", PLAIN, "t.csv.gz is not sound .gz data"),
        ("t.csv.gz", gzipped(PLAIN)[:-8] + b"\0" * 8, "is not sound .gz data"),
        ("t.csv.gz", gzipped(PLAIN) + b"more", "is not sound .gz data"),
        ("t.csv.zst", PLAIN, "t.csv.zst is not sound .zst data"),
        ("t.csv", gzipped(PLAIN), "t.csv is not text but .gz data"),
        ("t.csv", zstandard.compress(PLAIN), "t.csv is not text but .zst data"),
        ("t.csv", b"PK\3\4rest", "t.csv is not text but .xlsx data"),
        ("t.csv", b"PAR1rest", "t.csv is not text but .parquet data"),
        ("t.csv", bytes(range(256)) * 20, "t.csv"),
        ("t.csv", bz2.compress(b"".join(b"%d\n" % n for n in range(9999))), "t.csv"),
        ("t.csv", b"a,b\n1,\0\n", "t.csv"),
        ("t.csv", b"", "t.csv is empty"),
        ("t.csv", b" \r\n\n", "t.csv is empty"),
        ("t.csv", codecs.BOM_UTF8, "t.csv is empty"),
        ("t.jsonl", b"", "t.jsonl is empty"),
        ("t.csv.gz", gzipped(b""), "t.csv.gz is empty"),
        ("t.xlsx.gz", gzipped(PLAIN), "t.xlsx.gz: xlsx files are read uncompressed"),
        ("t.dat", PLAIN, "t.dat: the suffix '.dat' tells no format"),
        ("t.xls", PLAIN, "t.xls: the suffix '.xls' tells no format"),
        ("t.gz", gzipped(PLAIN), "t.gz: the suffix '' tells no format"),
    ],
)
def test_what_is_not_text_is_said(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    assert problem in fault(source(tmp_path, content, name))


def test_a_declared_format_does_without_a_suffix(tmp_path: Path) -> None:
    file = source(tmp_path, gzipped(PLAIN), "export.gz")
    assert read(file, Reading(format="csv"), Limits()).rows() == [(2, "1", "2")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("declared", [True, False])
def test_chinese_in_each_encoding(tmp_path: Path, encoding: str, *, declared: bool) -> None:
    file = source(tmp_path, CHINESE.encode(encoding))
    reading = Reading(encoding=encoding if declared else None)
    frame = read(file, reading, Limits())
    assert frame.columns == ["__line", "订单编号", "商品标题"]
    assert frame.rows() == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8", "gb18030"])
def test_a_mark_is_enough(tmp_path: Path, encoding: str) -> None:
    file = source(tmp_path, ("\ufeff" + CHINESE).encode(encoding))
    assert read(file, Reading(), Limits()).rows() == ROWS


def test_gb18030_far_into_plain_ascii_is_found(tmp_path: Path) -> None:
    text = "name,n\n" + "shirt,1\n" * 200_000 + "春装连衣裙,2\n" + "shirt,1\n" * 1000
    frame = read(source(tmp_path, text.encode("gb18030")), Reading(), Limits())
    assert frame.row(200_000) == (200_002, "春装连衣裙", "2")


@pytest.mark.parametrize("encoding", sorted(set(ENCODINGS)))
def test_every_encoding_that_can_be_declared_is_read(tmp_path: Path, encoding: str) -> None:
    assert read(
        source(tmp_path, "a,b\nx,2\n".encode(encoding)), Reading(encoding=encoding), Limits()
    ).rows() == [(2, "x", "2")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("nom,ville\nHélène,Évreux\nFrançois,Besançon\n", "cp1252"),
        ("name,c\nMüller,1\nGroße Straße,2\nÖl,3\n", "cp1252"),
        ("商品名,数量\n春の新作ワンピース,1\n", "cp932"),
        ("Größe\n", "cp1252"),
        ("£5,1\n", "cp1252"),
        ("Имя,Город\nИван,Москва\n", "cp1251"),
        ("訂單編號,買家會員名\n張三,春季新款女裝連衣裙\n", "big5"),
    ],
)
def test_other_encodings_are_not_taken_for_chinese(
    tmp_path: Path, text: str, encoding: str
) -> None:
    """Otherwise wrong letters would be read without a complaint."""
    assert "its real encoding (one of utf-8, " in fault(source(tmp_path, text.encode(encoding)))


@pytest.mark.parametrize(
    ("content", "encoding", "problem"),
    [
        (CHINESE.encode("gb18030"), "utf-8", "byte 0, in line 1, does not fit"),
        (b"a,b\n1," + "春".encode() + b"\n2,\xff\n", "utf-8", "byte 12, in line 3, does not fit"),
        (
            b"a,b\n1," + "春".encode() + b"\n2,\xff\n",
            None,
            "t.csv is not utf-8: byte 12, in line 3",
        ),
        (b"a,b\n1,\x81\n", "gb18030", "t.csv is not gb18030: byte 6, in line 2"),
        (PLAIN + b"3", "utf-16-le", "t.csv is not utf-16-le: byte 8"),
        (codecs.BOM_UTF8 + PLAIN, "gb18030", "is declared gb18030 but byte 0 is the mark of utf-8"),
        (codecs.BOM_UTF16_LE + "a\n".encode("utf-16-le"), "utf-8", "the mark of utf-16-le"),
        (b"a,b\n1,x\0y\n", "utf-8", "t.csv, line 2: a zero byte"),
    ],
)
def test_a_wrong_encoding_is_said_with_its_place(
    tmp_path: Path, content: bytes, encoding: str | None, problem: str
) -> None:
    assert problem in fault(source(tmp_path, content), Reading(encoding=encoding))


def test_an_unknown_encoding_or_format_names_the_known() -> None:
    with pytest.raises(UserError, match=r"^No encoding named 'gbl'\. Did you mean 'gbk'\?"):
        Reading(encoding="gbl")
    with pytest.raises(UserError, match=r"^No format named 'excel'\. .*xlsx"):
        Reading(format="excel")
