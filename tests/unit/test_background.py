"""Work in the background rests as long as it worked, within limits, whatever came of it."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest

from metrics.background import giving_way, keep_looking

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], list[float]]:
    """How long was rested, on a clock that goes on by so much at each look."""
    slept: list[float] = []

    def clock(step: float) -> list[float]:
        ticks = count(1.0, step)
        monkeypatch.setattr("time.monotonic", lambda: next(ticks))
        monkeypatch.setattr("time.sleep", slept.append)
        return slept

    return clock


@pytest.mark.parametrize(
    ("took", "most", "rest"), [(0.125, 0.2, 0.125), (3.0, 0.2, 0.2), (1, 0, 0)]
)
def test_it_rests_as_long_as_it_worked(
    rested: Callable[[float], list[float]], took: float, most: float, rest: float
) -> None:
    slept = rested(took)
    with giving_way(most):
        assert slept == []
    assert slept == [rest]


def test_what_fails_rests_too(rested: Callable[[float], list[float]]) -> None:
    slept = rested(0.125)
    with pytest.raises(ValueError, match="no"), giving_way():
        raise ValueError("no")
    assert slept == [0.125]


def test_each_look_is_given_what_the_one_before_returned() -> None:
    looks: list[str] = []
    over = threading.Event()

    def look(seen: str) -> str:
        looks.append(seen)
        if len(looks) == 3:
            over.set()
            threading.Event().wait()  # looks no more
        return f"{seen}+"

    thread = keep_looking("test", 0.001, look)
    assert over.wait(10)
    assert looks == ["", "+", "++"]
    assert thread.daemon
    assert thread.name == "test"
