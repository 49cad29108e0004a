"""What goes wrong, or right: eight planted incidents, some of them still going on at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from connectors.demo.flows import FLOWS, flow_named
from connectors.demo.places import (
    COURIERS,
    DOUYIN,
    GUANGZHOU,
    JD,
    MINI,
    REGIONS,
    SHOPS,
    TMALL,
    WAREHOUSES,
)
from connectors.demo.seasons import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.demo.arguments import Arguments, Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.labels import Labels
    from connectors.demo.seasons import Calendar

DEVICES = ("android", "ios", "desktop")
_ANY = -1


@dataclass(frozen=True)
class Incident:
    """One planted incident, from day `start` to before day `end`.

    The fields that say where are numbers of shops, flows and so on; −1 means all of them. What
    `size` means depends on the kind: see `SIZES`.
    """

    kind: str
    start: int
    end: int
    size: float
    shop: int = _ANY
    flow: int = _ANY
    style: int = _ANY
    skc: int = _ANY
    warehouse: int = _ANY
    region: int = _ANY
    courier: int = _ANY
    device: int = _ANY

    def covers(self, seconds: Array) -> Array:
        """Which moments (seconds after the first day began) lie within it."""
        within: Array = (seconds >= self.start * DAY) & (seconds < self.end * DAY)
        return within


SIZES = {
    "checkout_fault": "share of checkouts that fail",
    "warehouse_stop": "share of arrivals that wait until the end",
    "channel_fatigue": "share of the effect of spend that is lost",
    "viral_style": "times the usual orders of the style",
    "price_error": "share of the right price that is asked",
    "courier_delay": "days that parcels take longer",
    "tracking_outage": "share of sessions that are not recorded",
    "quality_defect": "more refunds, as a share of orders",
}


class _Sketch(NamedTuple):
    """An incident before its place in the calendar: it begins `before` days before the end."""

    kind: str
    before: int
    lasts: int
    size: float
    where: dict[str, int]


_PLANS = (
    _Sketch("checkout_fault", 4, 4, 0.65, {"shop": MINI, "device": DEVICES.index("android")}),
    _Sketch("warehouse_stop", 84, 16, 1.0, {"warehouse": GUANGZHOU}),
    _Sketch("channel_fatigue", 40, 40, 0.55, {"shop": JD, "flow": flow_named(JD, "京准通")}),
    _Sketch("viral_style", 24, 11, 7.0, {"shop": DOUYIN}),
    _Sketch("price_error", 112, 2, 0.1, {"shop": TMALL}),
    _Sketch("courier_delay", 13, 8, 3.0, {"courier": 1, "region": REGIONS.index("西南")}),
    _Sketch("tracking_outage", 150, 3, 1.0, {"shop": MINI}),
    _Sketch("quality_defect", 56, 56, 0.35, {}),
)
_ROOM = 200
_YOUNG = (0.05, 0.45)


def plan_incidents(arguments: Arguments, assortment: Assortment) -> tuple[Incident, ...]:
    """The incidents of a shop; in a short one they lie closer together."""
    near = min(1.0, arguments.days / _ROOM)
    return tuple(_planned(arguments, assortment, sketch, near) for sketch in _PLANS)


def incidents_table(
    incidents: Sequence[Incident], calendar: Calendar, labels: Labels
) -> pl.DataFrame:
    """The incidents as truth keeps them, with names for numbers; `end_date` is the day after."""
    dates = calendar.dates[-calendar.days :]
    return pl.DataFrame(
        {
            "kind": [each.kind for each in incidents],
            "start_date": [dates[each.start] for each in incidents],
            "last_date": [dates[min(each.end, calendar.days) - 1] for each in incidents],
            "size": [each.size for each in incidents],
            "size_means": [SIZES[each.kind] for each in incidents],
            "shop_id": [_name([s.shop_id for s in SHOPS], each.shop) for each in incidents],
            "channel": [_name([f.channel for f in FLOWS], each.flow) for each in incidents],
            "style_id": [_name(labels.style, each.style) for each in incidents],
            "skc_id": [_name(labels.skc, each.skc) for each in incidents],
            "warehouse_id": [_name([w[0] for w in WAREHOUSES], e.warehouse) for e in incidents],
            "region": [_name(REGIONS, each.region) for each in incidents],
            "courier": [_name(COURIERS, each.courier) for each in incidents],
            "device": [_name(DEVICES, each.device) for each in incidents],
        },
        schema_overrides=dict.fromkeys(
            ("shop_id", "channel", "style_id", "skc_id", "warehouse_id", "region", "courier"),
            pl.String,
        ),
    )


def _planned(
    arguments: Arguments, assortment: Assortment, sketch: _Sketch, near: float
) -> Incident:
    start = arguments.days - round(sketch.before * near)
    end = min(start + sketch.lasts, arguments.days)
    places = dict(sketch.where)
    random = arguments.random("incident", sketch.kind)
    if sketch.kind in {"viral_style", "price_error"}:
        places["style"] = _style(assortment, start, random)
    if sketch.kind == "quality_defect":
        of_style = assortment.skc_style == _style(assortment, start, random)
        places["skc"] = int(np.argmax(np.where(of_style, assortment.skc_share, -1.0)))
    return Incident(sketch.kind, start, end, sketch.size, **places)


def _style(assortment: Assortment, day: int, random: np.random.Generator) -> int:
    """One of the styles that have just passed their launch and sell well, but not best."""
    age = (day - assortment.launch) / assortment.life
    young = np.flatnonzero((age > _YOUNG[0]) & (age < _YOUNG[1]))
    if not len(young):
        young = np.flatnonzero(age > 0)
    ranked = young[np.argsort(-assortment.appeal[young], kind="stable")]
    return int(random.choice(ranked[: max(len(ranked) // 3, 1)]))


def _name(names: Sequence[str] | pl.Series, number: int) -> str | None:
    return None if number == _ANY else str(names[number])
