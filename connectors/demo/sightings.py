"""When a planted incident can first be seen: the days of the rows that it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.refunds import NONE
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from connectors.demo.arguments import Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.buying import Purchases
    from connectors.demo.incidents import Incident
    from connectors.demo.seasons import Calendar

ENOUGH = 10
"""Rows that have to differ before an incident matters: fewer could as well be chance."""


class Sightings:
    """Collects, month by month, the days of the rows that an incident has changed."""

    def __init__(self, incidents: Sequence[Incident], assortment: Assortment) -> None:
        self._of = assortment
        self._incidents = incidents
        self._days: dict[str, list[Array]] = {}

    def take(self, wanted: pl.DataFrame, sold: pl.DataFrame) -> None:
        """Looks through a month's lines, those wanted and those sold.

        An order that fails is missing on its day; a wrong price is on the order; a parcel is missed
        on the day on which it would have come; a defect is known when its refund is given.
        """
        for each in self._incidents:
            if each.kind in _SEEN:
                days = _SEEN[each.kind](each, wanted, sold, self._of)
                self._days.setdefault(each.kind, []).append(days)

    def dates(self, calendar: Calendar, purchases: Purchases) -> dict[str, list[date | None]]:
        """For each incident the first day on which a row differs, and that by which ten do.

        None where that lies past the last day. What weakens a channel or its record does so from
        its first day on.
        """
        days = [self._sorted(each, calendar, purchases) for each in self._incidents]
        return {
            "shows_date": [_date(each, 1, calendar) for each in days],
            "matters_date": [_date(each, ENOUGH, calendar) for each in days],
        }

    def _sorted(self, incident: Incident, calendar: Calendar, purchases: Purchases) -> Array:
        if incident.kind == "warehouse_stop":
            found = np.concatenate([np.empty(0, np.int64), *purchases.held])
        elif incident.kind in _SEEN:
            found = np.concatenate(self._days[incident.kind])
        else:
            found = np.full(ENOUGH, incident.start)
        return np.sort(found[found < calendar.days])


def _failed(each: Incident, wanted: pl.DataFrame, _: pl.DataFrame, __: Assortment) -> Array:
    fails = wanted.filter(pl.col("fails") & (pl.col("line") == 1))
    return _covered(each, fails)["day"].to_numpy()


def _went_viral(each: Incident, _: pl.DataFrame, sold: pl.DataFrame, of: Assortment) -> Array:
    own = pl.Series(of.sku_style[sold["sku"].to_numpy()] == each.style)
    return _covered(each, sold.filter(own & (sold["shop"] == each.shop)))["day"].to_numpy()


def _mispriced(each: Incident, _: pl.DataFrame, sold: pl.DataFrame, __: Assortment) -> Array:
    wrong = sold.filter(pl.col("price") < pl.col("right_price") * 0.99)
    return _covered(each, wrong)["day"].to_numpy()


def _late(_: Incident, __: pl.DataFrame, sold: pl.DataFrame, ___: Assortment) -> Array:
    parcels = sold.filter(pl.col("head") & (pl.col("paid_t") < NEVER) & ~pl.col("before"))
    late = parcels.filter(pl.col("usual_t") < pl.col("deliver_t"))
    return (late["usual_t"] // DAY).to_numpy()


def _came_back(_: Incident, __: pl.DataFrame, sold: pl.DataFrame, ___: Assortment) -> Array:
    back = sold.filter(pl.col("defect") & (pl.col("kind") != NONE) & (pl.col("paid_t") < NEVER))
    return (back["refund_t"] // DAY).to_numpy()


_SEEN: dict[str, Callable[[Incident, pl.DataFrame, pl.DataFrame, Assortment], Array]] = {
    "checkout_fault": _failed,
    "viral_style": _went_viral,
    "price_error": _mispriced,
    "courier_delay": _late,
    "quality_defect": _came_back,
}


def _covered(each: Incident, lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(pl.Series(each.covers(lines["t"].to_numpy())))


def _date(days: Array, count: int, calendar: Calendar) -> date | None:
    return calendar.series[int(days[count - 1])] if len(days) >= count else None
