"""Comparisons of members: who sold only before, and of which metrics."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from polars.testing import assert_frame_equal

from connectors.errors import UserError
from metrics import OTHER, Access, Query, run

if TYPE_CHECKING:
    from connectors.engines import Connector

EVERYONE = Access("unrestricted")
START, MIDDLE, END = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def test_who_sold_only_before_has_a_row_where_there_is_room(business: Connector) -> None:
    february = Query(("paid_sales",), MIDDLE, END, by=("sku",), compare="previous")

    def asked(top: int) -> set[tuple[Any, ...]]:
        return set(run(replace(february, top=top), EVERYONE, business).frame.rows())

    every = {("S5", 400, 0), ("S1", 240, 200), ("S6", 200, 0), (None, -30, 0), ("S2", 0, 50)}
    assert asked(9) == every
    assert asked(2) == {("S5", 400, 0), ("S1", 240, 200), (OTHER, 170, 50)}


def test_only_some_metrics_are_compared(business: Connector) -> None:
    whole = Query(("paid_sales", "buyers", "net_sales"), START, END, by=("sku",), compare="year")
    some = replace(whole, compared=("net_sales",))
    full, part = (run(each, EVERYONE, business).frame for each in (whole, some))
    assert part.columns == ["sku", "paid_sales", "buyers", "net_sales", "net_sales_year"]
    assert_frame_equal(part, full.select(part.columns))
    with pytest.raises(UserError, match="compared metric"):
        run(replace(whole, compared=("units",)), EVERYONE, business)
