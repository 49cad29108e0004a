"""Exceptions on days whose truth is known: what runs off is found, and its money is right."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from metrics import METRICS, Access, Result
from metrics.exceptions import HISTORY, exceptions, worst
from metrics.watches import WATCHED, Exceptional, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrics import Query

_END = date(2024, 7, 1)
_SHOPS = ("a", "b", "c", "d")
_SALES = Watch("share", "paid_sales", ("shop",))
_RATE = Watch("rate", "discount_rate", ("style",), "tag_value")


def _answer(query: Query, frame: pl.DataFrame) -> Result:
    """What lies in the question's range: answers keep to it, whatever is asked."""
    if query.grain:
        frame = frame.filter(pl.col("period").is_between(query.start, query.end, "left"))
    return Result(frame, (), tuple, datetime(2024, 7, 1), "CNY")  # noqa: DTZ001 (local clock)


def _days() -> list[date]:
    return [_END - HISTORY + timedelta(days=n) for n in range(HISTORY.days)]


def _shops(change: dict[str, float], days: int, seed: int = 1) -> Callable[[Query], Result]:
    """Four shops under one weather; some change by a factor in the last days."""
    random = np.random.default_rng(seed)
    weather = np.exp(np.cumsum(random.normal(0, 0.1, HISTORY.days)))
    rows = []
    for place, shop in enumerate(_SHOPS):
        noise = np.exp(random.normal(0, 0.06, HISTORY.days))
        for n, day in enumerate(_days()):
            weekend = 1.4 if day.weekday() >= 5 else 1.0
            value = 10_000 * (place + 1) * weekend * weather[n] * noise[n]
            value *= change.get(shop, 1.0) if n >= HISTORY.days - days else 1.0
            rows.append((day, shop, value))
    frame = pl.DataFrame(rows, schema=["period", "shop", "paid_sales"], orient="row")
    return lambda query: _answer(query, frame.select("period", *query.by, *query.metrics))


def _found(ask: Callable[[Query], Result], watch: Watch = _SALES) -> tuple[Exceptional, ...]:
    return exceptions(ask, Access("all"), _END, watched=(watch,))


@pytest.mark.parametrize("days", [1, 2, 5])
def test_a_shop_that_breaks_away_is_found_with_what_it_lost(days: int) -> None:
    ask = _shops({"c": 0.4}, days)
    (found,) = _found(ask)
    assert found.members == ("c",)
    assert found.start == _END - timedelta(days=days)
    daily = ask(_asked()).frame.filter(pl.col("period") >= found.start, pl.col("shop") == "c")
    lost = float(daily["paid_sales"].sum()) * (
        1 - 1 / 0.4
    )  # what it would have had, less what it has
    assert found.money == pytest.approx(lost, rel=0.25)  # its own noise of a day is a tenth of it
    assert found.actual == pytest.approx(daily["paid_sales"].sum())


def _asked() -> Query:
    from metrics import Query

    return Query(("paid_sales",), _END - HISTORY, _END, by=("shop",))


def test_weather_over_all_is_no_exception() -> None:
    calm = [_found(_shops({}, 0, seed)) for seed in range(20)]
    assert sum(map(len, calm)) <= 4
    assert _found(_shops(dict.fromkeys(_SHOPS, 0.3), 3)) == ()


def test_a_wrong_price_costs_the_difference_on_what_was_sold() -> None:
    days = _days()
    rate = [0.8 if n < len(days) - 2 else 0.1 for n in range(len(days))]
    wobble = np.random.default_rng(3).normal(0, 0.01, len(days))
    frame = pl.DataFrame(
        {"period": days, "style": "s", "discount_rate": rate + wobble, "tag_value": 1_000.0}
    )
    (found,) = _found(lambda query: _answer(query, frame), _RATE)
    assert found.start == _END - timedelta(days=2)
    assert found.money == pytest.approx(2 * 1_000 * (0.1 - 0.8), rel=0.05)
    assert found.actual == pytest.approx(0.1, abs=0.03)
    assert found.expected == pytest.approx(0.8, abs=0.03)


def test_what_was_just_launched_has_no_expectation() -> None:
    launched = [0.0] * (HISTORY.days - 20) + [5_000.0] * 20
    old = [9_000.0 + n % 7 for n in range(HISTORY.days)]
    frame = pl.concat(
        pl.DataFrame({"period": _days(), "shop": name, "paid_sales": values})
        for name, values in (("new", launched), ("old", old), ("older", old))
    )
    assert _found(lambda query: _answer(query, frame)) == ()


