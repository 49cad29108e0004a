"""What the tests of imports share: warehouses of their own, and two days of a small shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.importing import HEADER, MAPPING, MONDAY, TUESDAY, Board, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "warehouse")


@pytest.fixture
def another(tmp_path: Path) -> Callable[[str], Board]:
    return lambda name: Board(tmp_path / name)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "shop.toml"
    file.write_text(MAPPING)
    return file


@pytest.fixture
def monday(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "monday.csv", HEADER, MONDAY)


@pytest.fixture
def tuesday(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "tuesday.csv", HEADER, TUESDAY)
