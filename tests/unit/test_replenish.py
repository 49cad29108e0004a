"""What to order, move and clear, and how long it lasts: cases reckoned by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.claims import with_open
from metrics.cover import beside_wave, cover_by_size
from metrics.replenish import (
    PLACES,
    STATE,
    TO_KEEP,
    TO_LAST,
    band_counts,
    clear,
    moves_of,
    reorder,
    transfer,
    with_bands,
)

TODAY = date(2026, 5, 4)
_SCHEMA = dict.fromkeys(PLACES, pl.String) | dict.fromkeys(STATE, pl.Float64)


def _state(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows with what is not said unknown."""
    known = [{"sku": "a", "skc": "A", "warehouse": "w"} | row for row in rows]
    return pl.DataFrame([dict.fromkeys(_SCHEMA) | row for row in known], schema=_SCHEMA)


def _again(**more: Any) -> dict[str, Any]:
    """Goods that can be ordered again: safety stock 10, to order at 30, target 50, 2 a day."""
    plan = {"safety_stock": 10, "reorder_point": 30, "target_stock": 50, "forward_demand": 2}
    there = {"replenishable": "yes", "inbound": 0, "unit_cost": 7, "forward_sales": 80} | plan
    units = more.get("available")
    return there | {"water_stock": units, "covered_stock": units} | more


@pytest.mark.parametrize(
    ("available", "band"),
    [
        (-1, "out"),
        (0, "out"),
        (9, "critical"),
        (10, "low"),
        (29, "low"),
        (30, "healthy"),
        (100, "healthy"),
        (101, "over"),
    ],
)
def test_a_band_begins_where_the_one_below_it_ends(available: int, band: str) -> None:
    assert with_bands(_state(_again(available=available)))["band"].to_list() == [band]


@pytest.mark.parametrize(
    ("units", "band"),
    [(5, "critical"), (19, "critical"), (20, "low"), (39, "low"), (40, "healthy"), (81, "over")],
)
def test_goods_bought_once_stand_to_the_rest_of_their_season_with_what_is_coming(
    units: int, band: str
) -> None:
    once = {"replenishable": "no", "target_stock": 40, "forward_demand": 1, "available": 5}
    assert with_bands(_state(once | {"water_stock": units}))["band"].to_list() == [band]


def test_what_nobody_judges_has_no_band() -> None:
    unknown = {"available": 5, "water_stock": 5, "forward_demand": 1}
    dead = {"available": 0, "water_stock": 0, "forward_demand": 0, "target_stock": 0}
    rows = with_bands(_state(unknown, dead, _again(available=None)))
    assert rows["band"].to_list() == [None, None, None]
    assert band_counts(rows).is_empty()


def test_an_order_fills_up_to_the_target_over_all_places() -> None:
    rows = _state(
        _again(available=20, warehouse="w"),
        _again(available=15, warehouse="v", inbound=4),
        _again(available=31, sku="b"),
        _again(available=1, sku="c", replenishable="no"),
        _again(available=1, sku="d", reorder_point=None),
        _again(available=1, sku="e", unit_cost=None),
    )
    got = reorder(rows, TODAY).rows(named=True)
    assert [each["sku"] for each in got] == ["a", "e"]
    first, last = got
    assert (first["order_units"], first["order_cost"]) == (61, 427)  # 100 − 39, at 7
    assert first["days_of_cover"] == pytest.approx(35 / 4)
    assert (last["order_units"], last["order_cost"]) == (49, None)


def test_an_order_says_when_stock_is_out_where_demand_is_known() -> None:
    """At two a day, known well, and nearly without chance, 20 units last ten days."""
    sure = {"expected_demand": 2, "demand_variance": 2.002, "demand_doubt": 1e-6}
    rows = _state(_again(available=20, **sure), _again(available=1, sku="b"))
    known, unknown = reorder(rows, TODAY).rows(named=True)
    assert abs((known["stockout_date"] - TODAY).days - 10) <= 1
    assert known["stockout_date"] < known["stockout_late"]
    assert unknown["stockout_date"] is None


