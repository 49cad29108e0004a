"""Fills a small file system and imports into it: run by test_generations_disk in its own mount.

Prints, for each amount of space left, what became of the import: "refused" or "imported".
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import polars as pl

from connectors.engines import open_for_import
from connectors.errors import UserError
from connectors.schema import order_lines
from tests.unit.generation_processes import SETTINGS, import_order, whole_orders

MESSAGE = re.compile(
    r"is out of space: this import needs more than [\d.,]+ MB there and [\d.,]+ MB"
)
KIB = 1024


def import_much(folder: str) -> None:
    """Imports lines that hardly compress, under one key that no other import uses."""
    count = 4_000
    lines = pl.DataFrame({"region": [os.urandom(100).hex() for _ in range(count)]}).with_columns(
        shop_id=pl.lit("much"),
        order_id=pl.col("region").str.slice(0, 20),
        line_id=pl.lit("1"),
        __row=pl.int_range(count),
        __order=pl.int_range(count),
    )
    with open_for_import(folder, SETTINGS, wait=0) as writer:
        writer.stage(order_lines, lines)
        writer.merge(order_lines)


def refused(folder: str) -> bool:
    """Whether an import is refused for want of space, in one line that names folder and sizes."""
    problem = ""
    try:
        import_much(folder)
    except UserError as error:
        problem = str(error)
    assert not problem or (MESSAGE.search(problem) and folder in problem), problem
    return bool(problem)


def leave(mount: Path, free: int) -> None:
    """Fills the file system until `free` bytes are left."""
    ballast = mount / "ballast"
    ballast.unlink(missing_ok=True)
    space = os.statvfs(mount)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - free)


def main(mount: Path) -> None:
    """Imports with ever more space left, until an import of much succeeds."""
    folder = str(mount / "warehouse")
    import_order(folder, "first")
    files = set(Path(folder).iterdir())
    for free in (0, 4 * KIB, *range(64 * KIB, 16 * KIB * KIB, 512 * KIB)):
        leave(mount, free)
        outcome = "refused" if refused(folder) else "imported"
        print(outcome)
        if outcome == "imported":
            break
        assert whole_orders(folder) == {"first"}
        assert set(Path(folder).iterdir()) == files
    (mount / "ballast").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
