"""What exceptions are found in: a row a member, a column a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from metrics.watches import Watch

    Array = NDArray[np.float64]

LARGEST = 300
"""Members that are followed: those with the most of late."""
_LATE = 90
_DAY = timedelta(days=1)


class Series(NamedTuple):
    """The members of a watch; the arrays are (members, days).

    Attributes:
        members: in the order of the rows.
        values: the metric.
        basis: that of a rate, 0 where there is none; None for what adds up.
    """

    members: list[tuple[str | None, ...]]
    values: Array
    basis: Array | None

    def judged(self, apart: Collection[int] = ()) -> tuple[Array, Array]:
        """What is followed, and what turns it into an amount; NaN where it is not known.

        A rate is followed itself, and its basis makes it an amount; else the share beside the other
        members of the kind, of whom the rows `apart` are none.
        """
        if self.basis is not None:
            return np.where(self.basis > 0, self.values, np.nan), self.basis
        amount = np.nan_to_num(self.values)
        others = self._others(amount, apart)
        known = (others > 0) & (np.cumsum(amount, axis=1) > 0)
        return np.divide(amount, others, where=known, out=np.full_like(amount, np.nan)), others

    def weight(self, row: int) -> float:
        """The share of a row in the last days of all."""
        late = np.nan_to_num(self.values[:, -_LATE:])
        return float(late[row].sum() / late.sum())

    def _others(self, amount: Array, apart: Collection[int]) -> Array:
        """What the others have together; one alone is held against nothing but itself."""
        kept = np.ones(len(amount), dtype=bool)
        kept[list(apart)] = False
        if kept.sum() <= 1:
            return np.ones_like(amount)
        others: Array = amount[kept].sum(axis=0) - np.where(kept[:, None], amount, 0.0)
        return others


def series_of(watch: Watch, frame: pl.DataFrame, start: date, end: date) -> Series:
    """The series of a watch.

    Args:
        watch: what is watched.
        frame: the answer by day and the watch's dimensions.
        start: first day.
        end: day after the last.
    """
    days = [start + _DAY * n for n in range((end - start).days)]
    members = _largest(frame, watch.by, str(watch.basis or watch.metric), days[-_LATE])
    names = [name for name in (watch.metric, watch.basis) if name]
    values = _grid(frame, watch.by, members, days, names)
    basis = None if watch.basis is None else np.nan_to_num(values[watch.basis])
    return Series(members, values[watch.metric], basis)


def _largest(
    frame: pl.DataFrame, by: tuple[str, ...], size: str, since: date
) -> list[tuple[str | None, ...]]:
    late = frame.filter(pl.col(PERIOD) >= since).group_by(by).agg(pl.col(size).sum())
    return late.filter(pl.col(size) > 0).top_k(LARGEST, by=size).select(by).rows()


def _grid(
    frame: pl.DataFrame,
    by: tuple[str, ...],
    members: list[tuple[str | None, ...]],
    days: list[date],
    names: list[str],
) -> dict[str, Array]:
    """Each metric as an array; NaN where nothing is known."""
    rows = pl.DataFrame(members, schema=dict.fromkeys(by, pl.String), orient="row")
    grid = rows.join(pl.DataFrame({PERIOD: days}), how="cross", maintain_order="left_right")
    filled = grid.join(
        frame.select(PERIOD, *by, *dict.fromkeys(names)),
        on=[PERIOD, *by],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    shape = len(members), len(days)
    return {
        name: filled[name].cast(pl.Float64).fill_null(float("nan")).to_numpy().reshape(shape)
        for name in names
    }
