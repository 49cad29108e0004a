"""The campaigns page: its numbers are the command's, and it stays up whatever is missing."""

from __future__ import annotations

from datetime import date
from math import isnan
from typing import TYPE_CHECKING

import pytest

from tests.pages import depot
from tests.pages.beside import agree, said, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_FIRST = date(2022, 6, 3)
_NAMES = ["spend", "ad_sales", "roas", "net_roas", "breakeven_roas", "roi", "contribution", "cac"]


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return depot.order_rows()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, lines: list[Row]) -> Path:
    folder = tmp_path_factory.mktemp("campaigns")
    depot.build(folder, lines)
    return folder


@pytest.mark.parametrize(
    ("link", "by", "more"),
    [
        ({}, "channel", []),
        ({"by": "campaign", "channel": "feed"}, "campaign", ["--where", "channel=feed"]),
        ({"by": "shop"}, "shop", []),
    ],
)
def test_each_row_says_what_the_command_says(
    open_board: Open,
    full: Path,
    capsys: pytest.CaptureFixture[str],
    link: dict[str, str],
    by: str,
    more: list[str],
) -> None:
    app = open_board(full, page="campaigns", **link)
    assert not app.error
    told = said(capsys, _NAMES, "--by", by, "--top", "20", *more)
    (whole,) = said(capsys, _NAMES, *more)
    first, *shown = table(app, "roas", "ctr" if by != "campaign" else "cpc")
    assert agree(first, whole, _NAMES)
    assert len(shown) == len(told) > 0
    for row, each in zip(shown, told, strict=True):
        assert agree(row, each, _NAMES), row


def test_the_spend_of_a_channel_is_that_of_its_rows(
    open_board: Open, full: Path, lines: list[Row]
) -> None:
    shown = table(open_board(full, page="campaigns"), "roas", "ctr")
    spent = {
        channel: sum(
            row["spend"]
            for row in depot.spend_rows(lines)
            if row["channel"] == channel and row["spend_date"] >= _FIRST
        )
        for channel in depot.CHANNELS
    }
    found = {row["channel"]: row["spend"] for row in shown}
    assert {channel: found[channel] for channel in spent} == spent
    roas = {row["channel"]: row["roas"] for row in shown}
    assert roas["search"] == pytest.approx(700 * 28 / spent["search"])
    assert isnan(roas["idle"])


def test_what_is_at_stake_is_spent_on_styles_with_gaps(open_board: Open, full: Path) -> None:
    """Size S ends at none in every place, and it is a core size: no SKC is whole."""
    shown = table(open_board(full, page="campaigns"), "spend_at_stake")
    assert shown
    for row in shown:
        assert row["broken_size_rate"] == 1
        assert row["spend_at_stake"] == pytest.approx(row["spend"])


def test_without_touches_there_is_nothing_to_choose(open_board: Open, full: Path) -> None:
    app = open_board(full, page="campaigns", ad_sales="attributed", window="many")
    assert not app.error
    assert any("no order can be traced" in each.value for each in app.caption)
    assert not [each for each in app.selectbox if each.label == "Sales of ads"]


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_without_spend_the_page_says_what_to_connect(
    open_board: Open, warehouse: Path, locale: str
) -> None:
    app = open_board(warehouse, page="campaigns", locale=locale)
    assert not app.exception
    assert not app.error
    told = "Nothing was imported into" if locale == "en-GB" else "尚未导入"
    assert any(told in each.value for each in app.info)


def test_filters_that_spend_lacks_are_said(open_board: Open, full: Path) -> None:
    app = open_board(full, page="campaigns", region="浙江")
    assert not app.exception
    assert not app.error
    told = [each.value for each in (*app.info, *app.caption)]
    assert sum("has no Region" in each for each in told) > 2, told
