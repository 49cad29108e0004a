"""`campaigns` and `ad_spend`: what advertising cost, and what the platforms claim for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.ads import ads_of, spread
from connectors.demo.clock import on, word
from connectors.demo.flows import FLOW_SHOP, FLOWS, ORDER_VALUE
from connectors.demo.places import JD, SHOPS
from connectors.demo.sales import CREATORS
from connectors.demo.seasons import HISTORY

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments
    from connectors.demo.assortment import Assortment
    from connectors.demo.labels import Labels
    from connectors.demo.marketing import Marketing
    from connectors.demo.seasons import Calendar

_SHOP_IDS = [shop.shop_id for shop in SHOPS]
_CLICKS_A_VISIT, _CLICK_RATE = 1.15, 0.024
_TOTALS = ["spend_cents", "impressions", "clicks", "claimed_cents", "claimed_orders"]
_WINDOWS = {"千川": 1, "小红书": 30, "朋友圈广告": 7, "直通车": 15, "引力魔方": 15, "京准通": 15}


def campaigns_table(marketing: Marketing, calendar: Calendar) -> pl.DataFrame:
    """The campaigns that ran at some time from the first day on."""
    flows = [each.flow for each in marketing.campaigns]
    frame = pl.DataFrame(
        {
            "number": np.arange(len(flows)),
            "flow": flows,
            "start": [each.start for each in marketing.campaigns],
            "end": [each.end for each in marketing.campaigns],
            "budget": [
                round(float(marketing.spend[e.flow, e.start + HISTORY : e.end + HISTORY].sum()), -2)
                for e in marketing.campaigns
            ],
        }
    )
    channel = word([flow.channel for flow in FLOWS], "flow")
    start = on(calendar, "start")
    return frame.filter(pl.col("end") > 0).select(
        campaign_id=pl.lit("C") + (pl.col("number") + 1).cast(pl.String).str.zfill(4),
        name=channel + " " + start.dt.strftime("%y%m%d"),
        channel=channel,
        shop_id=word(_SHOP_IDS, pl.lit(pl.Series(FLOW_SHOP)).gather(pl.col("flow"))),
        start_date=start,
        end_date=on(calendar, "end"),
        budget="budget",
    )


def ad_spend_table(
    arguments: Arguments,
    marketing: Marketing,
    calendar: Calendar,
    assortment: Assortment,
    labels: Labels,
) -> pl.DataFrame:
    """Spend by day, campaign and ad; claims are what the platform would like to have brought."""
    days = _days(arguments, marketing)
    late = (pl.col("shop") == JD) & (pl.col("day") == calendar.days - 1)
    ads = ads_of(arguments, marketing.campaigns, assortment)
    shown = days.filter(~late).join(ads, on="number", maintain_order="left_right")
    rows = spread(shown, _TOTALS).filter(pl.max_horizontal(_TOTALS) > 0)
    return rows.select(
        spend_date=on(calendar, "day"),
        campaign_id=pl.lit("C") + (pl.col("number") + 1).cast(pl.String).str.zfill(4),
        ad_id=pl.when(pl.col("ad") == 0)
        .then(pl.lit("all"))
        .otherwise(pl.lit("A") + pl.col("ad").cast(pl.String)),
        shop_id=word(_SHOP_IDS, "shop"),
        channel=word([flow.channel for flow in FLOWS], "flow"),
        creator_id=word(CREATORS, "creator"),
        style_id=word(labels.style, "style"),
        spend=pl.col("spend_cents") / 100,
        impressions="impressions",
        clicks="clicks",
        claimed_sales=pl.col("claimed_cents") / 100,
        claimed_orders="claimed_orders",
        claim_window_days=word([str(_WINDOWS.get(f.channel, 0)) for f in FLOWS], "flow").cast(
            pl.Int64
        ),
    )


def _days(arguments: Arguments, marketing: Marketing) -> pl.DataFrame:
    """What each campaign spent and claims by day; `_TOTALS` are whole numbers."""
    random = arguments.random("spending")
    running = marketing.campaign[:, HISTORY:] >= 0
    flow, day = np.nonzero(running)
    spend = marketing.spend[:, HISTORY:][flow, day]
    visits, orders = (
        random.poisson(each[:, HISTORY:][flow, day])
        for each in (marketing.visits, marketing.orders)
    )
    claims = np.array([flow.curve[3] if flow.curve else 0.0 for flow in FLOWS])[flow]
    claimed = random.poisson(orders * claims)
    clicks = np.round(visits * _CLICKS_A_VISIT).astype(np.int64)
    value = claimed * ORDER_VALUE * random.lognormal(0, 0.1, len(day))
    return pl.DataFrame(
        {
            "day": day,
            "flow": flow,
            "shop": FLOW_SHOP[flow],
            "number": marketing.campaign[:, HISTORY:][flow, day],
            "spend_cents": np.round(spend * 100).astype(np.int64),
            "impressions": clicks + random.poisson(clicks / _CLICK_RATE),
            "clicks": clicks,
            "claimed_cents": np.round(value * 100).astype(np.int64),
            "claimed_orders": claimed,
        }
    )
