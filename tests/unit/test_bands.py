"""Bands hold what they say, and nothing is in two of them or in none."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as any_
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from connectors.schema import order_lines
from metrics.bands import DISCOUNT_BAND, DISCOUNT_BANDS, PRICE_BAND, PRICE_BANDS, band_order

_ASKED = [PRICE_BAND.of(order_lines), DISCOUNT_BAND.of(order_lines)]
_SQL = str(
    select(*_ASKED).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
)


def _bands(price: object, paid: object, tag: object) -> tuple[str | None, str | None]:
    with duckdb.connect() as connection:
        columns = "unit_price DECIMAL(18,4), sales_amount DECIMAL(18,4), tag_amount DECIMAL(18,4)"
        connection.execute(f"CREATE TABLE order_lines ({columns})")
        connection.execute("INSERT INTO order_lines VALUES (?, ?, ?)", [price, paid, tag])
        found: tuple[str | None, str | None] = connection.execute(_SQL).fetchone() or (None, None)
    return found


@pytest.mark.parametrize(
    ("price", "band"),
    [
        (0, "under 1"),
        ("0.99", "under 1"),
        (1, "1-2"),
        ("199.99", "100-200"),
        (200, "200-300"),
        (299, "200-300"),
        (99_999, "70000-100000"),
        (100_000, "100000+"),
        (None, None),
    ],
)
def test_a_price_is_in_its_band(price: object, band: str | None) -> None:
    assert _bands(price, 1, 1)[0] == band


@pytest.mark.parametrize(
    ("paid", "tag", "band"),
    [
        (100, 100, "90%+"),
        (120, 100, "90%+"),
        (90, 100, "90%+"),
        ("89.99", 100, "70-90%"),
        (70, 100, "70-90%"),
        (50, 100, "50-70%"),
        ("49.99", 100, "under 50%"),
        (0, 100, "under 50%"),
        (50, None, None),
        (None, 100, None),
        (50, 0, None),
    ],
)
def test_a_discount_is_in_its_band(paid: object, tag: object, band: str | None) -> None:
    assert _bands(1, paid, tag)[1] == band


@given(any_.floats(1, 99_999))
def test_bands_follow_each_other(price: float) -> None:
    inner = [tuple(map(int, band.split("-"))) for band in PRICE_BANDS[1:-1]]
    assert sum(low <= price < high for low, high in inner) == 1


def test_bands_are_shown_in_their_order_and_the_unknown_last() -> None:
    shuffled = [None, *reversed(PRICE_BANDS)]
    in_order = sorted(shuffled, key=lambda each: band_order("price_band", each))
    assert in_order == [*PRICE_BANDS, None]
    assert [band_order("discount_band", each) for each in DISCOUNT_BANDS] == [0, 1, 2, 3]
