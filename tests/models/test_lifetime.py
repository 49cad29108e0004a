"""BG/NBD, gamma-gamma and the season, on public data with published parameters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as any_
from scipy.special import hyp2f1

from metrics.models import lifetime
from metrics.models.buying import Buying, fit_buying
from metrics.models.doubt import points_around
from metrics.models.lifetime import expectations
from metrics.models.spending import fit_spending
from tests.models.purchases import History, auc, cdnow, daily, histories, uci, weekly

if TYPE_CHECKING:
    from pathlib import Path

    from tests.models.purchases import Purchase

CUT = date(1997, 10, 1)
LAST = date(1997, 9, 30)
END = date(1998, 7, 1)


@pytest.fixture(scope="module")
def sample() -> dict[str, History]:
    return histories(cdnow(), CUT, END)


@pytest.fixture(scope="module")
def customers(sample: dict[str, History]) -> pl.DataFrame:
    return weekly(sample, LAST)


@pytest.fixture(scope="module")
def retail(data: Path) -> list[Purchase]:
    assert (data / "online_retail").is_dir()
    return uci()


def test_buying_has_the_published_parameters(customers: pl.DataFrame) -> None:
    model = fit_buying(customers)
    found = (model.r, model.alpha, model.a, model.b)
    assert found == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=0.002)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.1)


def test_the_unit_of_time_does_not_matter(customers: pl.DataFrame) -> None:
    in_weeks = fit_buying(customers)
    in_days = fit_buying(customers.with_columns(pl.col("last") * 7, pl.col("age") * 7))
    assert in_days.alpha == pytest.approx(in_weeks.alpha * 7, rel=1e-3)
    assert (in_days.r, in_days.a, in_days.b) == pytest.approx(
        (in_weeks.r, in_weeks.a, in_weeks.b), rel=1e-3
    )


def test_spending_has_the_published_parameters(customers: pl.DataFrame) -> None:
    model = fit_spending(customers)
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)


def test_cdnow_s_second_39_weeks(customers: pl.DataFrame) -> None:
    """One forecast holds all three limits; at the best parameters the total is 12.15 % low."""
    expected = fit_buying(customers).expected(customers, 39.0)
    later = customers["later"]
    assert expected.sum() == pytest.approx(later.sum(), rel=0.12)
    naive = customers["repeats"] / customers["age"] * 39
    assert _mean_error(expected, later) <= 0.79
    assert _mean_error(naive, later) == pytest.approx(1.024, abs=0.001)
    assert auc(expected, later > 0) >= 0.77


def _mean_error(expected: pl.Series, later: pl.Series) -> float:
    return float(np.abs(expected.to_numpy() - later.to_numpy()).mean())


def test_what_is_expected_is_the_mean_over_the_doubt_of_the_parameters() -> None:
    """Around the minimum of a quadratic everything is known: mean, covariance, third moments."""
    random = np.random.default_rng(2)
    root = random.normal(size=(4, 4))
    curved, best = root @ root.T + 4 * np.eye(4), random.normal(size=4)
    points = np.array(points_around(best, lambda logs: curved @ (logs - best)))
    away = points - best
    assert points.mean(axis=0) == pytest.approx(best)
    assert away.T @ away / len(points) == pytest.approx(np.linalg.inv(curved + np.eye(4) / 4))
    assert np.einsum("ni,nj,nk->ijk", away, away, away) == pytest.approx(0, abs=1e-9)


def test_of_few_customers_the_doubt_is_wider(customers: pl.DataFrame) -> None:
    def spread(known: pl.DataFrame) -> float:
        return float(np.std([np.log(model.b) for model in fit_buying(known).around]))

    few = customers.sample(300, seed=4)
    assert spread(few) > 2 * spread(customers) > 0
    assert fit_buying(pl.concat([customers] * 9)).around == ()


def _check_expected(model: Buying, row: tuple[int, float, float], ahead: float) -> None:
    """Against the published form with its hypergeometric function, where that is stable."""
    x, last, age = row
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    z = ahead / (alpha + age + ahead)
    grown = ((alpha + age) / (alpha + age + ahead)) ** (r + x)
    top = (a + b + x - 1) / (a - 1) * (1 - grown * hyp2f1(r + x, b + x, a + b + x - 1, z))
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x else 0.0
    frame = pl.DataFrame({"repeats": [x], "last": [last], "age": [age]})
    assert model.expected(frame, ahead)[0] == pytest.approx(top / (1 + gone), rel=1e-8, abs=1e-10)


@given(
    x=any_.integers(0, 12),
    share=any_.floats(0.05, 1.0),
    age=any_.floats(1, 100),
    ahead=any_.floats(1, 100),
)
def test_expected_purchases_equal_the_published_form(
    x: int, share: float, age: float, ahead: float
) -> None:
    last = age * share if x else 0.0
    _check_expected(Buying(0.243, 4.414, 0.793, 2.426, 0), (x, last, age), ahead)


@pytest.mark.parametrize("a", [0.02, 1.0, 3.0])
def test_expected_purchases_equal_a_simulation(a: float) -> None:
    """The published form divides by a − 1; a draw of rates and stops does not."""
    model = Buying(0.7, 10.0, a, 4.0, 0)
    random = np.random.default_rng(5)
    rate, stop = random.gamma(0.7, 1 / 10.0, 400_000), random.beta(a, 4.0, 400_000)
    bought = float(np.mean(-np.expm1(-rate * stop * 30) / np.maximum(stop, 1e-300)))
    assert model.expected_since_first(np.array([30.0]))[0] == pytest.approx(bought, rel=0.01)


def test_who_bought_a_thousand_times_is_expected_to_go_on() -> None:
    frame = pl.DataFrame({"repeats": [1_000], "last": [365.0], "age": [365.5]})
    expected = Buying(0.7, 61.0, 0.018, 54.8, 0).expected(frame, 365.0)[0]
    assert expected == pytest.approx(1_000 * 365 / (61 + 365.5), rel=0.05)


class _Retail(NamedTuple):
    """A cut of UCI Online Retail and what followed."""

    expected: pl.Series
    later: list[int]

    @property
    def error(self) -> float:
        return float(self.expected.sum()) / sum(self.later) - 1


def _retail(purchases: list[Purchase], cut: date, end: date) -> _Retail:
    found = histories(purchases, cut, end)
    expected = expectations(daily(found), cut, (end - cut).days)
    by_customer = dict(expected.select("customer_id", "purchases").iter_rows())
    return _Retail(
        pl.Series([by_customer[each] for each in found]), [each.later for each in found.values()]
    )


def test_six_months_of_retail_against_six(retail: list[Purchase]) -> None:
    model = _retail(retail, date(2011, 6, 1), date(2011, 12, 1))
    assert abs(model.error) <= 0.10
    assert auc(model.expected, [each > 0 for each in model.later]) >= 0.715


@pytest.mark.parametrize("cut", [date(2011, 9, 1), date(2011, 9, 9), date(2011, 9, 19)])
def test_the_season_mends_the_last_quarter_of_retail(retail: list[Purchase], cut: date) -> None:
    end = min(cut + timedelta(days=92), date(2011, 12, 10))
    found = histories(retail, cut, end)
    statistics = weekly(found, cut)
    plain = fit_buying(statistics).expected(statistics, (end - cut).days / 7).sum()
    error = float(plain) / sum(each.later for each in found.values()) - 1
    assert error < -0.2
    assert abs(_retail(retail, cut, end).error) < 0.65 * abs(error)


def test_the_season_brings_cdnow_s_total_closer(sample: dict[str, History]) -> None:
    expected = expectations(daily(sample), CUT, (END - CUT).days)["purchases"].sum()
    assert expected == pytest.approx(sum(each.later for each in sample.values()), rel=0.05)


def test_spending_leans_on_all_until_a_customer_is_known(customers: pl.DataFrame) -> None:
    model = fit_spending(customers)
    known = pl.DataFrame({"purchases": [0, 1, 10, 1_000], "spend": [None, 100.0, 100.0, 100.0]})
    expected = model.expected(known).to_list()
    assert expected == sorted(expected)
    assert expected[0] == pytest.approx(model.v * model.p / (model.q - 1))
    assert expected[-1] == pytest.approx(100.0, rel=0.01)


def test_of_few_customers_nothing_is_expected(sample: dict[str, History]) -> None:
    few = daily(dict(list(sample.items())[:200]))
    assert expectations(few, CUT, 365)["sales"].null_count() == 200


def test_the_order_of_rows_does_not_matter(sample: dict[str, History]) -> None:
    rows = daily(sample)
    there = expectations(rows, CUT, 365)
    assert expectations(rows.sample(fraction=1, shuffle=True, seed=3), CUT, 365).equals(there)


def test_some_of_the_customers_tell_as_much(
    sample: dict[str, History], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = sum(each.later for each in sample.values())
    monkeypatch.setattr(lifetime, "MOST_CUSTOMERS", len(sample) // 2)
    expected = expectations(daily(sample), CUT, (END - CUT).days)
    assert expected.height == len(sample)
    assert expected["purchases"].sum() == pytest.approx(later, rel=0.12)
