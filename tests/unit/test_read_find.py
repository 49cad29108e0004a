"""Finding files: what paths, directories and globs mean, in an order that nothing changes."""

from __future__ import annotations

import os
import random
import socket
from typing import TYPE_CHECKING

import pytest

from connectors.errors import UserError
from connectors.importing.find import find

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.csv",
        "a.csv.gz",
        "c.XLSX",
        "README.md",
        ".hidden.csv",
        "~$c.xlsx",
        "notes.gz",
        "sub/a.csv",
        "sub/deep/d.jsonl.zst",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    return tmp_path


def found(folder: Path, *paths: str) -> list[str]:
    sources = find([str(folder / path) for path in paths])
    assert [source.name for source in sources] == [source.path.name for source in sources]
    return [source.path.relative_to(folder).as_posix() for source in sources]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["b.csv"], ["b.csv"]),
        (["README.md"], ["README.md"]),
        ([""], ["a.csv.gz", "b.csv", "c.XLSX"]),
        (["*.csv*"], ["a.csv.gz", "b.csv"]),
        (["[ab].csv*"], ["a.csv.gz", "b.csv"]),
        (["*.md"], ["README.md"]),
        (["**/*.csv"], ["sub/a.csv", "b.csv"]),
        (["**/?.*"], ["sub/a.csv", "a.csv.gz", "b.csv", "c.XLSX", "sub/deep/d.jsonl.zst"]),
        (["", "sub", "b.csv"], ["sub/a.csv", "a.csv.gz", "b.csv", "c.XLSX"]),
        (["b.csv", "sub/../b.csv", "*.csv"], ["b.csv"]),
    ],
)
def test_what_paths_mean(folder: Path, paths: list[str], expected: list[str]) -> None:
    assert found(folder, *paths) == expected


def test_files_come_by_name_then_path_whatever_the_order(tmp_path: Path) -> None:
    names = ["x/2.csv", "y/1.csv", "x/1.csv", "z/0.csv"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    for seed in range(6):
        shuffled = random.Random(seed).sample(names, len(names))
        assert found(tmp_path, *shuffled) == ["z/0.csv", "x/1.csv", "y/1.csv", "x/2.csv"]


def test_links_to_one_file_count_once(folder: Path) -> None:
    (folder / "a-link.csv").symlink_to(folder / "b.csv")
    for paths in (["b.csv", "a-link.csv"], ["a-link.csv", "b.csv"], ["*.csv"]):
        assert found(folder, *paths) == ["a-link.csv"]


def test_a_name_with_the_letters_of_a_glob_is_taken_as_it_is(folder: Path) -> None:
    (folder / "sales [May].csv").write_text("x", encoding="utf-8")
    assert found(folder, "sales [May].csv") == ["sales [May].csv"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("b.cvs", "There is no file {path}. Did you mean"),
        ("none/x.csv", "There is no file {path}."),
        ("nul\0.csv", "There is no file {path}."),
        ("*.tsv", "No file matches"),
        ("su[b]", "No file matches"),
        (
            "sub/deep/../../sub/empty",
            "The directory {path} has no file of a known kind (.csv, .tsv",
        ),
        ("pipe.csv", "{path} is neither a file nor a directory"),
        ("socket.csv", "{path} is neither a file nor a directory"),
        ("x" * 300, "cannot be read: File name too long."),
        ("b.csv/c.csv", "There is no file {path}."),
        ("loop.csv", "{path}"),
    ],
)
def test_what_cannot_be_imported_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, path: str, problem: str
) -> None:
    (folder / "sub/empty").mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)  # a socket's path may not be long
        server.bind("socket.csv")
        with pytest.raises(UserError) as caught:
            find([str(folder / path)])
    assert problem.format(path=folder / path) in str(caught.value)


def test_nothing_named_is_nothing_found() -> None:
    with pytest.raises(UserError, match=r"^Name at least one"):
        find([])
