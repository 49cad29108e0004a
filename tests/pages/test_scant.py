"""Pages stay up on the least that a warehouse can hold, and by the hour, and show no odd number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages import depot, scant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]

_PAGES = ("overview", "sales", "users", "customers", "inventory", "campaigns")
_ODD = ("nan", "inf", "None", "null")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for keeps in (scant.whole, scant.dated, scant.bare):
        folder = made[keeps.__name__] = tmp_path_factory.mktemp(keeps.__name__)
        scant.build(folder, keeps)
    folder = made["depot"] = tmp_path_factory.mktemp("depot")
    depot.build(folder, depot.order_rows())
    return made


def _stays_up(app: AppTest) -> None:
    assert not app.exception
    assert not app.error
    assert app.title
    shown = [str(each.value) for each in (*app.metric, *app.caption, *app.info)]
    assert shown
    assert not [text for text in shown if text.strip("¥ ") in _ODD]


@pytest.mark.parametrize("page", _PAGES)
@pytest.mark.parametrize("held", ["whole", "dated", "bare"])
def test_a_row_a_table(open_board: Open, folders: dict[str, Path], held: str, page: str) -> None:
    _stays_up(open_board(folders[held], page=page))


@pytest.mark.parametrize("page", _PAGES)
def test_by_the_hour(open_board: Open, folders: dict[str, Path], page: str) -> None:
    _stays_up(open_board(folders["depot"], page=page, grain="hour", compare="none"))


@pytest.mark.parametrize("page", _PAGES)
@pytest.mark.parametrize(
    "kept", [{"channel": "idle"}, {"warehouse": "empty"}, {"shop": "qj-jd", "sku": "(unknown)"}]
)
def test_members_without_rows(
    open_board: Open, folders: dict[str, Path], page: str, kept: dict[str, str]
) -> None:
    """A channel with spend and no orders, a place without stock, a shop without such a product."""
    _stays_up(open_board(folders["depot"], page=page, compare="none", **kept))
