"""Sources are kept, and a warehouse can be built anew from them alone."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import zstandard

from connectors.importing import archive
from tests.unit.importing import HEADER, write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.importing import Board

TABLES = ("order_lines", "returns", "shops", "first_orders", "board_rejects")


def _rows(board: Board) -> list[object]:
    return [board.rows(table) for table in TABLES]


def test_a_rebuild_gives_the_same_tables_without_the_files(
    board: Board, mapping: Path, monday: Path, tuesday: Path, tmp_path: Path
) -> None:
    board.imported("order_lines", mapping, monday)
    board.imported("order_lines", mapping, tuesday, "--rule", "samples=off")
    rows = [("2024-06-18", "5", "b", 2, 5)]
    corrected = write_csv(tmp_path / "corrected.csv", HEADER, rows)
    board.imported("order_lines", mapping, corrected)
    before = _rows(board)
    for file in (monday, tuesday, corrected, mapping):
        file.unlink()
    done = board.run("rebuild", "--json")
    assert done.code == 0, done.err
    assert [report["read"] for report in json.loads(done.out)] == [7, 2, 1]
    assert _rows(board) == before


def test_a_rebuild_follows_another_time_zone(board: Board, mapping: Path, monday: Path) -> None:
    board.imported("order_lines", mapping, monday)
    board.settings["TIME_ZONE"] = "Asia/Kolkata"
    done = board.run("import", monday, "--as", "order_lines", "--mapping", mapping)
    assert done.code == 2
    assert "python -m connectors rebuild" in done.err
    assert board.run("rebuild").code == 0
    hours = "SELECT DISTINCT strftime(ordered_at, '%H:%M'), ordered_hour FROM order_lines"
    assert board.sql(hours) == [("18:30", 0)]
    board.imported("order_lines", mapping, monday)


def test_canonical_files_are_rebuilt_too(board: Board, tmp_path: Path) -> None:
    header = "cost_date shop_id kind amount"
    file = write_csv(tmp_path / "costs.csv", header, [("2024-06-01", "", "rent", 1000)])
    board.imported("costs", "canonical", file)
    before = board.rows("costs")
    assert before[0][1] == "all"
    assert board.run("rebuild").code == 0
    assert board.rows("costs") == before


def test_a_source_is_kept_once_and_compressed(
    board: Board, mapping: Path, tuesday: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(tuesday.read_bytes()))
    (tmp_path / "copy.csv").write_bytes(tuesday.read_bytes())
    board.imported("order_lines", mapping, tuesday)
    board.imported("order_lines", mapping, tmp_path / "copy.csv", packed)
    kept = sorted(each for each in (board.folder / "sources").iterdir() if each.is_file())
    contents = {"".join(each.suffixes): each.read_bytes() for each in kept}
    assert set(contents) == {".csv.zst", ".csv.gz"}
    unpacked = zstandard.ZstdDecompressor().decompressobj().decompress(contents[".csv.zst"])
    assert unpacked == tuesday.read_bytes()
    assert contents[".csv.gz"] == packed.read_bytes()


def test_nothing_kept_is_said(board: Board) -> None:
    done = board.run("rebuild")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("No sources are kept in ")


def test_a_run_that_was_cut_off_is_settled_by_the_import_log(
    board: Board, mapping: Path, monday: Path, tuesday: Path
) -> None:
    """Killed after the warehouse was current it counts; killed before, it never was."""
    board.imported("order_lines", mapping, monday)
    (board.folder / "sources" / "half.part").touch()
    runs = board.folder / "sources" / "runs"
    [done] = runs.iterdir()
    done.rename(done.with_suffix(".new"))
    never = json.loads(done.with_suffix(".new").read_bytes()) | {"started": "2020-01-01T00:00:00"}
    (runs / "20200101T000000.000000.new").write_text(json.dumps(never))
    board.imported("order_lines", mapping, tuesday)
    assert sorted(each.suffix for each in runs.iterdir()) == [".json", ".json"]
    assert not (board.folder / "sources" / "half.part").exists()
    assert [recipe.files[0].name for recipe in archive.recipes(board.folder / "sources")] == [
        "monday.csv",
        "tuesday.csv",
    ]


def test_the_report_of_status(board: Board, mapping: Path, monday: Path) -> None:
    board.settings["NOW"] = "2024-06-20"
    board.imported("order_lines", mapping, monday)
    tables = {each["table"]: each for each in json.loads(board.run("status", "--json").out)}
    lines = tables["order_lines"]
    assert lines.pop("imported_at").endswith("Z")
    assert lines == {
        "table": "order_lines",
        "rows": 4,
        "first_date": "2024-06-17",
        "last_date": "2024-06-17",
        "age_days": 3,
        "mapping": "shop",
        "rejects": 1,
    }
    assert tables["tickets"] == {
        "table": "tickets",
        "rows": 0,
        **dict.fromkeys(("first_date", "last_date", "age_days", "imported_at", "mapping")),
        "rejects": 0,
    }
    shown = board.run("status").out.splitlines()
    head = " ".join(shown[0].split())
    assert head == "table rows first date last date days old imported mapping rejects"
    assert [line.split()[0] for line in shown[1:]][:2] == ["order_lines", "returns"]
