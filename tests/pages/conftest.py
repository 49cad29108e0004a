"""The board as a script that runs without a browser, on warehouses of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pages.ui.board import ANSWERS
from tests.pages import shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pages.shop import Row

Open = "Callable[..., AppTest]"


@pytest.fixture(scope="session")
def orders() -> list[Row]:
    """The order lines of the shop."""
    return shop.order_rows()


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, orders: list[Row]) -> Path:
    """The shop's warehouse."""
    folder = tmp_path_factory.mktemp("shop")
    shop.build(folder, orders, shop.return_rows(orders))
    return folder


@pytest.fixture
def open_board(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens a page of the board on a warehouse, with a query string and a browser's language."""

    def opened(
        folder: Path,
        locale: str = "en-GB",
        now: str = shop.NOW,
        page: str = "sales",
        **link: str | list[str],
    ) -> AppTest:
        st.cache_data.clear()
        st.cache_resource.clear()
        ANSWERS.clear()
        # What checks alarms asks the warehouse by itself, and goes on after the test.
        monkeypatch.setattr("pages.ui.frame.keep_checking", lambda _settings: None)
        monkeypatch.setattr("pages.ui.frame.keep_fresh", lambda _settings: None)
        monkeypatch.setattr("pages.ui.plot.CHECKED", True)
        monkeypatch.setenv("BOARD_WAREHOUSE", str(folder))
        monkeypatch.setenv("BOARD_NOW", now)
        app = AppTest.from_file(root / "app.py", default_timeout=60)
        app._page_hash = calc_hash(page)  # switching to it would run the first page before
        app.context["locale"] = locale
        for name, value in link.items():
            app.query_params[name] = value
        return app.run()

    return opened
