"""What was made of late is kept within bounds, and made once however many want it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable


def _fail() -> str:
    raise ValueError("nothing to be had")


def _never() -> str:
    raise AssertionError("it was kept")


def _always(value: str) -> Callable[[], str]:
    return lambda: value


def test_what_is_kept_is_not_made_again() -> None:
    recent: Recent[str] = Recent(2)
    assert recent.of(1, _always("one")) == "one"
    assert recent.of(1, _never) == "one"


def test_what_failed_is_made_again() -> None:
    recent: Recent[str] = Recent(2)
    with pytest.raises(ValueError, match="nothing"):
        recent.of(1, _fail)
    assert recent.of(1, _always("one")) == "one"


def test_nothing_is_a_value_too() -> None:
    recent: Recent[None] = Recent(2)
    made: list[int] = []
    for _ in range(2):
        recent.of(1, lambda: made.append(1))
    assert made == [1]


@given(st.integers(1, 5), st.lists(st.integers(0, 7), max_size=40))
def test_those_asked_for_last_are_kept(most: int, keys: list[int]) -> None:
    recent: Recent[int] = Recent(most)
    for key in keys:
        assert recent.of(key, lambda key=key: key * 2) == key * 2  # type: ignore[misc]
    latest = list(dict.fromkeys(reversed(keys)))
    assert {key for key in range(8) if key in recent} == set(latest[:most])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 12)), max_size=40))
def test_no_more_is_held_than_fits(asked: list[tuple[int, int]]) -> None:
    recent: Recent[str] = Recent(10, len, largest=6)
    size: dict[int, int] = {}
    for key, length in asked:
        size[key] = len(recent.of(key, _always("x" * length)))
        kept = [size[each] for each in size if each in recent]
        assert sum(kept) <= 10
        assert all(each <= 6 for each in kept)


def test_what_is_too_large_is_handed_out_and_leaves_the_rest() -> None:
    recent: Recent[str] = Recent(10, len, largest=6)
    recent.of("small", _always("xx"))
    assert recent.of("large", _always("x" * 7)) == "x" * 7
    assert "large" not in recent
    assert "small" in recent


def test_one_makes_what_many_want_at_once() -> None:
    recent: Recent[int] = Recent(2)
    together = Barrier(8, timeout=30)
    made: list[int] = []

    def ask(number: int) -> int:
        together.wait()
        return recent.of("same", lambda: made.append(number) or number)  # type: ignore[func-returns-value]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == set(made)
    assert len(made) == 1


def test_nothing_is_left_of_what_was_asked_once() -> None:
    recent: Recent[int] = Recent(3)
    for number in range(100):
        recent.of(number, lambda: 0)
    with pytest.raises(ValueError, match="nothing"):
        Recent[str](3).of(1, _fail)
    assert not recent._turns
    assert len(recent._values) == 3


def test_all_can_be_forgotten() -> None:
    recent: Recent[str] = Recent(10, len)
    for _ in range(3):
        recent.of(1, _always("x" * 10))
        assert 1 in recent
        recent.clear()
        assert 1 not in recent
