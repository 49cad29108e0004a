"""The yardsticks of customer value, RFM, NPS and accounts of change, on public data."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from metrics.models.buying import fit_buying
from metrics.models.drivers import Sides, segment_account, shapley
from metrics.models.lifetime import expectations
from metrics.models.nps import with_intervals
from metrics.models.rfm import scored
from metrics.models.spending import fit_spending
from tests.bench.marks import Mark
from tests.models.purchases import UCI, auc, cdnow, daily, histories, uci, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.models.purchases import Purchase

CUSTOMERS = 500_000
_CUT, _END = date(1997, 10, 1), date(1998, 7, 1)


def marks() -> Iterator[Mark]:
    """Every yardstick, in the order of the models."""
    yield from _cdnow()
    if UCI.is_dir():
        yield from _retail(uci())
    yield Mark("500,000 customers: fit and expect, s of a processor", _seconds(), most=5)
    yield from _coverage()
    yield Mark("Shapley: residual", _residual(), most=1e-9)
    yield Mark("Planted shock ranked first, share of 1,000 trials", _found(), least=0.9)


def _cdnow() -> Iterator[Mark]:
    found = histories(cdnow(), _CUT, _END)
    customers = weekly(found, date(1997, 9, 30))
    later = customers["later"]
    model, spend = fit_buying(customers), fit_spending(customers)
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    for name, value in published.items():
        ours = getattr(model, name)
        yield Mark(f"CDNOW BG/NBD {name}", ours, value - 0.002, value + 0.002)
    yield Mark("CDNOW BG/NBD log-likelihood", model.log_likelihood, -9582.5, -9582.3)
    for name, value in {"p": 6.25, "q": 3.74, "v": 15.44}.items():
        yield Mark(f"CDNOW gamma-gamma {name}", getattr(spend, name), value - 0.01, value + 0.01)
    expected = model.expected(customers, 39.0)
    seasonal = expectations(daily(found), _CUT, (_END - _CUT).days)["purchases"]
    total = float(later.sum())
    yield Mark("CDNOW 39 weeks: total", float(expected.sum()) / total - 1, -0.12, 0.12)
    error = float(np.abs(expected.to_numpy() - later.to_numpy()).mean())
    yield Mark("CDNOW 39 weeks: MAE of the same (naive 1.024)", error, most=0.79)
    yield Mark("CDNOW 39 weeks: AUC of the same", auc(expected, later > 0), least=0.77)
    error = float(seasonal.sum()) / total - 1
    yield Mark("CDNOW 39 weeks: total, with the season", error, -0.12, 0.12)


def _retail(purchases: list[Purchase]) -> Iterator[Mark]:
    error, ranked = _holdout(purchases, date(2011, 6, 1), date(2011, 12, 1))
    yield Mark("UCI six months against six: total", error, -0.1, 0.1)
    yield Mark("UCI six months against six: AUC", ranked, least=0.715)
    for cut in (date(2011, 9, 1), date(2011, 9, 9)):
        error, _ = _holdout(purchases, cut, date(2011, 12, 1 if cut.day == 1 else 10))
        yield Mark(f"UCI nine against three from {cut} (plain −0.23, −0.25)", error, -0.2, 0.2)
    cut = date(2011, 9, 1)
    found = histories(purchases, cut, date(2011, 12, 1))
    later = pl.DataFrame(
        {"customer_id": list(found), "again": [h.later > 0 for h in found.values()]}
    )
    fifth = (pl.col("score") - 3) * 5 // 13
    rates = scored(daily(found), cut).join(later, on="customer_id").group_by(fifth)
    again = rates.agg(pl.col("again").mean()).sort("score")["again"]
    yield Mark("UCI RFM: buys again, lowest fifth of scores", again[0], most=0.36)
    yield Mark("UCI RFM: least step up from fifth to fifth", again.diff().min(), least=0)  # type: ignore[arg-type]
    yield Mark("UCI RFM: buys again, highest fifth of scores", again[-1], least=0.9)


def _holdout(purchases: list[Purchase], cut: date, end: date) -> tuple[float, float]:
    found = histories(purchases, cut, end)
    expected = expectations(daily(found), cut, (end - cut).days)["purchases"]
    later = [each.later for each in found.values()]
    return float(expected.sum()) / sum(later) - 1, auc(expected, [n > 0 for n in later])


def _seconds() -> float:
    random = np.random.default_rng(1)
    rate, stop = random.gamma(0.5, 1 / 60, CUSTOMERS), random.beta(0.8, 2.4, CUSTOMERS)
    age = random.integers(1, 730, CUSTOMERS)
    bought = np.minimum(random.poisson(rate * age), random.geometric(np.maximum(stop, 1e-3)))
    last = np.where(bought > 0, np.ceil(age * random.beta(np.maximum(bought, 1), 1)), 0)
    frame = pl.DataFrame(
        {
            "repeats": bought,
            "last": np.minimum(last, age).astype(float),
            "age": age.astype(float),
            "purchases": bought + 1,
            "spend": np.round(random.gamma(6, 8, CUSTOMERS), 2),
        }
    )
    begun = process_time()
    fit_buying(frame).expected(frame, 365.0)
    fit_spending(frame).expected(frame)
    return process_time() - begun


def _coverage() -> Iterator[Mark]:
    held = []
    for count in (15, 20, 30, 50, 100, 200, 400):
        for up, down in ((1 / 2, 1 / 6), (0.6, 0.1), (0.45, 0.15), (0.7, 0.1), (0.2, 0.5)):
            drawn = np.random.default_rng([8, count]).multinomial(
                count, [up, 1 - up - down, down], 20_000
            )
            answers = pl.DataFrame({"promoters": drawn[:, 0], "detractors": drawn[:, 2]})
            shown = with_intervals(answers.with_columns(survey_answers=pl.lit(count)))
            truth = 100 * (up - down)
            inside = shown["nps_low"].le(truth) & shown["nps_high"].ge(truth)
            held.append(float(inside.to_numpy().mean()))
    yield Mark("NPS interval, least coverage of 15 to 400 answers", min(held), least=0.94)
    yield Mark("NPS interval, greatest coverage", max(held), most=0.975)


def _residual() -> float:
    random = np.random.default_rng(9)
    then, now = random.uniform(0.1, 10, (2, 5, 10_000))
    return float(np.abs(shapley(then, now).sum(0) / (now.prod(0) - then.prod(0)) - 1).max())


def _found() -> float:
    random, names, found = np.random.default_rng(10), [f"s{n:02}" for n in range(15)], 0
    for _ in range(1_000):
        size = 1e6 * random.dirichlet(np.full(15, 3.0))
        change = np.exp(random.normal(random.normal(0, 0.05), 0.02, 15))
        hit = int(random.integers(15))
        change[hit] *= random.choice((0.6, 1.4))
        then = pl.DataFrame({"shop": names, "sales": size})
        now = pl.DataFrame({"shop": names, "sales": size * change})
        found += segment_account(Sides(then, now), ["shop"], "sales")["shop"][0] == names[hit]
    return found / 1_000
