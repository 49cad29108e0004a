"""RFM scores against buying again on UCI Online Retail; ties, moves, and cohorts by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as any_

from metrics.models.cohorts import cohort_cells
from metrics.models.rfm import SEGMENTS, moves, scored
from tests.models.purchases import daily, histories, uci

if TYPE_CHECKING:
    import random
    from pathlib import Path

AS_OF = date(2024, 7, 1)
bought = any_.lists(
    any_.tuples(any_.integers(0, 8), any_.integers(1, 60), any_.integers(1, 5)),
    min_size=1,
    max_size=60,
    unique_by=lambda each: each[:2],
)


def _purchases(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(f"c{c}", AS_OF - timedelta(days=age), float(amount)) for c, age, amount in rows],
        schema={"customer_id": pl.String, "day": pl.Date, "amount": pl.Float64},
        orient="row",
    )


@pytest.mark.parametrize("cut", [date(2011, 9, 1), date(2011, 9, 9)])
def test_who_scores_higher_buys_again_more_often(data: Path, cut: date) -> None:
    assert (data / "online_retail").is_dir()
    found = histories(uci(), cut, cut + timedelta(days=91))
    later = {customer: each.later > 0 for customer, each in found.items()}
    by_score: dict[int, list[bool]] = {}
    for customer, score in scored(daily(found), cut).select("customer_id", "score").iter_rows():
        by_score.setdefault((score - 3) * 5 // 13, []).append(later[customer])
    rates = [sum(hits) / len(hits) for _, hits in sorted(by_score.items())]
    assert len(rates) == 5
    assert rates == sorted(rates)
    assert rates[0] < 0.36
    assert rates[-1] > 0.9


@given(bought)
def test_equals_score_alike_and_more_never_scores_less(rows: list[tuple[int, int, int]]) -> None:
    frame = scored(_purchases(rows), AS_OF)
    for value, score in (("days_since", "recency"), ("purchases", "frequency")):
        assert frame.group_by(value).agg(pl.col(score).n_unique())[score].max() == 1
    ordered = frame.sort("purchases")["frequency"].to_list()
    assert ordered == sorted(ordered)
    assert frame["score"].is_between(3, 15).all()
    assert set(frame["segment"]) <= set(SEGMENTS)


@given(bought, any_.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[tuple[int, int, int]], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert scored(_purchases(rows), AS_OF).equals(scored(_purchases(shuffled), AS_OF))


def test_one_time_buyers_all_score_one() -> None:
    rows = [(n, 10, 5) for n in range(8)] + [(8, 10, 5), (8, 20, 5)]
    frame = scored(_purchases(rows), AS_OF)
    assert frame["recency"].to_list() == [1] * 9
    assert frame.filter(purchases=1)["frequency"].to_list() == [1] * 8
    assert frame.filter(purchases=2)["frequency"].to_list() == [5]


def test_moves_lose_nobody() -> None:
    before = pl.DataFrame(
        {"customer_id": ["a", "b", "c"], "segment": ["champion", "new", "new"], "amount": [9, 1, 1]}
    )
    after = pl.DataFrame(
        {"customer_id": ["a", "b", "d"], "segment": ["lost", "new", "new"], "amount": [3, 2, 4]}
    )
    found = set(moves(before, after).iter_rows())
    assert found == {
        ("champion", "lost", 1, 3),
        ("new", "new", 1, 2),
        ("new", None, 1, 0),
        (None, "new", 1, 4),
    }


def test_only_cells_whose_month_is_over_are_shown() -> None:
    january, march = date(2024, 1, 1), date(2024, 3, 1)
    sizes = pl.DataFrame({"cohort_date": [january, march], "customers": [10, 4]})
    active = pl.DataFrame(
        {
            "cohort_date": [january, january, march],
            "month": [date(2024, 2, 1), date(2024, 4, 1), date(2024, 4, 1)],
            "active": [3, 2, 1],
        }
    )
    whole = cohort_cells(sizes, active, [], date(2024, 5, 1))
    assert list(whole.iter_rows()) == [
        (january, 10, 1, 3),
        (january, 10, 2, 0),
        (january, 10, 3, 2),
        (march, 4, 1, 1),
    ]
    assert list(cohort_cells(sizes, active, [], date(2024, 4, 30)).iter_rows()) == [
        (january, 10, 1, 3),
        (january, 10, 2, 0),
    ]
