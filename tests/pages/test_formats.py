"""Numbers and dates as each language writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from pages.ui import formats
from pages.ui.links import LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.metric import Unit
    from metrics.periods import Grain


@pytest.fixture
def english() -> Iterator[None]:
    st.session_state[LANGUAGE] = "en"
    yield
    del st.session_state[LANGUAGE]


@pytest.fixture
def chinese() -> Iterator[None]:
    st.session_state[LANGUAGE] = "zh-CN"
    yield
    del st.session_state[LANGUAGE]


_NUMBERS: list[tuple[float | None, Unit, str | None, str, str]] = [
    (None, "money", "GBP", "—", "—"),
    (0.0, "money", "GBP", "£0.00", "£0.00"),
    (12.345, "money", "GBP", "£12.34", "£12.34"),
    (1_234.5, "money", "GBP", "£1,234", "£1,234"),
    (9_999.6, "money", "CNY", "¥10,000", "¥10,000"),
    (12_345.0, "money", "CNY", "¥12.34K", "¥1.234万"),
    (999_999.0, "money", "CNY", "¥1M", "¥100万"),
    (12_345_678.0, "money", "USD", "US$12.35M", "US$1235万"),
    (123_456_789.0, "money", None, "123.5M", "1.235亿"),
    (-98_765.0, "money", "GBP", "-£98.76K", "-£9.876万"),
    (1_234, "count", "GBP", "1,234", "1,234"),
    (25_900, "count", None, "25.9K", "2.59万"),
    (0.1234, "ratio", "GBP", "12.3%", "12.3%"),
    (1.5, "number", "GBP", "1.50", "1.50"),
]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("value", "unit", "currency", "text", "_chinese"), _NUMBERS)
def test_short_in_english(
    value: float | None, unit: Unit, currency: str | None, text: str, _chinese: str
) -> None:
    assert formats.short(value, unit, currency) == text


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("value", "unit", "currency", "_english", "text"), _NUMBERS)
def test_short_in_chinese(
    value: float | None, unit: Unit, currency: str | None, _english: str, text: str
) -> None:
    assert formats.short(value, unit, currency) == text


@pytest.mark.usefixtures("english")
def test_exact() -> None:
    assert formats.exact(1_234_567.891, "money", "GBP") == "£1,234,567.89"
    assert formats.exact(1_234_567, "count", "GBP") == "1,234,567"
    assert formats.exact(0.123456, "ratio", None) == "12.35%"
    assert formats.exact(None, "ratio", None) == "—"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123, "money", "+12.3%"),
        (-0.5, "count", "-50.0%"),
        (-0.137, "ratio", "-13.7 pp"),
        (0.0, "count", "+0.0%"),
        (None, "money", "—"),
    ],
)
def test_changes_carry_their_sign(value: float | None, unit: Unit, text: str) -> None:
    assert formats.change(value, unit) == text


@pytest.mark.usefixtures("chinese")
def test_points_in_chinese() -> None:
    assert formats.change(0.012, "ratio") == "+1.2 个百分点"


@pytest.mark.usefixtures("english")
def test_days() -> None:
    assert formats.days(date(2011, 11, 12), date(2011, 12, 10)) == "12 Nov\u2009–\u20099 Dec 2011"
    assert formats.days(date(2011, 12, 9), date(2011, 12, 10)) == "9 Dec 2011"


@pytest.mark.usefixtures("chinese")
def test_days_in_chinese() -> None:
    assert formats.days(date(2011, 11, 12), date(2011, 12, 10)) == "2011年11月12日至12月9日"


@pytest.mark.usefixtures("english")
def test_up_to_a_day_that_is_over_or_a_minute() -> None:
    assert formats.up_to(datetime.fromisoformat("2022-07-01")) == "Thu, 30 Jun 2022"
    assert formats.up_to(datetime.fromisoformat("2022-07-01T09:30")) == "1 Jul 2022 09:30"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("grain", "text"),
    [
        ("hour", "9 Dec 13:00"),
        ("day", "Fri, 9 Dec 2011"),
        ("week", "9 Dec 2011"),
        ("month", "Dec 2011"),
        ("quarter", "Q4 2011"),
        ("year", "2011"),
    ],
)
def test_periods(grain: Grain, text: str) -> None:
    assert formats.period(datetime.fromisoformat("2011-12-09T13:00"), grain) == text
