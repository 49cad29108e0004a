"""The line of a card: where its points lie, what it says in words, and in which colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import polars as pl
import pytest
import streamlit as st

from pages.ui.spark import shade, spark

if TYPE_CHECKING:
    from pages.ui.spark import Shade


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML that a spark shows."""
    found: list[str] = []
    monkeypatch.setattr(st, "html", found.append)
    return found


def test_the_lowest_lies_at_the_bottom_and_the_last_on_the_right(shown: list[str]) -> None:
    spark(pl.Series([10.0, None, 30.0, 20.0]), "grey", "count", None)
    (html,) = shown
    line = re.search(r'polyline points="([^"]*)"', unquote(html))
    assert line
    assert line[1] == "0.00,38.00 50.00,2.00 100.00,20.00"
    assert 'alt="Over time: lowest 10, highest 30, last 20"' in html


@pytest.mark.parametrize("values", [[], [None, None], [5.0], [None, 5.0]])
def test_one_number_is_no_line(shown: list[str], values: list[Any]) -> None:
    spark(pl.Series(values, dtype=pl.Float64), "grey", "count", None)
    assert not shown


def test_equal_numbers_are_a_flat_line(shown: list[str]) -> None:
    spark(pl.Series([5, 5, 5]), "red", "count", None)
    assert "0.00,38.00 50.00,38.00 100.00,38.00" in unquote(shown[0])


@pytest.mark.parametrize(
    ("verdict", "change", "colour"),
    [
        ("normal", 0.1, "green"),
        ("normal", -0.1, "red"),
        ("inverse", 0.1, "red"),
        ("inverse", -0.1, "green"),
        ("off", 0.1, "grey"),
        ("normal", None, "grey"),
    ],
)
def test_the_line_has_the_colour_of_the_change(
    verdict: Literal["normal", "inverse", "off"], change: float | None, colour: Shade
) -> None:
    assert shade(verdict, change) == colour
