"""Colours of changes: good and bad by the metric and the setting, or no verdict."""

from __future__ import annotations

import pytest

from metrics import METRICS
from pages.ui.columns import verdict_of
from pages.ui.verdict import colour

_RED, _GREEN = "color: #b3261e", "color: #0b6b3a"


@pytest.mark.parametrize(
    ("name", "good", "up", "down"),
    [
        ("paid_sales", "red", _RED, _GREEN),
        ("paid_sales", "green", _GREEN, _RED),
        ("refund_rate", "red", _GREEN, _RED),
        ("refund_rate", "green", _RED, _GREEN),
        ("discount_rate", "red", "", ""),
    ],
)
def test_good_news_has_its_colour(name: str, good: str, up: str, down: str) -> None:
    style = verdict_of(METRICS[name], good)
    assert (style(0.1), style(-0.1), style(0.0), style(None)) == (up, down, "", "")


@pytest.mark.parametrize(
    ("name", "good", "expected"),
    [
        ("paid_sales", "green", "normal"),
        ("paid_sales", "red", "inverse"),
        ("refund_rate", "green", "inverse"),
        ("refund_rate", "red", "normal"),
        ("discount_rate", "red", "off"),
    ],
)
def test_cards_agree(name: str, good: str, expected: str) -> None:
    """Streamlit's "normal" is green for more and red for less."""
    assert colour(METRICS[name], good) == expected
