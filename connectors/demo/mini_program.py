"""`events`: every step of every visit to the mini-program, the shop that tells all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import at, numbered, word
from connectors.demo.flows import CONVERSION, FLOWS, flows_of
from connectors.demo.incidents import DEVICES
from connectors.demo.orders import day_seconds
from connectors.demo.places import MINI, REGION_SHARES, REGIONS, SHOPS
from connectors.demo.seasons import DAY, HISTORY, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.incidents import Incident
    from connectors.demo.labels import Labels
    from connectors.demo.marketing import Marketing
    from connectors.demo.seasons import Calendar

STEPS = ("view", "favourite", "cart", "checkout", "order", "pay")
VIEW, FAVOURITE, CART, CHECKOUT, ORDER, PAY = range(6)
_MORE_VIEWS, _FAVOURS, _CARTS, _CHECKS_OUT = 0.55, 0.05, 0.085, 0.30
_BUYER_CARTS, _EARLIER, _EARLIER_DAYS = 0.72, 0.7, 6.0
_DEVICE_SHARES = (0.58, 0.38, 0.04)


class MiniProgram:
    """Writes the events of a month after its orders are known."""

    def __init__(
        self,
        arguments: Arguments,
        calendar: Calendar,
        marketing: Marketing,
        incidents: Sequence[Incident],
        labels: Labels,
    ) -> None:
        self._arguments = arguments
        self._calendar = calendar
        self._marketing = marketing
        self._outages = [each for each in incidents if each.kind == "tracking_outage"]
        self._labels = labels
        self._sessions = 0
        self._visitors = 0

    def rows(
        self, lines: pl.DataFrame, wanted: pl.DataFrame, days: tuple[int, int]
    ) -> pl.DataFrame:
        """The events of the sessions that begin, or whose order is placed, in a month.

        Args:
            lines: the sold lines.
            wanted: all orders that buyers wanted to place, those that failed included.
            days: the first day and the one after the last.
        """
        random = self._arguments.random("events", days[0])
        own = lines.filter((pl.col("shop") == MINI) & pl.col("head"))
        failed = wanted.filter((pl.col("shop") == MINI) & pl.col("fails"))
        sessions = pl.concat(
            [
                _sessions(own, reached=ORDER),
                _sessions(failed.with_columns(sku=pl.lit(-1)), reached=CHECKOUT),
                self._earlier(own, random),
                self._others(days, own.height, random),
            ]
        )
        looked_at = random.choice(lines["sku"].to_numpy(), sessions.height)
        seen = pl.when(pl.col("sku") < 0).then(pl.Series(looked_at)).otherwise("sku")
        sessions = sessions.with_columns(sku=seen)
        sessions = self._numbered(sessions)
        steps = _steps(sessions, random).filter(pl.col("t") < self._calendar.end)
        return self._table(self._recorded(steps))

    def _earlier(self, own: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
        """Visits of buyers in the days before their order."""
        counts = random.poisson(_EARLIER, own.height)
        row = np.repeat(np.arange(own.height), counts)
        before = np.minimum(random.exponential(_EARLIER_DAYS, len(row)) + 0.02, 25) * DAY
        t = np.maximum(own["t"].to_numpy()[row] - before.astype(np.int64), 0)
        flows = flows_of(MINI)
        shares = np.array([FLOWS[each].share / CONVERSION[each] for each in flows])
        visits = own[row].select("customer", "region", "device", "sku")
        return _sessions(
            visits.with_columns(
                t=pl.Series(t),
                flow=pl.Series(random.choice(flows, len(row), p=shares / shares.sum())),
            ),
            reached=VIEW,
        )

    def _others(
        self, days: tuple[int, int], buying: int, random: np.random.Generator
    ) -> pl.DataFrame:
        """Visits of those who do not buy; visitors come one to three times in a month."""
        flows = flows_of(MINI)
        expected = self._marketing.visits[flows, HISTORY + days[0] : HISTORY + days[1]]
        expected = expected * max(1 - buying * (1 + _EARLIER) / max(expected.sum(), 1), 0.1)
        counts = random.poisson(expected)
        flow, day = (np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape))
        t = (day + days[0]) * DAY + day_seconds(len(day), random)
        device = random.choice(len(DEVICES), len(day), p=_DEVICE_SHARES)
        visitor = self._visitors + random.integers(0, max(len(day) * 2 // 3, 1), len(day))
        self._visitors += len(day)
        reached = _reached(len(day), random)
        return pl.DataFrame(
            {
                "t": t,
                "flow": np.array(flows)[flow],
                "customer": np.full(len(day), -1),
                "visitor": visitor,
                "region": random.choice(len(REGIONS), len(day), p=REGION_SHARES),
                "device": device,
                "sku": np.full(len(day), -1),
                "order": np.full(len(day), -1),
                "paid_t": np.full(len(day), NEVER),
                "reached": reached,
            },
        )

    def _numbered(self, sessions: pl.DataFrame) -> pl.DataFrame:
        first = self._sessions
        self._sessions += sessions.height
        number = np.arange(first, first + sessions.height)
        day = (sessions["t"] // DAY).to_numpy() + HISTORY
        campaign = self._marketing.campaign[sessions["flow"].to_numpy(), day]
        return sessions.with_columns(session=pl.Series(number), campaign=pl.Series(campaign))

    def _recorded(self, steps: pl.DataFrame) -> pl.DataFrame:
        for each in self._outages:
            steps = steps.filter(~pl.col("t").is_between(each.start * DAY, each.end * DAY - 1))
        return steps

    def _table(self, steps: pl.DataFrame) -> pl.DataFrame:
        known, order = pl.col("customer") >= 0, pl.col("order")
        signed_in = known & (pl.col("reached") >= CHECKOUT)
        head = pl.when(known).then(pl.lit("u")).otherwise(pl.lit("v"))
        visitor = pl.when(known).then("customer").otherwise("visitor")
        campaigns = [f"C{number + 1:04}" for number in range(len(self._marketing.campaigns))]
        return steps.select(
            shop_id=pl.lit(SHOPS[MINI].shop_id),
            event_id=pl.col("session").cast(pl.String) + "-" + pl.col("step").cast(pl.String),
            event_at=at(self._calendar, "t"),
            event_name=word(STEPS, "name"),
            visitor_id=numbered(head, visitor, 8),
            session_id=numbered("s", "session", 9),
            customer_id=numbered("MP", pl.when(signed_in).then("customer"), 8),
            order_id=numbered(
                "MP", pl.when((order >= 0) & (pl.col("name") >= ORDER)).then(order), 9
            ),
            device=word(DEVICES, "device"),
            region=word(REGIONS, "region"),
            channel=word([flow.channel for flow in FLOWS], "flow"),
            campaign_id=word(campaigns, "campaign"),
            sku_id=word(self._labels.sku, "sku"),
            skc_id=word(self._labels.products["skc_id"], "sku"),
            style_id=word(self._labels.products["style_id"], "sku"),
            category=word(self._labels.products["category"], "sku"),
        )


def _sessions(frame: pl.DataFrame, reached: int) -> pl.DataFrame:
    return frame.select(
        "t",
        pl.col("flow").cast(pl.Int64),
        pl.col("customer").cast(pl.Int64),
        pl.lit(-1, pl.Int64).alias("visitor"),
        pl.col("region").cast(pl.Int64),
        pl.col("device").cast(pl.Int64),
        pl.col("sku").cast(pl.Int64),
        pl.col("order").cast(pl.Int64) if reached >= ORDER else pl.lit(-1, pl.Int64).alias("order"),
        pl.col("paid_t") if reached >= ORDER else pl.lit(NEVER, pl.Int64).alias("paid_t"),
        pl.lit(reached, pl.Int64).alias("reached"),
    )


def _reached(count: int, random: np.random.Generator) -> Array:
    """How far those come who do not buy."""
    carts = random.random(count) < _CARTS
    checks_out = carts & (random.random(count) < _CHECKS_OUT)
    return np.where(checks_out, CHECKOUT, np.where(carts, CART, VIEW))


def _steps(sessions: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """One row a step; an order's own moments are kept, what leads to it lies before."""
    count, reached = sessions.height, sessions["reached"].to_numpy()
    order, t = reached >= ORDER, sessions["t"].to_numpy()
    carts = np.where(order, random.random(count) < _BUYER_CARTS, reached >= CART)
    there = {
        VIEW: np.ones(count, dtype=bool),
        FAVOURITE: random.random(count) < _FAVOURS,
        CART: carts,
        CHECKOUT: reached >= CHECKOUT,
        ORDER: order,
        PAY: order & (sessions["paid_t"].to_numpy() < NEVER),
    }
    begin = np.where(order, np.maximum(t - 420, t // DAY * DAY), t)
    gap = np.where(order, (t - begin) / 420, 1.0)
    moments = {VIEW: 0, FAVOURITE: 45, CART: 120, CHECKOUT: 240}
    parts = []
    for name, present in there.items():
        own = np.flatnonzero(present)
        when = begin[own] + (gap[own] * moments.get(name, 0)).astype(np.int64)
        exact = {ORDER: t, PAY: sessions["paid_t"].to_numpy()}
        when = exact[name][own] if name in exact else when
        parts.append(_step(sessions, own, name, name, when))
    again = np.flatnonzero(random.random(count) < _MORE_VIEWS)
    parts.append(
        _step(sessions, again, VIEW, len(STEPS), begin[again] + (gap[again] * 60).astype(np.int64))
    )
    return pl.concat(parts)


def _step(sessions: pl.DataFrame, own: Array, name: int, number: int, when: Array) -> pl.DataFrame:
    return (
        sessions[own]
        .drop("t")
        .with_columns(t=pl.Series(when), name=pl.lit(name), step=pl.lit(number))
    )
