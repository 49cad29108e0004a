"""What a demo shop is made from: its size, its last day, and the seed of everything random."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from connectors.errors import UserError

Array: TypeAlias = NDArray[Any]

ORDERS, DAYS, SEED = 150_000, 730, 1
_ORDERS = (500, 20_000_000)
_DAYS = (60, 1_830)
_ENDS = (date(2012, 1, 1), date(2031, 12, 31))
_STYLES, _STYLES_YEARS = 300, 2
_STYLES_GROWTH = 0.27
"""A shop with more orders sells more styles, but each of them far more often."""
_LARGE, _LARGE_GROWTH = 4, 0.15
"""From so many times the default's orders a day on it adds still fewer: 10 million order lines come
with some 5 million rows of stock."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of the command `demo`; equal ones make equal shops.

    Attributes:
        orders: orders placed, about.
        days: simulated days.
        end: the last of them.
        seed: of everything random.
    """

    end: date
    orders: int = ORDERS
    days: int = DAYS
    seed: int = SEED

    def __post_init__(self) -> None:
        _within("--orders", self.orders, *_ORDERS)
        _within("--days", self.days, *_DAYS)
        _within("--end", self.end, *_ENDS)
        _within("--seed", self.seed, 0, 2**32 - 1)

    @property
    def first(self) -> date:
        """The first day."""
        return self.end - timedelta(days=self.days - 1)

    @property
    def styles_a_day(self) -> float:
        """Styles launched a day, on average: 300 in 24 months of the default size."""
        busy = self.orders / self.days / (ORDERS / DAYS)
        wider = min(busy, _LARGE) ** _STYLES_GROWTH * max(busy / _LARGE, 1) ** _LARGE_GROWTH
        return float(_STYLES / (365 * _STYLES_YEARS) * wider)

    def random(self, *piece: str | int) -> np.random.Generator:
        """A generator of the piece's own, so that pieces never disturb each other."""
        words = [crc32(str(word).encode()) for word in piece]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, *words])))

    def as_json(self) -> dict[str, Any]:
        """What `from_json` takes."""
        return asdict(self) | {"end": self.end.isoformat()}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Arguments:
        """The arguments that `as_json` gave."""
        return cls(**given | {"end": date.fromisoformat(given["end"])})


def _within(name: str, value: Any, least: Any, most: Any) -> None:
    if not least <= value <= most:
        raise UserError(
            "{name} cannot be {value}: give one from {least} to {most}.",
            name=name,
            value=value,
            least=least,
            most=most,
        )
