"""Bands of prices and discounts: made from the amounts of a line, in the order of their amounts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import case, literal_column

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Table

_BOUNDS = (*(step * 10**power for power in range(5) for step in (1, 2, 3, 5, 7)), 100_000)
PRICE_BANDS = (
    f"under {_BOUNDS[0]}",
    *(f"{low}-{high}" for low, high in pairwise(_BOUNDS)),
    f"{_BOUNDS[-1]}+",
)
"""By unit price, in round steps that are near enough to each other in any currency.

A band holds its lower bound and not its upper one: a price of 200 is in "200-300".
"""
DISCOUNT_BANDS = ("90%+", "70-90%", "50-70%", "under 50%")
"""By what was paid of the tag price; a band holds its lower bound."""
_SHARES = ("0.9", "0.7", "0.5")
ORDERED = {"price_band": PRICE_BANDS, "discount_band": DISCOUNT_BANDS}


class Made(NamedTuple):
    """How a fact makes a dimension from its other columns.

    Attributes:
        needs: the columns; a fact that lacks one lacks the dimension.
        of: the expression over them.
    """

    needs: tuple[str, ...]
    of: Callable[[Table], ColumnElement[Any]]


def _price_band(fact: Table) -> ColumnElement[Any]:
    price = fact.c.unit_price
    below = [
        (price < literal_column(str(bound)), band)
        for bound, band in zip(_BOUNDS, PRICE_BANDS, strict=False)
    ]
    return case(*below, (price.is_not(None), PRICE_BANDS[-1]))


def _discount_band(fact: Table) -> ColumnElement[Any]:
    paid, tag = fact.c.sales_amount, fact.c.tag_amount
    reached = [
        ((tag > 0) & (paid >= tag * literal_column(share)), band)
        for share, band in zip(_SHARES, DISCOUNT_BANDS, strict=False)
    ]
    return case(*reached, ((tag > 0) & paid.is_not(None), DISCOUNT_BANDS[-1]))


PRICE_BAND = Made(("unit_price",), _price_band)
DISCOUNT_BAND = Made(("sales_amount", "tag_amount"), _discount_band)


def band_order(dimension: str, member: str | None) -> int:
    """What to sort a band by: what is unknown comes last."""
    bands = ORDERED[dimension]
    return bands.index(member) if member in bands else len(bands)
