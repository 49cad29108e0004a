"""What comes back: whether, when and why each line is refunded, before or after it has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.flows import CREATOR_LIVE, FLOWS, SELF_LIVE, SHORT_VIDEO
from connectors.demo.garments import GARMENTS
from connectors.demo.places import IS_STORE
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.incidents import Incident

NONE, REFUND_ONLY, RETURN = range(3)
KINDS = ("", "refund_only", "return")
REASONS = (
    "尺码不合适",
    "七天无理由",
    "不喜欢/效果不好",
    "与描述不符",
    "质量问题",
    "发货太慢",
    "拍错/不想要了",
    "信息填写错误",
)
FIRST_BEFORE = 5
QUALITY = 4
_REASON_SHARES = (0.36, 0.27, 0.20, 0.10, 0.07)
_MODES = {SELF_LIVE: 1.13, CREATOR_LIVE: 1.25, SHORT_VIDEO: 1.06}
_FLOW_FACTOR = np.array([_MODES.get(flow.mode, 1.0) for flow in FLOWS])
_BEFORE = np.where(np.isin([flow.mode for flow in FLOWS], (SELF_LIVE, CREATOR_LIVE)), 0.27, 0.20)
"""Share of a flow's refunds that are asked for before the goods have left."""
_IN_STORE = 0.09
_MOST = 0.62
_ONLY = 0.06
_RESALEABLE = 0.93
_LATE_DAYS, _LATE_FACTOR = 4.5, 1.25


def with_refunds(
    arguments: Arguments,
    lines: pl.DataFrame,
    assortment: Assortment,
    incidents: Sequence[Incident],
) -> pl.DataFrame:
    """`lines` (with their order's columns) and what would become of each if it is sold.

    Adds: kind (number in `KINDS`), before (it has not left), reason, request_t, refund_t, share of
    what was paid that is given back, good (it can be sold again), defect (a planted one is why).
    """
    random = arguments.random("refunds", int(lines["day"][0]))
    flow, count = lines["flow"].to_numpy(), lines.height
    chance = _chance(lines, assortment)
    defect = _defect(lines, assortment, incidents, random)
    shipped, paid = lines["ship_t"].to_numpy(), lines["paid_t"].to_numpy()
    in_store = IS_STORE[lines["shop"].to_numpy()]
    drawn, early = random.random(count), np.where(in_store, 0.0, chance * _BEFORE[flow])
    before = (drawn < early) & (paid < NEVER)
    after = ((drawn < chance) | defect) & ~before & (lines["deliver_t"].to_numpy() < NEVER)
    only = after & (random.random(count) < _ONLY) & ~in_store
    reason = np.where(before, _early_reasons(count, random), _late_reasons(count, random))
    reason = np.where(defect & after, QUALITY, reason)
    asked, given = _times(lines, before, only, random)
    # What is asked for too late to catch the parcel is not a refund before shipping.
    caught = before & (given < shipped)
    kind = np.where(caught | only, REFUND_ONLY, np.where(after, RETURN, NONE))
    good = (kind == RETURN) & (reason != QUALITY) & (random.random(count) < _RESALEABLE)
    share = np.where(only, np.round(random.choice([0.1, 0.2, 0.5, 1.0], count), 2), 1.0)
    return lines.with_columns(
        kind=pl.Series(kind),
        before=pl.Series(caught),
        reason=pl.Series(reason),
        request_t=pl.Series(np.where(kind == NONE, NEVER, asked)),
        refund_t=pl.Series(np.where(kind == NONE, NEVER, given)),
        share=pl.Series(share),
        good=pl.Series(good),
        defect=pl.Series(defect & after),
    )


def _chance(lines: pl.DataFrame, assortment: Assortment) -> Array:
    rate = np.array([garment.refunds for garment in GARMENTS])
    category = assortment.category[assortment.sku_style[lines["sku"].to_numpy()]]
    online = rate[category] * _FLOW_FACTOR[lines["flow"].to_numpy()]
    took = (lines["deliver_t"] - lines["paid_t"]).to_numpy() / DAY
    late = np.where((took > _LATE_DAYS) & (took < DAY), _LATE_FACTOR, 1.0)
    in_store = IS_STORE[lines["shop"].to_numpy()]
    return np.where(in_store, _IN_STORE, np.minimum(online * late * 1.04, _MOST))


def _defect(
    lines: pl.DataFrame,
    assortment: Assortment,
    incidents: Sequence[Incident],
    random: np.random.Generator,
) -> Array:
    hit = np.zeros(lines.height, dtype=bool)
    skc = assortment.sku_skc[lines["sku"].to_numpy()]
    for each in incidents:
        if each.kind == "quality_defect":
            chance = random.random(lines.height) < each.size
            hit |= each.covers(lines["t"].to_numpy()) & (skc == each.skc) & chance
    return hit


def _early_reasons(count: int, random: np.random.Generator) -> Array:
    return FIRST_BEFORE + random.choice(3, count, p=[0.25, 0.6, 0.15])


def _late_reasons(count: int, random: np.random.Generator) -> Array:
    return random.choice(FIRST_BEFORE, count, p=_REASON_SHARES)


def _times(
    lines: pl.DataFrame, before: Array, only: Array, random: np.random.Generator
) -> tuple[Array, Array]:
    """When the refund is asked for and given; goods are back when it is given."""
    count = lines.height
    paid, shipped = lines["paid_t"].to_numpy(), lines["ship_t"].to_numpy()
    early = paid + (random.beta(1, 2, count) * (shipped - paid)).astype(np.int64)
    wait = np.minimum(random.lognormal(np.log(2.4), 0.8, count), 15) * DAY
    late = lines["deliver_t"].to_numpy() + wait.astype(np.int64)
    back = random.lognormal(np.log(4.6), 0.35, count) * DAY
    handled = np.where(only, random.lognormal(np.log(0.8), 0.5, count) * DAY, back)
    asked = np.where(before, early, late)
    quick = (random.exponential(0.5, count) * 3_600).astype(np.int64) + 60
    given = np.where(before, early + quick, late + handled.astype(np.int64))
    return asked, given
