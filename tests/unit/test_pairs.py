"""How far two segments are apart, by hand."""

from __future__ import annotations

import pytest

from metrics.pairs import side_by_side


@pytest.mark.parametrize(
    ("name", "first", "second", "apart"),
    [
        ("paid_sales", 200.0, 250.0, 0.25),
        ("paid_sales", -100.0, -150.0, -0.5),
        ("paid_sales", 0.0, 5.0, None),
        ("paid_sales", None, 5.0, None),
        ("refund_rate", 0.0, 0.02, 0.02),
        ("refund_rate", 0.3, 0.2, -0.1),
        ("refund_rate", 0.3, None, None),
    ],
)
def test_apart(name: str, first: float | None, second: float | None, apart: float | None) -> None:
    (found,) = side_by_side([name], {name: first}, {name: second})
    assert found.apart == (None if apart is None else pytest.approx(apart))
    assert (found.first, found.second) == (first, second)
