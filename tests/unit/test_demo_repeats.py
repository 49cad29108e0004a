"""The same arguments make the same shop to the byte, another seed another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from connectors.demo.arguments import Arguments
from connectors.schema import IMPORTED
from tests.unit.demo_shop import END, TINY, built

if TYPE_CHECKING:
    from pathlib import Path


def fingerprints(warehouse: Path) -> dict[str, Any]:
    (file,) = warehouse.glob("generation-*.duckdb")
    with duckdb.connect(str(file), read_only=True) as connection:
        sums = {
            name: connection.sql(f"SELECT count(*), bit_xor(hash(t)) FROM {name} AS t").fetchone()
            for name in IMPORTED
        }
    return sums | {each.name: each.read_bytes() for each in (warehouse / "truth").iterdir()}


def test_the_same_arguments_give_the_same_tables(tmp_path: Path) -> None:
    once, again = (built(tmp_path / name, TINY) for name in ("once", "again"))
    assert fingerprints(once) == fingerprints(again)


def test_another_seed_gives_another_shop(tmp_path: Path) -> None:
    other = Arguments(END, orders=500, days=60, seed=2)
    one, two = built(tmp_path / "one", TINY), built(tmp_path / "two", other)
    assert fingerprints(one)["order_lines"] != fingerprints(two)["order_lines"]
