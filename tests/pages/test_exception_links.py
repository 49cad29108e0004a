"""Wherever the sentences of the overview lead, a page opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages import depot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    depot.build(folder, depot.order_rows())
    return folder


@pytest.mark.parametrize(
    ("page", "by"),
    [
        ("sales", "category"),
        ("sales", "style"),
        ("sales", "skc"),
        ("sales", "sku"),
        ("campaigns", "campaign"),
        ("inventory", None),
        ("users", None),
    ],
)
def test_a_view_of_two_days_opens(open_board: Open, full: Path, page: str, by: str | None) -> None:
    link = {"range": "custom", "first": "2022-06-29", "last": "2022-06-30"}
    app = open_board(full, page=page, **link, **({"by": by} if by else {}))
    assert app.title
    assert not app.exception
    assert not app.error
