"""How buyers come: for each shop the ways that lead into it, free and paid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from connectors.demo.places import DOUYIN, JD, MINI, SHOPS, STORES, TMALL


class Flow(NamedTuple):
    """One way into a shop.

    `share` is of the shop's first orders, `conversion` first orders a visit on a usual day. A paid
    one has a `curve`: what of yesterday's effect lasts, the exponent of the response, spend for
    each CNY that it brings, and how many times that the platform claims.
    """

    shop: int
    source: str
    mode: str
    channel: str
    share: float
    conversion: float
    curve: tuple[float, float, float, float] | None = None


SHELF, SELF_LIVE, CREATOR_LIVE, SHORT_VIDEO = "shelf", "self_live", "creator_live", "short_video"
FLOWS = (
    Flow(TMALL, "search", SHELF, "搜索", 0.30, 0.034),
    Flow(TMALL, "recommendation", SHELF, "首页推荐", 0.20, 0.024),
    Flow(TMALL, "live", SELF_LIVE, "店铺直播", 0.12, 0.036),
    Flow(TMALL, "live", CREATOR_LIVE, "达人直播", 0.06, 0.040),
    Flow(TMALL, "paid", SHELF, "直通车", 0.18, 0.030, (0.35, 0.9, 0.36, 1.9)),
    Flow(TMALL, "paid", SHELF, "引力魔方", 0.14, 0.021, (0.55, 1.1, 0.44, 2.4)),
    Flow(JD, "search", SHELF, "搜索", 0.50, 0.032),
    Flow(JD, "recommendation", SHELF, "首页推荐", 0.25, 0.022),
    Flow(JD, "paid", SHELF, "京准通", 0.25, 0.027, (0.40, 1.0, 0.40, 2.0)),
    Flow(DOUYIN, "live", SELF_LIVE, "自播", 0.24, 0.030),
    Flow(DOUYIN, "live", CREATOR_LIVE, "达人直播", 0.25, 0.036),
    Flow(DOUYIN, "recommendation", SHORT_VIDEO, "短视频", 0.16, 0.016),
    Flow(DOUYIN, "search", SHELF, "抖音商城", 0.10, 0.024),
    Flow(DOUYIN, "paid", SELF_LIVE, "千川", 0.25, 0.022, (0.30, 1.2, 0.46, 2.6)),
    Flow(MINI, "direct", SHELF, "公众号", 0.40, 0.046),
    Flow(MINI, "recommendation", SHELF, "社群", 0.28, 0.052),
    Flow(MINI, "paid", SHELF, "朋友圈广告", 0.20, 0.026, (0.45, 1.0, 0.42, 1.8)),
    Flow(MINI, "paid", SHELF, "小红书", 0.12, 0.024, (0.65, 1.2, 0.38, 1.6)),
    *(Flow(store, "direct", SHELF, "到店", 1.0, 0.19) for store in STORES),
)
FLOW_SHOP = np.array([flow.shop for flow in FLOWS])
PAID = [number for number, flow in enumerate(FLOWS) if flow.curve]
FLOW_SHARE = np.array([flow.share * SHOPS[flow.shop].share for flow in FLOWS])
CONVERSION = np.array([flow.conversion for flow in FLOWS])
RETURN_SHARE = np.array([0.0 if flow.curve else flow.share for flow in FLOWS])
"""Those who come again find the way without an advertisement."""
RETURN_CONVERSION = 0.10
"""Orders a visit of those who come again."""
ORDER_VALUE = 510.0
"""What a first order brings before refunds, about, CNY: budgets are planned with it."""


def flows_of(shop: int) -> list[int]:
    """The numbers of a shop's flows."""
    return [number for number, flow in enumerate(FLOWS) if flow.shop == shop]


def flow_named(shop: int, channel: str) -> int:
    """The number of the flow by which a channel leads into a shop."""
    return next(each for each in flows_of(shop) if FLOWS[each].channel == channel)
