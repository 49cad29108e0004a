"""Limits: what is too large is refused while it streams, and memory stays bounded meanwhile."""

from __future__ import annotations

import contextlib
import gzip
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from connectors.errors import UserError
from connectors.importing import decode
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
MIB = 2**20
PACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.compress}
LINES = b"order,amount\n" * (16 * MIB // 13)
# Prints what was said and by how many MiB memory grew over reading a small file.
PROBE = """
import resource, sys
from pathlib import Path
from connectors.errors import UserError
from connectors.importing.read import read
from connectors.importing.source import Limits, Reading, Source
def peak(path):
    try:
        read(Source(path, path.name), Reading(), Limits())
    except UserError as error:
        print(error)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
small = peak(Path(sys.argv[1]))
print(round(peak(Path(sys.argv[2])) - small))
"""


def measured(folder: Path, file: Path) -> tuple[str, int]:
    """What reading `file` in a process of its own says, and the MiB that it takes."""
    small = folder / f"small{file.suffix if file.suffix == '.xlsx' else '.csv'}"
    if file.suffix == ".xlsx":
        Workbook().save(small)
    else:
        small.write_bytes(b"a\n1\n")
    done = subprocess.run(
        [sys.executable, "-c", PROBE, small, file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    *_, said, grown = done.stdout.splitlines()
    return said, int(grown)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_bomb_is_refused_in_bounded_memory(tmp_path: Path, suffix: str) -> None:
    bomb = tmp_path / f"bomb.csv{suffix}"
    bomb.write_bytes(PACK[suffix](LINES) * 128)  # 2 GiB
    said, grown = measured(tmp_path, bomb)
    assert said.startswith(f"bomb.csv{suffix} expands to more than 200 times its size")
    assert grown < 256


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_line_of_300_mb_is_refused_in_bounded_memory(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"line.csv{suffix}"
    piece = random.Random(3).randbytes(MIB).replace(b"\n", b" ").replace(b"\0", b" ")
    packed = PACK[suffix](piece) if suffix else piece
    with file.open("wb") as out:
        for part in [PACK[suffix](b"a,b\n") if suffix else b"a,b\n", *[packed] * 300]:
            out.write(part)
    said, grown = measured(tmp_path, file)
    assert said.startswith(f"line.csv{suffix}, line 2: longer than {8 * MIB} bytes.")
    assert grown < 96


@pytest.mark.parametrize("lying", [False, True])
def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path, *, lying: bool) -> None:
    """A lying one declares a small size and holds more."""
    file = tmp_path / "bomb.xlsx"
    Workbook().save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/media/image1.xml", "w") as member:
            for _ in range(20):
                member.write(b" " * 16 * MIB)
        if lying:
            archive.getinfo("xl/media/image1.xml").file_size = 100
    said, grown = measured(tmp_path, file)
    assert said.startswith("bomb.xlsx expands to more than 200 times its size")
    assert grown < 96


def fault(source: Source, limits: Limits | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read(source, Reading(), limits or Limits())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def written(path: Path, content: bytes) -> Source:
    path.write_bytes(content)
    return Source(path, path.name)


def test_a_file_past_the_limit_is_refused(tmp_path: Path) -> None:
    limits = Limits(max_bytes=1000)
    text = b"a\n" * 500
    assert read(written(tmp_path / "t.csv", text), Reading(), limits).height == 499
    for name, content in {
        "t.csv": text + b"1",
        "t.csv.gz": gzip.compress(text + b"1"),
        "t.csv.zst": zstandard.compress(text + b"1"),
        "t.jsonl": b'{"a":1}\n' * 126,
    }.items():
        said = fault(written(tmp_path / name, content), limits)
        assert said.startswith(f"{name} holds more than 1000 bytes.")


def test_a_workbook_past_the_limit_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    for number in range(3000):
        book.active.append([number])
    book.active.cell(2, 1000, "far out")  # fills three million cells, though few are written
    book.save(tmp_path / "t.xlsx")
    source = Source(tmp_path / "t.xlsx", "t.xlsx")
    assert read(source, Reading(), Limits(max_bytes=48_000_000)).shape == (2999, 1001)
    assert "t.xlsx holds more than" in fault(source, Limits(max_bytes=47_000_000))


def test_a_cell_in_the_last_corner_is_no_bomb(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "far out"
    book.save(tmp_path / "t.xlsx")
    frame = read(Source(tmp_path / "t.xlsx", "t.xlsx"), Reading(), Limits())
    assert frame.shape == (1, 16_385)
    assert (frame["__line"][0], frame["column_16384"][0]) == (1_048_576, "far out")


def test_parquet_past_the_limit_is_refused(tmp_path: Path) -> None:
    """Repeated values take next to nothing in the file, and all their length as text."""
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": ["x" * 1000] * 100_000}).write_parquet(path)
    assert path.stat().st_size < 100_000
    source = Source(path, path.name)
    assert read(source, Reading(), Limits()).height == 100_000
    assert "t.parquet holds more than" in fault(source, Limits(max_bytes=MIB))  # by its rows
    assert "t.parquet holds more than" in fault(source, Limits(max_bytes=2 * MIB))  # by their text


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12), st.integers(1, 12), st.integers(1, 9))
def test_the_first_line_past_the_limit_is_named(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], limit: int, chunk: int
) -> None:
    text = b"\n".join(b"x" * length for length in lengths)
    source = written(tmp_path_factory.mktemp("t") / "t.csv", b"x\n" + text)
    first = next((n for n, length in enumerate(lengths, 2) if length > limit), None)
    with patch.object(decode, "CHUNK", chunk):
        if first is None:
            filled = sum(length > 0 for length in lengths)
            assert read(source, Reading(), Limits(max_line_bytes=limit)).height == filled
        else:
            said = fault(source, Limits(max_line_bytes=limit))
            assert said.startswith(f"t.csv, line {first}: longer than {limit} bytes.")


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Nobody's rights for a while, when the tests run as root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.parquet"])
def test_what_may_not_be_read_is_said(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # pytest's own folders are closed to others altogether
        source = written(Path(folder) / name, b"a\n")
        source.path.chmod(0)
        with unprivileged():
            assert fault(source) == f"{source.path} cannot be read: Permission denied."


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.xlsx", "t.parquet", "t.jsonl"])
def test_what_is_no_file_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert fault(Source(path, name)) == f"{path} cannot be read: No such file or directory."
    path.mkdir()
    assert fault(Source(path, name)).startswith(f"{name} is no regular file")
    path.rmdir()
    os.mkfifo(path)  # opening it would wait for a writer for ever
    assert fault(Source(path, name)).startswith(f"{name} is no regular file")
