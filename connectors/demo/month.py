"""One month: what is wanted meets what is on the shelves, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from connectors.demo.buying import reorder
from connectors.demo.places import FIRST_STORE
from connectors.demo.refunds import RETURN
from connectors.demo.seasons import DAY, NEVER

if TYPE_CHECKING:
    from connectors.demo.arguments import Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.buying import Purchases
    from connectors.demo.plan import Plan
    from connectors.demo.stock import Stock

_MONDAY = 7


class House(NamedTuple):
    """Who runs the shelves: what there is, what is planned, what is bought, and the stock."""

    assortment: Assortment
    plan: Plan
    purchases: Purchases
    stock: Stock


def sell(house: House, lines: pl.DataFrame, days: tuple[int, int]) -> tuple[Array, pl.DataFrame]:
    """Serves the month's wanted lines, in their order, from the shelves.

    Args:
        house: the shelves; they are moved on by the month.
        lines: sorted by day, with the columns of their orders and refunds.
        days: the first day and the one after the last.

    Returns:
        The warehouse that serves each line, −1 where none can; and the rows of `stock_daily`
        with numbers for names.
    """
    stock = house.stock
    wanted = _wanted(lines, stock.skus)
    edges = np.searchsorted(lines["day"].to_numpy(), np.arange(days[0], days[1] + 1))
    served = np.full(lines.height, -1)
    closing = []
    for day in range(*days):
        stock.open_day(day)
        if day % _MONDAY == 0:
            _review(house, day)
        today = slice(edges[day - days[0]], edges[day - days[0] + 1])
        served[today] = _serve(stock, day, {name: each[today] for name, each in wanted.items()})
        stock.close_day(day)
        closing.append(_closing(stock, day))
    return np.where(served >= 0, served // stock.skus, -1), pl.concat(closing)


def _review(house: House, day: int) -> None:
    stock = house.stock
    stock.fill_stores(day, house.plan)
    stock.clear(day)
    central = slice(0, FIRST_STORE)
    lines = reorder(
        day, stock.recent()[central], stock.position()[central], house.assortment, house.purchases
    )
    if lines:
        stock.expect(lines)


def _wanted(lines: pl.DataFrame, skus: int) -> dict[str, Array]:
    """What the shelves have to know of each line; what fails at the checkout wants nothing."""
    of = {name: lines[name].to_numpy() for name in lines.columns}
    other = np.where(of["other"] >= 0, of["other"] * skus + of["sku"], -1)
    refunded = of["refund_t"] // DAY
    leaves = ~of["before"] & (of["ship_t"] < NEVER)
    dropped = of["is_presale"] & (of["paid_t"] == NEVER)
    return {
        "key": of["warehouse"] * skus + of["sku"],
        "other": other,
        "quantity": of["quantity"],
        "holds": (of["paid_t"] < NEVER) | of["is_presale"],
        "fails": of["fails"],
        "ship": np.where(leaves, of["ship_t"] // DAY, NEVER),
        "release": np.where(of["before"], refunded, np.where(dropped, of["due"], NEVER)),
        "request": np.where(of["kind"] == RETURN, of["request_t"] // DAY, NEVER),
        "good": np.where((of["kind"] == RETURN) & of["good"], refunded, NEVER),
        "bad": np.where((of["kind"] == RETURN) & ~of["good"], refunded, NEVER),
    }


def _serve(stock: Stock, day: int, wanted: dict[str, Array]) -> Array:
    works = np.flatnonzero(~wanted["fails"])
    own = {name: each[works] for name, each in wanted.items()}
    served = stock.sell(day, own["key"], own["other"], own["quantity"], own["holds"])
    kept = (served >= 0) & own["holds"]
    for name in ("ship", "release", "request", "good", "bad"):
        stock.schedule(name, own[name][kept], served[kept], own["quantity"][kept])
    result = np.full(len(wanted["key"]), -1)
    result[works] = served
    return result


def _closing(stock: Stock, day: int) -> pl.DataFrame:
    keys = stock.rows(day)
    return pl.DataFrame(
        {
            "day": np.full(len(keys), day, np.int32),
            "warehouse": (keys // stock.skus).astype(np.int32),
            "sku": (keys % stock.skus).astype(np.int32),
            "on_hand": stock.on_hand[keys],
            "reserved": stock.reserved[keys],
            "inbound": stock.inbound[keys],
            "returning": stock.returning[keys],
            "defective": stock.defective[keys],
            "since": stock.since[keys],
        }
    )
