"""Sizes hang in order, weeks have no gaps, and only safe pictures are shown."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import polars as pl
import pytest

from metrics.shelf import last_weeks, pictures, size_runs, weekly
from metrics.sizes import size_order

_RAILS = [
    ["XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL"],
    ["25", "26", "27", "28", "30"],
    ["155/80A", "160/84A", "165/88A"],
    ["35.5", "36", "36.5"],
    ["S", "2XL", "38", "均码", None],
]


@pytest.mark.parametrize("rail", _RAILS)
def test_sizes_hang_in_order(rail: list[str | None]) -> None:
    mixed = rail[:]
    Random(3).shuffle(mixed)
    assert sorted(mixed, key=size_order) == rail


def test_two_spellings_of_a_size_stand_side_by_side() -> None:
    assert size_order("2xl")[:2] == size_order("XXL ")[:2] != size_order("XL")[:2]


@pytest.mark.parametrize(
    ("end", "as_of", "expected"),
    [
        (date(2022, 7, 1), datetime(2022, 7, 1), date(2022, 6, 27)),  # noqa: DTZ001
        (date(2022, 7, 4), datetime(2022, 7, 4), date(2022, 7, 4)),  # noqa: DTZ001
        (date(2022, 8, 1), datetime(2022, 6, 30, 12), date(2022, 6, 27)),  # noqa: DTZ001
        (date(2022, 6, 1), datetime(2022, 6, 30), date(2022, 5, 30)),  # noqa: DTZ001
    ],
)
def test_only_whole_weeks_are_drawn(end: date, as_of: datetime, expected: date) -> None:
    start, last = last_weeks(end, as_of, "monday")
    assert last == expected
    assert (last - start).days == 56


def test_a_week_without_a_row_is_nothing() -> None:
    weeks = (date(2022, 6, 6), date(2022, 6, 27))
    frame = pl.DataFrame(
        {"skc": ["a", None, "a"], "period": [weeks[0], weeks[0], date(2022, 6, 20)], "v": [1, 5, 3]}
    )
    expected = {"a": [1.0, 0.0, 3.0], None: [5.0, 0.0, 0.0]}
    assert weekly(frame, "skc", "v", weeks, "monday") == expected


def test_a_size_adds_up_over_its_skus_and_knows_whether_it_is_missing() -> None:
    frame = pl.DataFrame(
        {
            "skc": ["a"] * 4,
            "size": ["M", "S", "M", "L"],
            "core_size": ["yes", "yes", "yes", "no"],
            "units": [2, 0, 3, 0],
        }
    )
    (run,) = size_runs(frame, "skc", "units").values()
    assert [(each.size, each.amount, each.is_missing) for each in run] == [
        ("S", 0, True),
        ("M", 5, False),
        ("L", 0, False),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://img.example/a.jpg?x=1",
        "HTTP://img.example/a",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
def test_pictures_are_shown(url: str) -> None:
    assert pictures(pl.DataFrame({"skc": ["a"], "picture": [url]}), "skc") == {"a": url}


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:text/html;base64,PHN2Zz4=",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//img.example/a.jpg",
        "../../secret.png",
        "https://img.example/a b",
    ],
)
def test_what_may_do_more_than_show_is_no_picture(url: str) -> None:
    assert pictures(pl.DataFrame({"skc": ["a"], "picture": [url]}), "skc") == {}
