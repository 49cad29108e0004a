"""What each campaign shows: the shop, chosen styles, or creators who show a style of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.flows import FLOWS
from connectors.demo.sales import CREATORS

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.marketing import Campaign

_STYLES = {"直通车": (0.7, 5), "引力魔方": (0.4, 3), "京准通": (0.6, 4)}
"""Share of a channel's campaigns that advertise styles, and how many."""
_NOTES = {"小红书": (0.8, 3), "千川": (0.5, 2)}
"""The same of those that pay creators, each for a style."""
_REST = 0.2
"""Share of the spend that stays with the shop as a whole."""
_LATEST = 14
"""Styles that end sooner after a campaign begins are not advertised any more."""


def ads_of(
    arguments: Arguments, campaigns: tuple[Campaign, ...], assortment: Assortment
) -> pl.DataFrame:
    """The ads of every campaign, one after the other; a campaign's spend falls on all of them.

    Columns: number (of the campaign), ad (from 0), style and creator (−1: none), from and to (the
    part of the campaign's spend, 0 to 1).
    """
    random = arguments.random("ads")
    parts = []
    for number, campaign in enumerate(campaigns):
        styles, creators = _shown(campaign, assortment, random)
        edges = np.cumsum([0.0, _REST, *random.dirichlet([4.0] * len(styles)) * (1 - _REST)])
        parts.append(
            pl.DataFrame(
                {
                    "number": number,
                    "ad": np.arange(len(styles) + 1),
                    "style": np.array([-1, *styles]),
                    "creator": np.array([-1, *creators]),
                    "from": edges[:-1],
                    "to": np.append(edges[1:-1], 1.0),
                }
            )
        )
    return pl.concat(parts)


def spread(rows: pl.DataFrame, totals: list[str]) -> pl.DataFrame:
    """Whole `totals` on the ads of each row, by their `from` and `to`: nothing is lost or won."""
    return rows.with_columns(
        (pl.col(name) * pl.col("to")).round().cast(pl.Int64)
        - (pl.col(name) * pl.col("from")).round().cast(pl.Int64)
        for name in totals
    )


def _shown(
    campaign: Campaign, assortment: Assortment, random: np.random.Generator
) -> tuple[Array, Array]:
    """The styles of a campaign's ads, and the creators who show them."""
    channel = FLOWS[campaign.flow].channel
    share, count = (_STYLES | _NOTES).get(channel, (0.0, 0))
    chosen = random.random() < share
    styles = _on_sale(campaign, assortment, random)[: count if chosen else 0]
    creators = np.full(len(styles), -1)
    if channel in _NOTES:
        creators = random.permutation(len(CREATORS))[: len(styles)]
    return styles, creators


def _on_sale(campaign: Campaign, assortment: Assortment, random: np.random.Generator) -> Array:
    """Styles that are on sale when a campaign begins, by appeal and a buyer's whim."""
    open_ = (assortment.launch <= campaign.start) & (
        assortment.planned_end > campaign.start + _LATEST
    )
    styles = np.flatnonzero(open_)
    wish = assortment.appeal[styles] * random.lognormal(0, 0.6, len(styles))
    best: Array = styles[np.argsort(-wish, kind="stable")]
    return best
