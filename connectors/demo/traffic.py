"""`traffic_daily`: what the marketplaces count, and the counters at the doors of the stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import on, word
from connectors.demo.flows import FLOW_SHOP, FLOWS
from connectors.demo.places import JD, MINI, SHOPS
from connectors.demo.seasons import DAY, HISTORY, NEVER

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.labels import Labels
    from connectors.demo.marketing import Marketing
    from connectors.demo.prices import Prices
    from connectors.demo.seasons import Calendar

_SOURCES = ("search", "recommendation", "live", "paid", "direct")
_FLOW_SOURCE = np.array([_SOURCES.index(flow.source) for flow in FLOWS])
_SAME = 0.93
"""Visitors of a day that come by one way only."""
_PAGES, _FAVOURITES, _CARTS = 3.1, 0.11, 0.075
_KEYS = ("level", "traffic_source", "item_id")


class Traffic:
    """Collects who bought what, and tells the days whose orders are all known."""

    def __init__(
        self,
        arguments: Arguments,
        calendar: Calendar,
        marketing: Marketing,
        labels: Labels,
    ) -> None:
        self._arguments = arguments
        self._calendar = calendar
        self._visits = marketing.visits[:, HISTORY:]
        self._labels = labels
        self._open: list[pl.DataFrame] = []

    def take(self, lines: pl.DataFrame, assortment: Assortment) -> None:
        """Remembers the sold lines of a month: who ordered and paid, on which day."""
        style = assortment.sku_style[lines["sku"].to_numpy()]
        paid_day = pl.when("is_presale").then(pl.col("paid_t") // DAY).otherwise("day")
        never = pl.when(pl.col("paid_t") == NEVER).then(NEVER)
        self._open.append(
            lines.filter(pl.col("shop") != MINI).select(
                "shop",
                "day",
                "customer",
                source=pl.Series(_FLOW_SOURCE)[lines["flow"]].filter(lines["shop"] != MINI),
                style=pl.Series(style).filter(lines["shop"] != MINI),
                paid_day=never.otherwise(paid_day).cast(pl.Int64),
                cents=(pl.col("paid_amount") * 100).round().cast(pl.Int64),
            )
        )

    def rows(self, days: tuple[int, int], prices: Prices, taste: Array) -> pl.DataFrame:
        """The rows of a month whose orders, and those of all months before, were taken."""
        known = pl.concat(self._open)
        self._open = [known.filter(pl.col("paid_day").is_between(days[1], NEVER - 1))]
        random = self._arguments.random("traffic", days[0])
        shops = self._visitors(days, random)
        levels = (
            self._level(
                known,
                days,
                ["shop"],
                shops.group_by("day", "shop").agg(
                    (pl.col("visitors").sum() * _SAME).cast(pl.Int64)
                ),
            ),
            self._level(known, days, ["shop", "source"], shops),
            self._level(known, days, ["shop", "style"], _items(shops, prices, taste, random)),
        )
        whole = pl.concat([self._named(each) for each in levels])
        # The marketplace delivers its figures a day later than the others.
        late = (pl.col("shop") == JD) & (pl.col("day") == self._calendar.days - 1)
        return self._table(whole.filter(~late), random)

    def _visitors(self, days: tuple[int, int], random: np.random.Generator) -> pl.DataFrame:
        visits = random.poisson(self._visits[:, slice(*days)])
        flow, day = (each.ravel() for each in np.indices(visits.shape))
        frame = pl.DataFrame(
            {
                "day": day + days[0],
                "shop": FLOW_SHOP[flow],
                "source": _FLOW_SOURCE[flow],
                "visitors": visits.ravel(),
            }
        )
        own = frame.filter(pl.col("shop") != MINI)
        return own.group_by("day", "shop", "source", maintain_order=True).agg(
            pl.col("visitors").sum()
        )

    def _level(
        self, known: pl.DataFrame, days: tuple[int, int], by: list[str], visitors: pl.DataFrame
    ) -> pl.DataFrame:
        """Visitors and buyers by day and `by`; whoever buys has visited."""
        month = pl.col("day").is_between(days[0], days[1] - 1)
        ordered = (
            known.filter(month)
            .group_by("day", *by)
            .agg(order_buyers=pl.col("customer").n_unique().cast(pl.Int64))
        )
        paid = (
            known.drop("day")
            .rename({"paid_day": "day"})
            .filter(month)
            .group_by("day", *by)
            .agg(
                paying_buyers=pl.col("customer").n_unique().cast(pl.Int64),
                cents=pl.col("cents").sum(),
            )
        )
        keys = ["day", *by]
        joined = visitors.join(ordered, on=keys, how="full", coalesce=True).join(
            paid, on=keys, how="full", coalesce=True
        )
        counted = joined.with_columns(pl.exclude(keys).fill_null(0))
        buyers = pl.max_horizontal("order_buyers", "paying_buyers")
        return counted.with_columns(visitors=pl.max_horizontal("visitors", buyers)).sort(keys)

    def _named(self, level: pl.DataFrame) -> pl.DataFrame:
        source, style = "source" in level.columns, "style" in level.columns
        names = {
            "level": pl.lit("source" if source else "item" if style else "shop"),
            "traffic_source": word(_SOURCES, "source") if source else pl.lit("all"),
            "item_id": word(self._labels.style, "style") if style else pl.lit("all"),
        }
        counts = ("day", "shop", "visitors", "order_buyers", "paying_buyers", "cents")
        return level.select(*counts, **names)

    def _table(self, rows: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
        visitors = rows["visitors"].to_numpy()
        buyers = (
            rows.select(pl.max_horizontal("order_buyers", "paying_buyers")).to_series().to_numpy()
        )
        carts = buyers + random.binomial(visitors - buyers, _CARTS)
        favourites = carts + random.binomial(visitors - carts, _FAVOURITES)
        return rows.select(
            *_KEYS,
            traffic_date=on(self._calendar, "day"),
            shop_id=word([shop.shop_id for shop in SHOPS], "shop"),
            visitors="visitors",
            page_views=pl.Series(visitors + random.poisson(visitors * (_PAGES - 1))),
            favourite_visitors=pl.Series(favourites),
            cart_visitors=pl.Series(carts),
            order_buyers="order_buyers",
            paying_buyers="paying_buyers",
            paid_amount=pl.col("cents") / 100,
        )


def _items(
    shops: pl.DataFrame,
    prices: Prices,
    taste: Array,
    random: np.random.Generator,
) -> pl.DataFrame:
    """Visitors by style: a visitor looks at some of them, as they appeal."""
    totals = shops.group_by("day", "shop", maintain_order=True).agg(pl.col("visitors").sum())
    days, shop = totals["day"].to_numpy(), totals["shop"].to_numpy()
    first = int(days.min())
    wanted = prices.wanted(np.arange(first, int(days.max()) + 1))[days - first] * taste[shop]
    wanted /= np.maximum(wanted.sum(1, keepdims=True), 1e-9)
    seen = random.poisson(wanted * totals["visitors"].to_numpy()[:, None] * 1.7)
    row, style = np.nonzero(seen)
    return pl.DataFrame(
        {"day": days[row], "shop": shop[row], "style": style, "visitors": seen[row, style]}
    )