def test_what_was_just_launched_can_go_viral() -> None:
    launched = [0.0] * (HISTORY.days - 12) + [500.0 + n for n in range(10)] + [6_000.0] * 2
    old = [90_000.0 + n % 7 for n in range(HISTORY.days)]
    frame = pl.concat(
        pl.DataFrame({"period": _days(), "shop": name, "paid_sales": values})
        for name, values in (("new", launched), ("old", old), ("older", old))
    )
    found = {each.members: each for each in _found(lambda query: _answer(query, frame))}
    assert found["new",].start == _END - timedelta(days=2)
    assert found["new",].money == pytest.approx(2 * 5_500, rel=0.1)


@pytest.mark.parametrize(("left", "found"), [(0, 0), (3, 0), (40, 1), (None, 1)])
def test_a_style_that_has_left_is_not_missed(left: int | None, found: int) -> None:
    rows = [
        (day, style, 0.0 if style == "old" and n >= HISTORY.days - 4 else 500.0 + n % 5)
        for n, day in enumerate(_days())
        for style in ("old", "kept", "also", "more")
    ]
    sales = pl.DataFrame(rows, schema=["period", "style", "paid_sales"], orient="row")
    stock = pl.DataFrame({"style": ["old"], "available": pl.Series([left], dtype=pl.Int64)})

    prices = pl.DataFrame({"style": ["old"], "unit_value": [100.0]})
    answers = {"available": stock, "unit_value": prices, "paid_sales": sales}

    def ask(query: Query) -> Result:
        return _answer(query, answers[query.metrics[0]])

    assert len(_found(ask, Watch("share", "paid_sales", ("style",)))) == found


def test_the_worst_differ() -> None:
    """At most two of a watch and two gains, and a second of a watch behind a fifth of it."""

    def made(watch: Watch, member: str, money: float) -> Exceptional:
        return Exceptional(watch, (member,), _END, 0.0, 0.0, money)

    last = WATCHED[-1]
    found = [made(_SALES, "a", -9.0), made(_RATE, "b", 8.0), made(_SALES, "c", 7.0)]
    found += [made(_SALES, "d", -6.0), made(_RATE, "e", -5.0)]
    found += [made(last, "f", 4.0), made(last, "g", -3.0)]
    assert [each.money for each in worst(found, 5)] == [-9.0, 8.0, 7.0, -5.0, -3.0]
    assert [each.money for each in worst(found, 3)] == [-9.0, 8.0, -3.0]


def test_a_member_is_told_once() -> None:
    """A wrong price sells more of the style as well: one line leads there."""
    style = Watch("share", "paid_sales", ("style",))
    found = [Exceptional(each, ("s",), _END, 0.0, 0.0, -1.0) for each in (_RATE, style)]
    assert worst(found, 5) == (found[0],)


def test_what_is_hidden_is_not_watched() -> None:
    def never(query: Query) -> Result:
        raise AssertionError(query)

    access = Access("some", metrics=frozenset({"orders"}))
    assert exceptions(never, access, _END) == ()


def test_all_that_is_watched_exists() -> None:
    names = {
        name for each in WATCHED for name in (each.metric, each.basis, each.worth, each.reached)
    }
    assert names - {None} <= METRICS.keys()


def _channels(loss: float, days: int, seed: int) -> Callable[[Query], Result]:
    """Four channels whose spend goes up and down, and brings clicks by its root, but for chance."""
    random = np.random.default_rng(seed)
    rows = []
    for channel in _SHOPS:
        for n, day in enumerate(_days()):
            spend = 1_000 * float(np.exp(random.normal(0, 0.4)))
            hit = loss if channel == "c" and n >= HISTORY.days - days else 0.0
            usual = 6 * spend**0.5 * float(np.exp(random.normal(0, 0.08)))
            rows.append((day, channel, spend, float(random.poisson(usual * (1 - hit)))))
    frame = pl.DataFrame(rows, schema=["period", "channel", "spend", "clicks"], orient="row")
    worth = pl.DataFrame({"channel": _SHOPS, "claimed_roas": [3.0] * 4})
    return lambda query: _answer(query, worth if query.metrics == ("claimed_roas",) else frame)


_CLICKS = Watch("response", "clicks", ("channel",), "spend", worth="claimed_roas")


@pytest.mark.parametrize("seed", range(5))
def test_a_channel_that_fades_is_told_by_what_its_spend_no_longer_brings(seed: int) -> None:
    ask = _channels(0.55, 2, seed)
    found = {each.members: each for each in _found(ask, _CLICKS)}
    daily = ask(_asked()).frame.filter(pl.col("period") >= _END - timedelta(days=2))
    spend = float(daily.filter(pl.col("channel") == "c")["spend"].sum())
    assert found["c",].start == _END - timedelta(days=2)
    assert found["c",].actual / found["c",].expected == pytest.approx(0.45, abs=0.1)
    assert found["c",].money == pytest.approx(-0.55 * spend * 3.0, rel=0.25)


def test_spend_that_goes_up_and_down_is_no_exception() -> None:
    calm = [_found(_channels(0.0, 0, seed), _CLICKS) for seed in range(20)]
    assert sum(map(len, calm)) <= 4
