"""What only a simulation knows, in `truth/*.parquet` of the warehouse: no page ever reads it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.clock import on, word
from connectors.demo.flows import CONVERSION, FLOW_SHOP, FLOWS, ORDER_VALUE, PAID
from connectors.demo.people import customer_id
from connectors.demo.places import SHOPS
from connectors.demo.seasons import HISTORY

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.demo.arguments import Arguments
    from connectors.demo.customers import Customers
    from connectors.demo.labels import Labels
    from connectors.demo.marketing import Marketing
    from connectors.demo.seasons import Calendar

ARGUMENTS = "arguments.json"
_SHOP_IDS = [shop.shop_id for shop in SHOPS]


class Truth:
    """Collects the truth while the shop is simulated, and writes it when it is whole."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._demand: list[pl.DataFrame] = []
        self._brought: list[pl.DataFrame] = []

    def take(self, wanted: pl.DataFrame, sold: pl.DataFrame) -> None:
        """Notes what a month's buyers wanted and got, and what advertising brought.

        Args:
            wanted: all lines, with `day`, `sku`, `quantity`, `served` (−1: not at all).
            sold: the sold ones, with their amounts.
        """
        got = pl.when(pl.col("served") >= 0).then("quantity").otherwise(0)
        self._demand.append(
            wanted.group_by("day", "sku")
            .agg(demand=pl.col("quantity").sum(), sold=got.sum())
            .sort("day", "sku")
        )
        paid = sold.filter(pl.col("is_first") & pl.col("flow").is_in(PAID))
        cents = (
            (pl.col("paid_amount") + pl.col("platform_subsidy") - pl.col("postage")) * 100
        ).round()
        self._brought.append(
            paid.group_by("day", "flow")
            .agg(orders=pl.col("order").n_unique().cast(pl.Int64), cents=cents.cast(pl.Int64).sum())
            .sort("day", "flow")
        )

    def write(
        self,
        folder: Path,
        arguments: Arguments,
        marketing: Marketing,
        customers: Customers,
        incidents: pl.DataFrame,
        labels: Labels,
    ) -> None:
        """Replaces the files of `folder`."""
        files = {
            "demand": self._demand_file(labels),
            "channels": self._channels_file(marketing),
            "curves": _curves(marketing),
            "customers": _customers(customers, self._calendar),
            "incidents": incidents,
        }
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, frame in files.items():
            frame.write_parquet(folder / f"{name}.parquet")
        text = json.dumps(arguments.as_json(), indent=2)
        (folder / ARGUMENTS).write_text(text + "\n", encoding="utf-8")

    def _demand_file(self, labels: Labels) -> pl.DataFrame:
        """`date`, `sku_id`, `demand` (units wanted) and `sold`."""
        return pl.concat(self._demand).select(
            date=on(self._calendar, "day"),
            sku_id=word(labels.sku, "sku"),
            demand="demand",
            sold="sold",
        )

    def _channels_file(self, marketing: Marketing) -> pl.DataFrame:
        """By day and channel: spend, what of it still works, and what it alone has brought.

        `expected_orders` is what chance varied; `orders` and `sales` are first orders as placed.
        """
        day = np.repeat(np.arange(self._calendar.days), len(PAID))
        flow = np.tile(PAID, self._calendar.days)
        frame = pl.DataFrame(
            {
                "day": day,
                "flow": flow,
                "shop": FLOW_SHOP[flow],
                "spend": marketing.spend[flow, day + HISTORY],
                "working_spend": marketing.stock[flow, day + HISTORY],
                "expected_visits": marketing.visits[flow, day + HISTORY],
                "expected_orders": marketing.orders[flow, day + HISTORY],
            }
        )
        joined = frame.join(pl.concat(self._brought), on=["day", "flow"], how="left")
        return joined.sort("day", "flow").select(
            date=on(self._calendar, "day"),
            shop_id=word(_SHOP_IDS, "shop"),
            channel=word([each.channel for each in FLOWS], "flow"),
            spend="spend",
            working_spend="working_spend",
            expected_visits="expected_visits",
            expected_orders="expected_orders",
            orders=pl.col("orders").fill_null(0),
            sales=pl.col("cents").fill_null(0) / 100,
        )


def _curves(marketing: Marketing) -> pl.DataFrame:
    """By channel: orders a day = most × w^exponent / (half^exponent + w^exponent), w working spend.

    w today = lasting × w yesterday + (1 − lasting) × spend today; `most_orders` holds on a day of
    the first year's usual lift.
    """
    curves = [FLOWS[flow].curve or (0.0, 0.0, 0.0, 0.0) for flow in PAID]
    usual = [float(marketing.half[flow]) for flow in PAID]
    return pl.DataFrame(
        {
            "shop_id": [_SHOP_IDS[FLOWS[flow].shop] for flow in PAID],
            "channel": [FLOWS[flow].channel for flow in PAID],
            "lasting": [curve[0] for curve in curves],
            "exponent": [curve[1] for curve in curves],
            "half_spend": usual,
            "most_orders": [
                2 * half / (curve[2] * ORDER_VALUE)
                for half, curve in zip(usual, curves, strict=True)
            ],
            "conversion": CONVERSION[PAID],
            "overclaim": [curve[3] for curve in curves],
        }
    )


def _customers(customers: Customers, calendar: Calendar) -> pl.DataFrame:
    """By customer: orders a year while they stay, the first order, the day they left for good."""
    frame = pl.DataFrame(
        {
            "customer": np.arange(len(customers.day)),
            "shop": FLOW_SHOP[customers.flow],
            "masked": customers.masked,
            "day": customers.day,
            "rate": customers.rate,
            "left": np.minimum(customers.left, calendar.days + 36_500).astype(np.int64),
        }
    )
    return frame.select(
        shop_id=word(_SHOP_IDS, "shop"),
        customer_id=customer_id(),
        first_date=on(calendar, "day"),
        orders_a_year="rate",
        left_date=on(calendar, "left"),
    )
