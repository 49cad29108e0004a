"""What belongs to no order: `brand_daily`, `costs` and `rates`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import on
from connectors.demo.places import SHOPS, STORES
from connectors.demo.seasons import HISTORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.incidents import Incident
    from connectors.demo.marketing import Marketing
    from connectors.demo.seasons import Calendar

_PLATFORMS = (("小红书", 1.0, 0.42), ("微博", 0.6, 0.12), ("抖音", 0.9, 0.30))
_QUARTER = 91
_RATES = (("USD", 7.15), ("EUR", 7.75))
_WAGES, _SOFTWARE, _RENT = 0.055, 0.008, 0.16
"""Shares of the paid sales that are expected, of the whole business and of a store."""


def brand_table(
    arguments: Arguments, marketing: Marketing, calendar: Calendar, incidents: Sequence[Incident]
) -> pl.DataFrame:
    """Mentions follow advertising; a viral style lifts them, a bad one makes them sour."""
    random, days = arguments.random("brand"), np.arange(calendar.days)
    heat = marketing.stock[:, HISTORY:].sum(0) / marketing.half.sum()
    stir, taste = np.ones(calendar.days), np.zeros(calendar.days)
    for each in incidents:
        stir[each.start : each.end] += {"viral_style": 4.0, "quality_defect": 0.25}.get(
            each.kind, 0
        )
        taste[each.start + 7 : each.end] -= 0.18 if each.kind == "quality_defect" else 0.0
    known = 0.14 + 0.02 * days / 365 + 0.01 * (np.cumsum(heat) / (days + 1) - 1)
    parts = []
    for name, loud, mood in _PLATFORMS:
        mentions = random.poisson(arguments.orders / arguments.days * 0.5 * loud * heat**0.5 * stir)
        sentiment = np.clip(mood + taste + random.normal(0, 0.05, len(days)), -1, 1)
        asked = np.where(
            days % _QUARTER == _QUARTER - 1, known + random.normal(0, 0.005, len(days)), np.nan
        )
        parts.append(
            pl.DataFrame(
                {
                    "day": days,
                    "platform": [name] * len(days),
                    "mentions": mentions,
                    "sentiment": np.round(sentiment, 3),
                    "awareness": np.round(asked, 4),
                }
            ).with_columns(pl.col("awareness").fill_nan(None))
        )
    return pl.concat(parts).select(on(calendar, "day").alias("brand_date"), pl.exclude("day"))


def costs_table(orders: Array, value: float, calendar: Calendar) -> pl.DataFrame:
    """Wages and software of the whole, rent of each store, by day.

    Args:
        orders: expected orders by shop and day from −HISTORY on.
        value: what an order brings, CNY.
        calendar: the days.
    """
    usual = orders[:, HISTORY:].mean(1) * value
    kinds = [("all", "wages", usual.sum() * _WAGES), ("all", "software", usual.sum() * _SOFTWARE)]
    kinds += [(SHOPS[store].shop_id, "rent", usual[store] * _RENT) for store in STORES]
    return pl.concat(
        [
            pl.DataFrame({"day": np.arange(calendar.days)}).select(
                cost_date=on(calendar, "day"),
                shop_id=pl.lit(shop),
                kind=pl.lit(kind),
                amount=pl.lit(round(float(amount), 2)),
            )
            for shop, kind, amount in kinds
        ]
    )


def rates_table(arguments: Arguments, calendar: Calendar, currency: str) -> pl.DataFrame:
    """Daily rates of two foreign currencies, wandering about today's."""
    random = arguments.random("rates")
    parts = [
        pl.DataFrame(
            {
                "day": np.arange(calendar.days),
                "rate": np.round(
                    level * np.exp(np.cumsum(random.normal(0, 0.002, calendar.days))), 4
                ),
            }
        ).select(
            on(calendar, "day").alias("rate_date"),
            pl.lit(name).alias("from_currency"),
            pl.lit(currency).alias("to_currency"),
            "rate",
        )
        for name, level in _RATES
        if name != currency
    ]
    return pl.concat(parts)
