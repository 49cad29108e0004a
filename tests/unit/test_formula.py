"""Formulas: parsed once, computed last, null where they divide by zero."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import METRICS, formula
from metrics.leaves import expand
from metrics.metric import Formula

_NUMBERS = st.one_of(st.none(), st.floats(-1e9, 1e9), st.just(0.0))


def _computed(text: str, absent: frozenset[str] = frozenset(), **columns: float | None) -> object:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64), orient="row")
    return frame.select(formula.expression(text, absent).alias("x")).item()


@given(_NUMBERS, _NUMBERS)
def test_a_ratio_is_null_without_a_denominator(a: float | None, b: float | None) -> None:
    got = _computed("a / b", a=a, b=b)
    if a is None or b is None or b == 0:
        assert got is None
    else:
        assert got == pytest.approx(a / b)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_precedence_is_that_of_arithmetic(values: list[float]) -> None:
    a, b, c = values
    assert _computed("a - (b + c) * 2", a=a, b=b, c=c) == pytest.approx(a - (b + c) * 2)


def test_what_was_never_imported_counts_as_nothing_only_where_that_is_said() -> None:
    assert _computed("a - or_zero(b)", frozenset("b"), a=5.0, b=None) == 5.0
    assert _computed("a - or_zero(b)", a=5.0, b=None) is None
    assert _computed("a - b", frozenset("b"), a=5.0, b=None) is None


@given(_NUMBERS, _NUMBERS)
def test_of_two_sources_the_one_that_has_anything_counts(a: float | None, b: float | None) -> None:
    got = _computed("either(a, b)", a=a, b=b)
    assert got == (a if not b else b if a == 0 else None)
    assert _computed("either(a, b)", frozenset("a"), a=None, b=b) == b
    assert _computed("either(a, b)", frozenset("ab"), a=None, b=None) is None


@given(st.floats(-1e6, 1e6))
def test_a_root_is_that_of_what_has_one(a: float) -> None:
    assert _computed("sqrt(a * 2)", a=a) == (None if a < 0 else pytest.approx((2 * a) ** 0.5))


@pytest.mark.parametrize("text", ["a ** 2", "a.real", "f(a)", "a if b else c", "'x'", "a[0]"])
def test_nothing_but_arithmetic_is_a_formula(text: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        formula.expression(text)


def test_every_formula_of_the_dictionary_names_metrics_and_comes_after_them() -> None:
    for metric in METRICS.values():
        if isinstance(metric.kind, Formula):
            needed = set(formula.names(metric.kind.text))
            assert needed <= set(METRICS)
            order = [each.name for each in expand([metric.name])]
            assert order[-1] == metric.name
            assert needed <= set(order[:-1])
