"""What exceptions are found in: a row a member, a column a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from numpy.typing import NDArray

    from metrics.watches import Judge, Watch

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

LARGEST = 300
"""Members that are followed day by day: those with the most of late."""
_LATE = 90
_FEWEST, _FLATTEST = 28, 0.2
"""Days from which one learns how spend pays, and the least that more of it is taken to bring."""
_ROW = "row"


class Series(NamedTuple):
    """The members of a watch; the arrays are (members, days).

    Attributes:
        judge: how they are judged.
        members: in the order of the rows.
        values: the metric.
        basis: what it rests on, 0 where there is nothing; ones for a share.
    """

    judge: Judge
    members: list[tuple[str | None, ...]]
    values: Array
    basis: Array

    def judged(self, apart: Collection[int] = ()) -> tuple[Array, Array]:
        """What is followed, and what turns it into an amount; NaN where it is not known.

        A rate is followed itself, and its basis makes it an amount; a response beside what its
        basis lets one expect; else the share beside the other members of the kind, of whom the
        rows `apart` are none.
        """
        if self.judge == "rate":
            return np.where(self.basis > 0, self.values, np.nan), self.basis
        if self.judge == "response":
            scale = self._response()
            return np.divide(
                self.values, scale, where=scale > 0, out=np.full_like(scale, np.nan)
            ), scale
        amount = np.nan_to_num(self.values)
        others = self._others(amount, apart)
        known = (others > 0) & (np.cumsum(amount, axis=1) > 0)
        return np.divide(amount, others, where=known, out=np.full_like(amount, np.nan)), others

    def weight(self, row: int) -> float:
        """The share of a row in the last days of all."""
        late = np.nan_to_num(self.values[:, -_LATE:])
        return float(late[row].sum() / late.sum())

    def _response(self) -> Array:
        """A power of the basis for each row: twice the spend brings less than twice the clicks."""
        scale = np.zeros_like(self.basis)
        for row, (value, basis) in enumerate(zip(self.values, self.basis, strict=True)):
            both = (basis > 0) & (np.nan_to_num(value) > 0)
            power = 1.0
            if both.sum() >= _FEWEST:
                power = np.polyfit(np.log(basis[both]), np.log(value[both]), 1)[0]
            scale[row] = np.where(basis > 0, basis, 0.0) ** np.clip(power, _FLATTEST, 1.0)
        return scale

    def _others(self, amount: Array, apart: Collection[int]) -> Array:
        """What the others have together; one alone is held against nothing but itself."""
        kept = np.ones(len(amount), dtype=bool)
        kept[list(apart)] = False
        if kept.sum() <= 1:
            return np.ones_like(amount)
        others: Array = amount[kept].sum(axis=0) - np.where(kept[:, None], amount, 0.0)
        return others


def series_of(
    watch: Watch, frame: pl.DataFrame, start: date, end: date, most: int = LARGEST
) -> Series:
    """The series of a watch.

    Args:
        watch: what is watched.
        frame: the answer by day and the watch's dimensions, of those days.
        start: first day.
        end: day after the last.
        most: how many members at most.
    """
    size = watch.basis or watch.metric
    members, place = _placed(frame, watch.by, start)
    grids = {}
    for name in (watch.metric, size):
        grids[name] = np.full((len(members), (end - start).days), np.nan)
        grids[name][place] = frame[name].to_numpy()  # null is NaN
    rows = _largest(grids[size], most)
    values = grids[watch.metric][rows]
    basis = np.nan_to_num(grids[size][rows]) if watch.basis else np.ones_like(values)
    return Series(watch.judge, [members[row] for row in rows], values, basis)


def _placed(
    frame: pl.DataFrame, by: tuple[str, ...], start: date
) -> tuple[list[tuple[str | None, ...]], tuple[Rows, Rows]]:
    """The members, and the row and column of each number of the frame."""
    numbered = frame.select(by).with_row_index(_ROW)
    first = numbered.select(pl.col(_ROW).first().over(by))[_ROW].to_numpy()
    begins = first == np.arange(len(first))
    row = (np.cumsum(begins) - 1)[first]
    day = (frame[PERIOD].to_numpy() - np.datetime64(start)).astype(np.intp)
    return numbered.filter(begins).select(by).rows(), (row, day)


def _largest(size: Array, most: int) -> Rows:
    """The rows with the most of late, the largest first."""
    late = np.nan_to_num(size[:, -_LATE:]).sum(axis=1)
    rows = np.argsort(-late, kind="stable")[:most]
    largest: Rows = rows[late[rows] > 0]
    return largest
