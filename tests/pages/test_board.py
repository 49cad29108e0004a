"""What every page asks through: an answer is as new as the state."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.engines import connect
from connectors.settings import Settings
from connectors.state import Target, open_state
from metrics import Access, Query
from pages.ui.board import Board
from tests.pages import shop

if TYPE_CHECKING:
    from pathlib import Path


def test_a_target_counts_as_soon_as_it_is_entered(warehouse: Path, tmp_path: Path) -> None:
    settings = Settings(warehouse=str(warehouse), state=str(tmp_path / "state.db"))
    start, end = shop.LAST - timedelta(days=6), shop.LAST + timedelta(days=1)
    connector = connect(str(warehouse), settings)
    query = Query(("sales_target",), start, end)

    def asked_by_a_run() -> float | None:
        board = Board(settings, Access("unrestricted"), connector)
        answer: float | None = board.ask(query).frame.item()
        return answer

    assert asked_by_a_run() is None
    target = Target(metric="paid_sales", start=start, end=end, amount=700.0)
    open_state(settings).put(target, "anna")
    assert asked_by_a_run() == pytest.approx(700)
    connector.close()
