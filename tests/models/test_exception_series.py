"""What exceptions are found in, against the rows looked up one by one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from metrics.exception_series import series_of
from metrics.watches import Watch

_START, _DAYS, _LATE = date(2024, 1, 1), 100, 90
_RATE = Watch("rate", "discount_rate", ("shop", "style"), "tag_value")
_KEYS = st.tuples(
    st.integers(0, _DAYS - 1),
    st.sampled_from(["a", "b", None]),
    st.sampled_from(["x", "y", None]),
)
_NUMBERS = st.tuples(
    st.one_of(st.none(), st.floats(0, 1)), st.one_of(st.none(), st.integers(0, 1_000))
)


@given(known=st.dictionaries(_KEYS, _NUMBERS, max_size=60), most=st.integers(1, 9))
def test_each_number_stands_at_its_member_and_day(
    known: dict[tuple[int, str | None, str | None], tuple[float | None, int | None]], most: int
) -> None:
    """Members without a name, days without a row, numbers that are not known."""
    found = series_of(_RATE, _frame(known), _START, _START + timedelta(days=_DAYS), most)
    sums: dict[tuple[str | None, ...], int] = {}
    for (day, *key), (_, size) in known.items():
        late = (size or 0) if day >= _DAYS - _LATE else 0
        sums[tuple(key)] = sums.get(tuple(key), 0) + late
    largest = sorted((each for each in sums.values() if each), reverse=True)[:most]
    assert [sums[each] for each in found.members] == largest
    assert found.values.shape == found.basis.shape == (len(largest), _DAYS)
    for row, members in enumerate(found.members):
        for day in range(_DAYS):
            value, size = known.get((day, *members), (None, None))  # type: ignore[arg-type]
            assert found.basis[row, day] == (size or 0)
            np.testing.assert_equal(found.values[row, day], np.nan if value is None else value)


def _frame(
    known: dict[tuple[int, str | None, str | None], tuple[float | None, int | None]],
) -> pl.DataFrame:
    schema = {
        "day": pl.Int64,
        "shop": pl.String,
        "style": pl.String,
        "discount_rate": pl.Float64,
        "tag_value": pl.Int64,
    }
    rows = [(*key, *numbers) for key, numbers in known.items()]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(period=pl.lit(_START) + pl.duration(days="day"))
