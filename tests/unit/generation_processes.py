"""What the tests of generations run in processes of their own, to be killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import polars as pl
from sqlalchemy import func, select

from connectors.engines import connect, duckdb_import, generations, is_empty, open_for_import
from connectors.schema import order_lines
from connectors.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import FrameType

SETTINGS = Settings()
LINES = 300
"""Lines of each order; their quantities are 0, 1, 2 …"""

# Forked from a process that has imported everything but started no threads: quick, and safe.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])


def lines_of(order: str) -> pl.DataFrame:
    """The lines of one order, as they are staged."""
    return pl.DataFrame({"quantity": range(LINES)}).with_columns(
        shop_id=pl.lit("s"),
        order_id=pl.lit(order),
        line_id=pl.col("quantity").cast(pl.String),
        __row=pl.col("quantity"),
        __order=pl.col("quantity"),
    )


def import_order(folder: str, order: str, started: Connection | None = None) -> float:
    """Imports one whole order; says so through `started` when it begins; returns its seconds."""
    lines = lines_of(order)
    if started:
        started.send("now")
    begin = time.perf_counter()
    with open_for_import(folder, SETTINGS, wait=60, what=f"order {order}") as writer:
        writer.stage(order_lines, lines)
        writer.merge(order_lines)
    return time.perf_counter() - begin


def whole_orders(folder: str) -> set[str]:
    """The orders in the warehouse, each of which must be there whole."""
    if is_empty(folder, SETTINGS):
        return set()
    c = order_lines.c
    counted = select(c.order_id, func.count(), func.sum(c.quantity)).group_by(c.order_id)
    rows = connect(folder, SETTINGS).frame(counted).rows()
    for order, lines, units in rows:
        assert (lines, units) == (LINES, sum(range(LINES))), order
    return {order for order, _, _ in rows}


def hold_a_lease(folder: str, started: Connection) -> None:
    """Reads, and then keeps its connector until it is killed."""
    connector = connect(folder, SETTINGS)
    started.send(connector.frame(select(func.count()).select_from(order_lines)).item())
    signal.pause()


def hold_an_import(folder: str, started: Connection) -> None:
    """Imports an order all but for the end, and stays there until it is killed."""
    with open_for_import(folder, SETTINGS, wait=0, what="order held") as writer:
        writer.stage(order_lines, lines_of("held"))
        writer.merge(order_lines)
        started.send("now")
        signal.pause()


def read_until(folder: str, orders: int, told: Connection) -> None:
    """Reads over and over until there are so many orders; tells each number that it sees."""
    seen = 0
    while seen < orders:
        if (number := len(whole_orders(folder))) != seen:
            told.send(number)
        seen = number


def die_while_publishing(folder: str, order: str, step: int) -> None:
    """Imports an order, and kills itself after the given step of making it the current one."""
    publish = generations.publish
    left = step

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal left
        caller = frame if event == "c_return" else frame.f_back
        if event in {"return", "c_return"} and caller and caller.f_code is publish.__code__:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched(*given: Any) -> None:
        sys.setprofile(count)
        publish(*given)
        sys.setprofile(None)

    with patch.object(duckdb_import, "publish", watched):
        import_order(folder, order)