def test_a_transfer_takes_what_56_days_do_not_need_to_where_28_are_not_covered() -> None:
    full = _again(warehouse="full", available=200, forward_demand=1, forward_sales=30)
    rows = _state(
        full,  # keeps 56, spares 144
        _again(warehouse="dry", available=6, forward_demand=2, forward_sales=100),  # wants 50
        _again(warehouse="low", available=-3, forward_demand=4, inbound=2),  # wants 110
        full | {"sku": "b"},
    )
    got = transfer(rows).select("origin", "warehouse", "move_units", "saved_sales").rows()
    assert got == [("full", "low", 110, 2200), ("full", "dry", 34, 1700)]
    kept = {place: moves_of(transfer(rows), (place,)).height for place in ("full", "dry", "else")}
    assert kept == {"full": 2, "dry": 1, "else": 0}
    assert moves_of(transfer(rows), ()).height == len(got)


def test_what_is_not_known_is_no_reason_to_move() -> None:
    rows = _state(
        _again(warehouse="full", available=200, forward_demand=None),
        _again(warehouse="dry", available=0),
    )
    assert transfer(rows).is_empty()


@given(
    st.lists(
        st.tuples(st.integers(-5, 400), st.floats(0, 5), st.integers(0, 50)),
        min_size=1,
        max_size=6,
    )
)
def test_nobody_gives_what_it_needs_nor_gets_more_than_it_lacks(
    places: list[tuple[int, float, int]],
) -> None:
    rows = _state(
        *(
            _again(warehouse=str(n), available=units, forward_demand=demand, inbound=coming)
            for n, (units, demand, coming) in enumerate(places)
        )
    )
    moves = transfer(rows)
    assert (moves["move_units"] > 0).all()
    for n, (units, demand, coming) in enumerate(places):
        gone = moves.filter(origin=str(n))["move_units"].sum()
        got = moves.filter(warehouse=str(n))["move_units"].sum()
        assert not (gone and got)
        assert gone <= max(0, units - demand * TO_KEEP) + 1e-6
        assert got <= max(0, demand * TO_LAST - max(units, 0) - coming) + 1e-6


def test_what_is_old_and_more_than_twice_the_target_is_cleared() -> None:
    rows = _state(
        _again(available=101, stock_value_over_90=10),
        _again(available=100, stock_value_over_90=10, sku="b"),
        _again(available=500, stock_value_over_90=0, sku="c"),
        _again(available=3, stock_value_over_90=21, sku="d", target_stock=0, forward_demand=0),
        _again(available=9, stock_value_over_90=21, sku="e", target_stock=None),
    )
    got = clear(rows).select("sku", "clear_units", "clear_value", "days_of_cover").rows()
    assert got == [("a", 51, 357, 50.5), ("d", 3, 21, None)]


def test_cover_is_stock_over_demand_and_gaps_come_first() -> None:
    rows = _state(
        _again(sku="a1", size="S", core_size="yes", available=10, warehouse="w"),
        _again(sku="a1", size="S", core_size="yes", available=2, warehouse="v"),
        _again(sku="b1", skc="B", size="S", core_size="yes", available=0, forward_sales=5),
        _again(sku="b2", skc="B", size="L", core_size="no", available=0, forward_demand=0),
        _again(sku="c1", skc="C", size="S", core_size="yes", available=1, forward_sales=1),
    )
    cells = cover_by_size(rows, 2)
    assert cells.select("skc", "size", "available", "days_of_cover", "missing").rows() == [
        ("B", "L", 0, None, False),
        ("B", "S", 0, 0, True),
        ("A", "S", 12, 3, False),
    ]


def test_a_sku_is_ahead_of_its_wave_by_the_difference_of_their_shares() -> None:
    rows = _state({"sku": "a", "year_season": "24W", "wave": "1"}, {"sku": "b"})
    skus = pl.DataFrame({"sku": ["b", "a"], "sell_through": [0.5, 0.7]})
    waves = pl.DataFrame(
        {"year_season": ["24W", None], "wave": ["1", None], "sell_through": [0.6, 0.1]}
    )
    got = beside_wave(rows, skus, waves).select(
        "sku", "sku_sell_through", "wave_sell_through", "ahead"
    )
    assert got.rows() == [("a", 0.7, 0.6, pytest.approx(0.1)), ("b", 0.5, None, None)]


def test_a_day_is_open_until_the_window_of_its_claims_is_over() -> None:
    days = [date(2026, 5, day) for day in (1, 2, 3, 9)]
    frame = pl.DataFrame(
        {"period": days, "partial": [False, False, False, True], "claim_window": [7, 7, None, 0]},
        schema_overrides={"claim_window": pl.Int64},
    )
    got = with_open(frame, "day", datetime(2026, 5, 9))  # noqa: DTZ001 (local clock time)
    assert got["open"].to_list() == [False, True, False, True]
