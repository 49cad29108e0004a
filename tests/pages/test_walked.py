"""Every page walked: cards and tables say what the command says of the same days and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from metrics import DIMENSIONS, METRICS
from pages.ui import formats
from pages.ui.names import plain
from tests.pages import depot
from tests.pages.beside import agree, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]

_PAGES = ["overview", "sales", "users", "inventory", "campaigns", "customers"]
_NAMES = {metric.title: name for name, metric in METRICS.items()}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walked")
    depot.build(folder, depot.order_rows())
    return folder


@pytest.mark.parametrize("kept", [{}, {"category": "连衣裙"}, {"shop": "qj-tmall"}])
@pytest.mark.parametrize("page", _PAGES)
def test_each_card_says_what_the_command_says(
    open_board: Open,
    full: Path,
    capsys: pytest.CaptureFixture[str],
    page: str,
    kept: dict[str, str],
) -> None:
    app = open_board(full, page=page, lang="en", **kept)
    assert not app.exception
    shown = {_NAMES[each.label]: each.value for each in app.metric if each.label in _NAMES}
    assert shown
    where = [f"--where={name}={value}" for name, value in kept.items()]
    (told,) = said(capsys, list(shown), *where)
    units = {name: METRICS[name].unit for name in shown}
    assert shown == {n: plain(formats.short(told[n], units[n], "CNY")) for n in shown}


@pytest.mark.parametrize("page", _PAGES)
def test_each_table_says_what_the_command_says(
    open_board: Open, full: Path, capsys: pytest.CaptureFixture[str], page: str
) -> None:
    app = open_board(full, page=page, lang="en")
    compared = 0
    for each in app.dataframe:
        by = [name for name in each.value.columns if name in DIMENSIONS and name != "size"]
        names = [name for name in each.value.columns if name in METRICS]
        if by and names:
            groups = (part for name in by for part in ("--by", name))
            told = {_key(row, by): row for row in said(capsys, names, *groups)}
            both = [row for row in each.value.to_dict("records") if _key(row, by) in told]
            compared += len(both)
            for row in both:
                assert agree(row, told[_key(row, by)], names), row
    assert compared >= 3


def _key(row: dict[str, Any], by: list[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in by)
