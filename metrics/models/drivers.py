"""Why a number changed: an exact account of its change over factors and over segments.

Every account is the Shapley value of a product: what a factor brings is the mean, over all orders
in which the factors could have changed one after the other, of what its change brought. Nothing is
left over, and no order is preferred. It says where a change lies, never what caused it.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]


class Sides(NamedTuple):
    """The same columns before and after, a row a segment; a segment may lack on either side."""

    then: pl.DataFrame
    now: pl.DataFrame


def shapley(then: Table, now: Table) -> Table:
    """What each factor adds to the change of the product of all.

    Args:
        then: a row a factor, a column a segment; any numbers, 0 and negative ones included.
        now: the same after.

    Returns:
        The same shape; each column adds up to the change of the column's product.
    """
    return np.stack(
        [
            (now[n] - then[n]) * _mean_of_others(np.delete(then, n, 0), np.delete(now, n, 0))
            for n in range(len(then))
        ]
    )


def _mean_of_others(then: Table, now: Table) -> Table:
    """The product of the other factors, averaged over all orders of change.

    In the product of (then + z · now) the coefficient of z to the k is the sum over all sets of k
    factors that have changed already; each order has one such set, and sets of a size weigh alike.
    """
    count = len(then)
    terms = np.zeros((count + 1, then.shape[1]))
    terms[0] = 1.0
    for old, new in zip(then, now, strict=True):
        terms[1:] = terms[1:] * old + terms[:-1] * new
        terms[0] *= old
    weights = [factorial(k) * factorial(count - k) / factorial(count + 1) for k in range(count + 1)]
    return np.array(weights) @ terms


def factor_account(sides: Sides, by: Sequence[str], factors: Sequence[str]) -> pl.DataFrame:
    """The change of the sum over segments of a product: traffic × conversion × … × price.

    Args:
        sides: `by` and the factors.
        by: what tells segments apart.
        factors: the first says how much there is of a segment and is 0 where it lacks; what is
            unknown of the others on one side counts as unchanged.

    Returns:
        `by`, `factor` and `amount`; the amounts add up to the change.
    """
    both = _joined(sides, by, factors)
    first, *others = factors
    then, now = ([both[f"{first}{side}"].fill_null(0.0).to_numpy()] for side in _SIDES)
    for name in others:
        old, new = (both[f"{name}{side}"] for side in _SIDES)
        then.append(old.fill_null(new).fill_null(0.0).to_numpy())
        now.append(new.fill_null(old).fill_null(0.0).to_numpy())
    amounts = shapley(np.stack(then), np.stack(now))
    parts = [
        both.select(*by, factor=pl.lit(name), amount=pl.Series(amount))
        for name, amount in zip(factors, amounts, strict=True)
    ]
    return pl.concat(parts)


def price_volume_mix(sides: Sides, by: Sequence[str], units: str, amount: str) -> pl.DataFrame:
    """The change of an amount: more units in all, other shares of the segments, other prices.

    Args:
        sides: `by`, `units` and `amount`.
        by: what tells segments apart.
        units: how much was sold.
        amount: for how much.

    Returns:
        `by`, `volume`, `mix` and `price`; all of them add up to the change. A segment's mix is
        against the mean price: to sell relatively more of what costs less lowers the amount.
    """
    weighed = _weighed(sides, by, units, amount)
    whole = [np.full_like(weighed.shares[0], total) for total in weighed.totals]
    volume, _, price = shapley(
        *(np.stack(each) for each in zip(whole, weighed.shares, weighed.rates, strict=True))
    )
    mix = shapley(
        *(np.stack(each) for each in zip(whole, weighed.shares, weighed.above, strict=True))
    )[1]
    return weighed.segments.with_columns(
        volume=pl.Series(volume), mix=pl.Series(mix), price=pl.Series(price)
    )


def ratio_account(
    sides: Sides, by: Sequence[str], numerator: str, denominator: str
) -> pl.DataFrame:
    """The change of a ratio: other ratios of the segments, and other shares of them.

    With Simpson's paradox the two have different signs: every segment's ratio may rise while that
    of all falls, because more of the whole now lies where the ratio is low.

    Args:
        sides: `by`, the numerator and the denominator.
        by: what tells segments apart.
        numerator: what the ratio counts.
        denominator: what it counts among.

    Returns:
        `by`, `rate` and `mix`; all of them add up to the change of the ratio.
    """
    weighed = _weighed(sides, by, denominator, numerator)
    rate = shapley(*(np.stack(each) for each in zip(weighed.shares, weighed.rates, strict=True)))[1]
    mix = shapley(*(np.stack(each) for each in zip(weighed.shares, weighed.above, strict=True)))[0]
    return weighed.segments.with_columns(rate=pl.Series(rate), mix=pl.Series(mix))


def segment_account(sides: Sides, by: Sequence[str], amount: str) -> pl.DataFrame:
    """The change of a sum over segments, the most remarkable first.

    Args:
        sides: `by` and the amount.
        by: what tells segments apart.
        amount: what adds up.

    Returns:
        `by`, `then`, `now`, `amount` (the change; all add up to that of the sum) and `beyond`: the
        change less what the segment would have brought had it changed as the middle of all did.
        Sorted by the size of `beyond`, so that none leads only because it is large.
    """
    both = _joined(sides, by, [amount]).fill_null(0.0)
    then, now = (pl.col(f"{amount}{side}") for side in _SIDES)
    alike = then * _usual_change(both[amount], both[f"{amount}_now"])
    found = both.select(*by, then=then, now=now, amount=now - then, beyond=now - then - alike)
    return found.sort(-pl.col("beyond").abs(), *by)


def _usual_change(then: pl.Series, now: pl.Series) -> float:
    """The relative change of the middle of all: half of what there was changed by no more."""
    known = pl.DataFrame({"then": then, "now": now}).filter(then > 0)
    if known.is_empty():
        return 0.0
    ranked = known.with_columns(change=pl.col("now") / pl.col("then") - 1).sort("change")
    middle = pl.col("then").cum_sum() * 2 >= pl.col("then").sum()
    return float(ranked.filter(middle)["change"][0])


_SIDES = ("", "_now")


def _joined(sides: Sides, by: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
    """Both sides by segment: each column, and the same with `_now`; null where a segment lacks."""
    then, now = (
        side.select(*by, *(pl.col(name).cast(pl.Float64) for name in columns)) for side in sides
    )
    if not by:
        return pl.concat([then, now.rename({n: f"{n}_now" for n in columns})], how="horizontal")
    return then.join(
        now, on=list(by), how="full", coalesce=True, nulls_equal=True, suffix="_now"
    ).sort(*by, nulls_last=True)


class _Weighed(NamedTuple):
    """Segments as shares of a whole and their rates, each before and after.

    `above` is the rate less the mean rate of all over both sides.
    """

    segments: pl.DataFrame
    totals: tuple[float, float]
    shares: tuple[Table, Table]
    rates: tuple[Table, Table]
    above: tuple[Table, Table]


def _weighed(sides: Sides, by: Sequence[str], weight: str, value: str) -> _Weighed:
    """A segment without weight on one side has there the rate of the other; it must have no value.

    A side without any weight has the shares of the other.
    """
    both = _joined(sides, by, [weight, value]).fill_null(0.0)
    weights = [both[f"{weight}{side}"].to_numpy() for side in _SIDES]
    values = [both[f"{value}{side}"].to_numpy() for side in _SIDES]
    totals = (float(weights[0].sum()), float(weights[1].sum()))
    shares = [
        weights[side if totals[side] else 1 - side] / (totals[side] or totals[1 - side] or 1.0)
        for side in (0, 1)
    ]
    known = [each != 0 for each in weights]
    own = [v / np.where(k, w, 1.0) for v, w, k in zip(values, weights, known, strict=True)]
    rates = [
        np.where(known[side], own[side], np.where(known[1 - side], own[1 - side], 0.0))
        for side in (0, 1)
    ]
    middle = sum(float(share @ rate) for share, rate in zip(shares, rates, strict=True)) / 2
    return _Weighed(
        both.select(*by),
        totals,
        (shares[0], shares[1]),
        (rates[0], rates[1]),
        (rates[0] - middle, rates[1] - middle),
    )
