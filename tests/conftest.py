"""What all tests share: a clean environment of their own, the real data, the calm of hypothesis."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.postgresql import Server, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
# Set before any test module is imported, and inherited by the processes that tests start.
_OWN = Path(tempfile.mkdtemp(prefix="board-tests-"))

hypothesis.settings.register_profile(
    "board", deadline=None, derandomize="CI" in os.environ, print_blob=True
)
hypothesis.settings.load_profile("board")


def pytest_configure() -> None:
    """Forgets the caller's settings; what tests write unasked goes to a temporary folder."""
    for name in [each for each in os.environ if each.startswith("BOARD_")]:
        if name != "BOARD_DATA":
            del os.environ[name]
    os.environ["BOARD_WAREHOUSE"] = str(_OWN / "warehouse")
    os.environ["BOARD_STATE"] = str(_OWN / "state.db")
    os.environ["BOARD_LOG"] = str(_OWN / "board.log")


def pytest_unconfigure() -> None:
    """Removes what the tests left behind."""
    shutil.rmtree(_OWN, ignore_errors=True)


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Puts back what a page that runs in a test replaces: processes that start later run it too."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data, which is not part of the repository."""
    folder = Path(os.environ.get("BOARD_DATA") or ROOT.parent / "shared" / "data").absolute()
    if not folder.is_dir():
        pytest.skip(f"the real data is absent: no folder {folder} (BOARD_DATA names another)")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server: `postgresql.database()` is the URL of a new, empty database."""
    with running_server() as server:
        yield server
