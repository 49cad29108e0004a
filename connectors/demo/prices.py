"""What a style costs on a day: full price, markdowns, clearance; and how much it then appeals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from connectors.demo.assortment import CLEARANCE_DAYS
from connectors.demo.garments import GARMENTS

if TYPE_CHECKING:
    from connectors.demo.arguments import Array
    from connectors.demo.assortment import Assortment

_AGES = (0.0, 0.06, 0.2, 0.42, 0.68, 1.0, 1.25, 1.6)
_WANTED = (0.30, 0.55, 0.95, 1.0, 0.62, 0.24, 0.12, 0.06)
"""The six stages of a life: launch, growth, peak, maturity, decline, and being sold off."""
_STEPS = np.array([0.55, 0.75, 1.0])
_RATIOS = np.array([0.82, 0.70, 0.58, 0.42])
FULL_RATIO = float(_RATIOS[0])
_CLEARANCE_AGE = 0.75


class Prices:
    """Prices and appeal of styles by day."""

    def __init__(self, assortment: Assortment) -> None:
        self._of = assortment
        elasticity = np.array([garment.elasticity for garment in GARMENTS])
        self._elasticity = elasticity[assortment.category]

    def price(self, days: Array, styles: Array) -> Array:
        """The asking price of each style on each day (equal lengths), CNY, ending in 9."""
        age = (days - self._of.launch[styles]) / self._of.life[styles]
        ratio = _RATIOS[np.searchsorted(_STEPS, age, side="right")]
        asked: Array = np.round(self._of.tag[styles] * ratio / 10) * 10 - 1
        return asked

    def is_clearance(self, days: Array) -> Array:
        """Whether each style (columns) is marked down for good on each day (rows)."""
        return self._ages(days) >= _CLEARANCE_AGE

    def wanted(self, days: Array) -> Array:
        """Relative demand for each style (columns) on each day (rows); 0 when not on sale."""
        of, age = self._of, self._ages(days)
        ratio = _RATIOS[np.searchsorted(_STEPS, age, side="right")]
        cheaper = (FULL_RATIO / ratio) ** self._elasticity
        on_sale = (age >= 0) & (days[:, None] < of.planned_end + CLEARANCE_DAYS)
        return np.where(on_sale, of.appeal * np.interp(age, _AGES, _WANTED) * cheaper, 0.0)

    def _ages(self, days: Array) -> Array:
        ages: Array = (np.asarray(days)[:, None] - self._of.launch) / self._of.life
        return ages
