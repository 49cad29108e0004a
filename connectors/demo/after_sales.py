"""What follows an order: `deliveries`, `returns`, `surveys` and `tickets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import at, numbered, word
from connectors.demo.flows import FLOWS
from connectors.demo.places import COURIERS, FIRST_STORE, REGIONS, SHOPS, WAREHOUSES
from connectors.demo.refunds import KINDS, NONE, QUALITY, REASONS, REFUND_ONLY, RETURN
from connectors.demo.sales import CREATORS
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.labels import Labels
    from connectors.demo.seasons import Calendar

_SHOP_IDS = [shop.shop_id for shop in SHOPS]
_HOUSES = [each[0] for each in WAREHOUSES]
_PROMISE = 48 * 3_600
_NO_ORDER, _FREIGHT_BACK = 0.005, 8.0
_ANSWERS = 0.045
_LATE_DAYS, _COMPLAINS = 4, 0.7
_TICKETS = ("size", "delivery", "quality", "refund", "product")


def deliveries_table(calendar: Calendar, lines: pl.DataFrame) -> pl.DataFrame:
    """One parcel for each order and warehouse of paid lines that were to be shipped."""
    sent = lines.filter(
        (pl.col("served") < FIRST_STORE)
        & (pl.col("paid_t") < calendar.end)
        & (~pl.col("before") | (pl.col("refund_t") >= calendar.end))
    )
    parcels = sent.unique(["order", "served"], keep="first", maintain_order=True)
    shipped, arrived = pl.col("ship_t") < calendar.end, pl.col("deliver_t") < calendar.end
    lost = shipped & (pl.col("deliver_t") == NEVER)
    status = pl.when(~shipped).then(pl.lit("waiting")).when(lost).then(pl.lit("lost"))
    return parcels.select(
        shop_id=word(_SHOP_IDS, "shop"),
        order_id="order_id",
        parcel_id=pl.lit("P") + pl.col("order_id") + pl.col("served").cast(pl.String),
        warehouse_id=word(_HOUSES, "served"),
        courier=word(COURIERS, "courier"),
        region=word(REGIONS, "region"),
        paid_at=at(calendar, "paid_t"),
        promised_pickup_at=at(calendar, "paid_t") + pl.duration(seconds=_PROMISE),
        shipped_at=at(calendar, "ship_t"),
        delivered_at=at(calendar, "deliver_t"),
        status=status.when(arrived).then(pl.lit("delivered")).otherwise(pl.lit("shipped")),
    )


def returns_table(
    arguments: Arguments, calendar: Calendar, lines: pl.DataFrame, labels: Labels
) -> pl.DataFrame:
    """Refunds and returns that were made by the last day."""
    made = lines.filter(
        (pl.col("kind") != NONE)
        & (pl.col("refund_t") < calendar.end)
        & (pl.col("paid_t") < calendar.end)
    )
    random = arguments.random("returns", int(lines["day"][0]) if lines.height else 0)
    known = pl.Series(random.random(made.height) >= _NO_ORDER)
    back = pl.col("kind") == RETURN
    pays = back & (pl.col("reason") == QUALITY)
    amount = (pl.col("paid_amount") * pl.col("share")).round(2)
    frame = made.with_columns(known=known).select(
        shop_id=word(_SHOP_IDS, "shop"),
        return_id=pl.lit("R") + pl.col("order_id"),
        line_id=pl.col("line").cast(pl.String),
        order_id=pl.when("known").then("order_id"),
        order_line_id=pl.when("known").then(pl.col("line").cast(pl.String)),
        requested_at=at(calendar, "request_t"),
        refunded_at=at(calendar, "refund_t"),
        kind=word(KINDS, "kind"),
        is_before_shipping="before",
        reason=word(REASONS, "reason"),
        is_quality=pl.col("reason") == QUALITY,
        mode=word([flow.mode for flow in FLOWS], "flow"),
        creator_id=word(CREATORS, "creator"),
        customer_id="customer_id",
        region=word(REGIONS, "region"),
        warehouse_id=word(_HOUSES, "served"),
        channel=word([flow.channel for flow in FLOWS], "flow"),
        quantity=pl.when(pl.col("before") | back).then("quantity").otherwise(0),
        resaleable_quantity=pl.when(back & pl.col("good")).then("quantity").otherwise(0),
        refund_amount=amount,
        freight_back=pl.when(pays).then(_FREIGHT_BACK).otherwise(0.0),
    )
    return pl.concat([frame, labels.of_skus(made["sku"].to_numpy())], how="horizontal")


def surveys_table(
    arguments: Arguments, calendar: Calendar, lines: pl.DataFrame, labels: Labels
) -> pl.DataFrame:
    """Answers of buyers whose order has arrived: lateness, faults and gaps cost points."""
    random = arguments.random("surveys", int(lines["day"][0]) if lines.height else 0)
    heads = lines.filter(pl.col("head") & (pl.col("deliver_t") < NEVER))
    asked = heads.filter(pl.Series(random.random(heads.height) < _ANSWERS))
    score = _scores(asked, random)
    frame = asked.with_columns(
        answered=pl.col("deliver_t")
        + pl.Series((random.gamma(2, 1.5, asked.height) * DAY).astype(int)),
        score=pl.Series(score),
        age=pl.Series(random.integers(18, 48, asked.height)),
    )
    group = pl.when(pl.col("score") >= 9).then(pl.lit("promoter"))  # noqa: PLR2004
    rows = frame.select(
        survey_id=pl.lit("nps_after_delivery"),
        answer_id=numbered("A", "order", 9),
        answered_at=at(calendar, "answered"),
        shop_id=word(_SHOP_IDS, "shop"),
        order_id="order_id",
        customer_id="customer_id",
        score=pl.col("score").cast(pl.Float64),
        nps_group=group.when(pl.col("score") >= 7)  # noqa: PLR2004
        .then(pl.lit("passive"))
        .otherwise(pl.lit("detractor")),
        is_proxy=pl.lit(value=False),
        age="age",
    )
    whole = pl.concat([rows, labels.of_skus(asked["sku"].to_numpy())], how="horizontal")
    return whole.filter(pl.col("answered_at").is_not_null())


def tickets_table(
    arguments: Arguments, calendar: Calendar, lines: pl.DataFrame, labels: Labels
) -> pl.DataFrame:
    """Requests to the customer service; returns and late parcels bring most of them."""
    random = arguments.random("tickets", int(lines["day"][0]) if lines.height else 0)
    late = ((lines["deliver_t"] - lines["paid_t"]).to_numpy() > _LATE_DAYS * DAY) & (
        lines["deliver_t"].to_numpy() < NEVER
    )
    returned = lines["kind"].to_numpy() > 0
    quality = returned & (lines["reason"].to_numpy() == QUALITY)
    chance = 0.03 + 0.10 * late + 0.07 * returned + 0.35 * quality
    asked = lines.filter(pl.Series(random.random(lines.height) < chance))
    kind = _ticket_kinds(asked, random)
    wait = random.lognormal(np.log(1.6), 1.3, asked.height) * 3_600
    after = (asked["deliver_t"] < NEVER).to_numpy() & (kind != len(_TICKETS) - 1)
    opened = np.where(
        after, asked["deliver_t"].to_numpy() + 5 * 3_600, asked["t"].to_numpy() + 1_800
    )
    frame = asked.with_columns(
        kind_of=pl.Series(kind),
        opened=pl.Series(opened),
        answered=pl.Series(opened + wait.astype(int)),
        closed=pl.Series(opened + (wait * (1 + random.gamma(2, 3, len(wait)))).astype(int)),
        after=pl.Series(after),
    )
    rows = frame.select(
        shop_id=word(_SHOP_IDS, "shop"),
        ticket_id=pl.lit("T") + pl.col("order_id") + pl.col("line").cast(pl.String),
        opened_at=at(calendar, "opened"),
        answered_at=at(calendar, "answered"),
        closed_at=at(calendar, "closed"),
        kind=word(_TICKETS, "kind_of"),
        order_id="order_id",
        customer_id="customer_id",
        sku_id=word(labels.sku, "sku"),
        is_after_sales="after",
    )
    return rows.filter(pl.col("opened_at").is_not_null())


def _scores(asked: pl.DataFrame, random: np.random.Generator) -> Array:
    took = (asked["deliver_t"] - asked["paid_t"]).to_numpy() / DAY
    liked = 8.9 + random.normal(0, 1.5, asked.height)
    liked -= 1.1 * np.maximum(took - 2.5, 0)
    kind = asked["kind"].to_numpy()
    liked -= 1.2 * (kind == RETURN) + 0.8 * (kind == REFUND_ONLY)
    liked -= 2.8 * ((kind > 0) & (asked["reason"].to_numpy() == QUALITY))
    liked -= 1.4 * asked["missed"].to_numpy()
    return np.clip(np.round(liked), 0, 10)


def _ticket_kinds(asked: pl.DataFrame, random: np.random.Generator) -> Array:
    took = (asked["deliver_t"] - asked["paid_t"]).to_numpy() / DAY
    drawn = random.choice(len(_TICKETS), asked.height, p=[0.35, 0.12, 0.06, 0.27, 0.20])
    slow = (took > _LATE_DAYS) & (took < DAY) & (random.random(asked.height) < _COMPLAINS)
    bad = (asked["kind"].to_numpy() > 0) & (asked["reason"].to_numpy() == QUALITY)
    return np.where(bad, 2, np.where(slow, 1, drawn))
