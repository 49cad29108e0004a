"""The page of targets: what was set, by whom, how far it is reached."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from connectors.settings import Settings
from connectors.state import Benchmark, State, Target, open_state
from tests.pages import shop

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.shop import Row

_JUNE = Target(metric="paid_sales", start=date(2022, 6, 1), end=date(2022, 7, 1), amount=200_000.0)


def _script() -> None:
    from connectors.engines import connect
    from connectors.settings import load_settings
    from metrics import load_access
    from pages.plan import targets
    from pages.ui.board import Board
    from pages.ui.text import choose_language

    settings = load_settings()
    choose_language(settings)
    access = load_access("unrestricted", settings)
    targets.show(Board(settings, access, connect(settings.warehouse, settings)))


@pytest.fixture
def state(tmp_path: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A state of one's own beside the shop."""
    st.cache_data.clear()
    path = str(tmp_path / "state.db")
    monkeypatch.setenv("BOARD_STATE", path)
    monkeypatch.setenv("BOARD_WAREHOUSE", str(warehouse))
    monkeypatch.setenv("BOARD_NOW", shop.NOW)
    return open_state(Settings(state=path))


def _opened() -> AppTest:
    app = AppTest.from_function(_script, default_timeout=60).run()
    assert not app.exception
    assert not app.error
    return app


def _table(app: AppTest, column: str) -> Any:
    """The table that has a column."""
    return next(each.value for each in app.dataframe if column in each.value)


def test_targets_of_the_present_with_attainment(state: State, orders: list[Row]) -> None:
    state.put(_JUNE, "anna")
    june = sum(row["sales_amount"] for row in orders if row["sold_date"] >= _JUNE.start)
    reached = _table(_opened(), "Attainment").iloc[0]
    assert reached["Metric"] == "Paid sales"
    assert reached["Attainment"] == f"{float(june) / 200_000:.1%}"
    assert reached["Pace"] == reached["Attainment"]  # June is over


def test_the_split_adds_up(state: State) -> None:
    state.put(_JUNE, "anna")
    parts = _table(_opened(), "Amount")
    assert parts["Amount"].to_list() == ["¥200,000"]


def test_the_history_says_who_and_what(state: State) -> None:
    kept = state.put(_JUNE, "anna")
    changed = Target(**{**vars(kept), "amount": 250_000.0})
    state.put(changed, "boris")
    history = _table(_opened(), "Who")
    assert history["Who"].to_list() == ["boris", "anna"]
    assert history["Before"].to_list() == ["Amount 200,000", "—"]
    assert history["After"][0] == "Amount 250,000"


def test_a_baseline_is_recorded(state: State, orders: list[Row]) -> None:
    app = _opened()
    app.selectbox(key="baseline:metric").select("orders")
    next(each for each in app.button if each.label == "Record baseline").click().run()
    assert not app.error
    (kept,) = state.baselines()
    assert (kept.metric, kept.start, kept.end) == ("orders", date(2022, 6, 3), date(2022, 7, 1))
    numbers = {
        (row["shop_id"], row["order_id"]) for row in orders if row["sold_date"] >= kept.start
    }
    assert kept.value == len(numbers)


def test_a_benchmark_needs_a_value_and_a_source(state: State) -> None:
    app = _opened()
    button = next(each for each in app.button if each.label == "Add benchmark")
    button.click().run()
    assert len(app.error) == 1
    assert state.benchmarks() == ()
    state.put(Benchmark(metric="refund_rate", value=0.5, source="Trade", as_of=shop.LAST), "anna")
    assert "50.00%" in _table(_opened(), "As of")["Value"].to_list()
