"""Files that nobody should drop: what is wrong is said in one line, and the page stays up."""

from __future__ import annotations

import gzip
import io
import re
import tempfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from pages.ui.upload import safe_name, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]


def _dropped(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "text/csv")])
    return app.run()


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200 * 2**20)
    return out.getvalue()


def _header_only() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["a", "b"])
    book.save(out)
    return out.getvalue()


BAD: list[tuple[str, bytes, str]] = [
    (
        "picture.csv",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        "zero byte|text",
    ),
    ("setup.exe", b"MZ\x90\0\3\0\0\0", "tells no format"),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "tells no format"),
    ("secret.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "not a sound .xlsx file"),
    ("no_suffix", b"a,b\n1,2\n", "tells no format"),
    ("empty.csv", b"", "is empty"),
    ("blank.csv", b" \n\n", "is empty"),
    ("header.csv", b"a,b\n", "no rows below"),
    ("header.xlsx", _header_only(), "no rows below"),
    ("twice.csv", b"a,a\n1,2\n", "both named"),
    ("bomb.csv.gz", gzip.compress(b"0" * 200 * 2**20), "zip bomb|longer than"),
    ("bomb.xlsx", _zip_bomb(), "zip bomb"),
    ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n" * 99)[:-9], "cut off"),
    ("x.parquet", b"PAR1nothing", "cannot be read as Parquet"),
    ("x.jsonl", b"[1, 2]\n", "not one JSON object"),
    ("../../../tmp/evil.csv", b"", r"^evil\.csv is empty"),
]


@pytest.mark.parametrize(("name", "data", "message"), BAD, ids=[each[0] for each in BAD])
def test_a_file_that_cannot_be_read_is_said_to_be_so_in_one_line(
    open_board: Open, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    app = _dropped(open_board(tmp_path / "w"), name, data)
    [error] = app.error
    line = str(error.value)
    assert "\n" not in line
    assert re.search(message, line.replace("\\", "").replace("\u200b", ""))
    assert not app.exception
    assert not _dropped(app, "day.csv", b"x,y\n1,2\n").error, "the page stays up"


class _File:
    """What a page is given for a dropped file."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.file_id, self.size = name, name, len(data)
        self._data = io.BytesIO(data)
        self.seek, self.read = self._data.seek, self._data.read


def test_files_are_on_disk_only_while_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = ["../../x.csv", "..\\y.csv.gz", "/etc/z", "a.b.c.xlsx", ".csv"]
    with stored([_File(name, name.encode()) for name in names]) as sources:  # type: ignore[misc]
        assert [each.path.read_bytes().decode() for each in sources] == names
        assert all(tmp_path in each.path.parents for each in sources)
        assert [each.name for each in sources] == ["x.csv", "y.csv.gz", "z", "a.b.c.xlsx", "csv"]
        assert [each.path.name for each in sources] == ["0.csv", "1.csv.gz", "2", "3.xlsx", "4"]
    assert list(tmp_path.iterdir()) == []


def test_names_are_short_and_on_one_line() -> None:
    assert safe_name("a\nb\0c.csv") == "a b c.csv"
    long = safe_name("x" * 3_000 + ".csv")
    assert len(long) < 100
    assert long.endswith(".csv")
