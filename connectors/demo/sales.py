"""`order_lines`: what was sold, for how much, and what selling it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import at, word
from connectors.demo.flows import CREATOR_LIVE, FLOWS
from connectors.demo.places import IS_STORE, MINI, REGIONS, SHOPS, WAREHOUSES
from connectors.demo.seasons import HISTORY, NEVER

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.labels import Labels
    from connectors.demo.prices import Prices
    from connectors.demo.seasons import Calendar

CREATORS = ("林小暖", "穿搭日记阿May", "大码女孩圆圆", "陈姐严选", "Yuki的衣橱", "韩系小鹿")
_CREATOR_SHARES = (0.28, 0.22, 0.16, 0.14, 0.12, 0.08)
ORDER_HEADS = pl.Series(["TM", "JD", "DY", "MP", "SH", "BJ", "CD", "WH"])
_FESTIVAL = np.array([1.0, 0.9, 0.85, 0.7, 0.3, 0.3, 0.3, 0.3])
_SUBSIDY = np.array([0.2, 0.25, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0])
"""Share of a festival's discount that the platform pays."""
_FEES = np.array([shop.fee for shop in SHOPS])
_FREIGHT = np.array([5.2, 5.8, 6.0, 5.6, 6.2, 7.2, 9.0])
_FREE_POSTAGE, _POSTAGE = 199, 10.0
_COMMISSION, _SLOT, _DEPOSIT, _PAYMENT = 0.2, 9.0, 0.1, 0.006
_NO_CHANNEL, _STRANGE_CHANNEL = 0.004, 0.002


def with_money(
    arguments: Arguments,
    calendar: Calendar,
    lines: pl.DataFrame,
    assortment: Assortment,
    prices: Prices,
) -> pl.DataFrame:
    """Sold lines with what they brought and cost, CNY: the amounts of `order_lines`.

    Adds as well `creator` (number, −1: none), `channel_state` (0 known, 1 missing, 2 strange).
    """
    random = arguments.random("money", int(lines["day"][0]) if lines.height else 0)
    of = {name: lines[name].to_numpy() for name in lines.columns}
    shop, style = of["shop"], assortment.sku_style[of["sku"]]
    gross, paid = of["quantity"] * of["price"], of["paid_t"] < NEVER
    off = calendar.discount()[HISTORY:][of["day"]] * _FESTIVAL[shop]
    own = random.choice([0.0, 0.03, 0.05, 0.08], len(gross), p=[0.4, 0.3, 0.2, 0.1])
    subsidy = np.round(gross * off * _SUBSIDY[shop], 2)
    value = np.round(gross * (1 - off - own), 2)
    head, online = of["head"], ~IS_STORE[shop]
    postage = np.where((shop == MINI) & head & (gross < _FREE_POSTAGE), _POSTAGE, 0.0)
    deposit = np.where(of["is_presale"], np.round(gross * _DEPOSIT, 2), np.nan)
    creator_live = np.array([flow.mode == CREATOR_LIVE for flow in FLOWS])[of["flow"]]
    drawn = random.choice(len(CREATORS), len(gross), p=_CREATOR_SHARES)
    creator = np.where(creator_live, _same_in_order(drawn, of["row"]), -1)
    dirt = _same_in_order(random.random(len(gross)), of["row"])
    sales = value + subsidy
    leaves = paid & online & (of["before"] == 0)
    clearance = prices.is_clearance(np.arange(calendar.days))[of["day"], style]
    cost = np.where(assortment.has_cost[style], assortment.cost[style], np.nan)
    costs = {
        "platform_fee": paid * sales * _FEES[shop],
        "creator_commission": paid * creator_live * value * _COMMISSION,
        "slot_fee": paid * creator_live * head * _SLOT,
        "freight_out": leaves * head * _FREIGHT[of["region"]],
        "freight_insurance": paid * online * head * 1.2,
        "payment_fee": paid * value * _PAYMENT,
    }
    amounts = {
        "tag_price": assortment.tag[style],
        "unit_cost": cost,
        "paid_amount": np.where(paid, value + postage, 0.0),
        "platform_subsidy": np.where(paid, subsidy, 0.0),
        "postage": np.where(paid, postage, 0.0),
        "deposit_amount": deposit,
        "balance_amount": np.where(of["is_presale"], value - np.nan_to_num(deposit), np.nan),
        **{name: np.round(each, 2) for name, each in costs.items()},
    }
    return lines.with_columns(
        **{name: pl.Series(each).fill_nan(None) for name, each in amounts.items()},
        creator=pl.Series(creator),
        clearance=pl.Series(clearance),
        channel_state=pl.Series(
            np.where(dirt < _NO_CHANNEL, 1, np.where(dirt < _NO_CHANNEL + _STRANGE_CHANNEL, 2, 0))
        ),
    )


def order_lines_table(calendar: Calendar, lines: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """The rows of `order_lines` that are known on the last day."""
    paid, now = pl.col("paid_t") < calendar.end, calendar.end
    leaves = ~pl.col("before") | (pl.col("refund_t") >= now)
    shipped = leaves & (pl.col("ship_t") < now)
    frame = lines.select(
        shop_id=word([shop.shop_id for shop in SHOPS], "shop"),
        order_id="order_id",
        line_id=pl.col("line").cast(pl.String),
        ordered_at=at(calendar, "t"),
        paid_at=at(calendar, "paid_t"),
        sold_at=at(calendar, pl.when("is_presale").then("paid_t").otherwise("t")),
        shipped_at=pl.when(shipped).then(at(calendar, "ship_t")),
        is_paid=paid,
        is_cancelled=(pl.col("paid_t") == NEVER) & ~pl.col("is_presale"),
        is_shipped=shipped,
        mode=word([flow.mode for flow in FLOWS], "flow"),
        creator_id=word(CREATORS, "creator"),
        customer_id="customer_id",
        region=word(REGIONS, "region"),
        warehouse_id=word([each[0] for each in WAREHOUSES], "served"),
        channel=_channel(),
        price_state=word(("full_price", "clearance"), pl.col("clearance").cast(pl.Int64)),
        quantity="quantity",
        unit_price="price",
        tag_price="tag_price",
        unit_cost="unit_cost",
        is_presale="is_presale",
        deposit_amount="deposit_amount",
        balance_amount="balance_amount",
        is_balance_paid=pl.when("is_presale").then(paid),
        **{name: pl.when(paid).then(name).otherwise(0.0) for name in PAID_AMOUNTS},
    )
    return pl.concat([frame, labels.of_skus(lines["sku"].to_numpy())], how="horizontal")


PAID_AMOUNTS = (
    "paid_amount",
    "platform_subsidy",
    "postage",
    "platform_fee",
    "creator_commission",
    "slot_fee",
    "freight_out",
    "freight_insurance",
    "payment_fee",
)
"""What only a paid line has; of a presale whose balance is due after the last day nothing yet."""


def _channel() -> pl.Expr:
    known = word([flow.channel for flow in FLOWS], "flow")
    strange = pl.lit("utm_unknown")
    return (
        pl.when(pl.col("channel_state") == 0)
        .then(known)
        .when(
            pl.col("channel_state") == 2  # noqa: PLR2004
        )
        .then(strange)
    )


def _same_in_order(drawn: Array, row: Array) -> Array:
    """What was drawn for the first line of each order, for all of its lines."""
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    lengths = np.diff([*starts, len(row)])
    same: Array = np.repeat(drawn[starts], lengths)
    return same
