"""What stands in a roll-up of order lines: one grouped SELECT of the additive metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import and_, cast, func, literal_column, null, select

from connectors.schema import order_lines, refund_expectations
from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.metric import Aggregate
from metrics.rollups import DISTINCT, ROLLUPS, SPLITS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table

    from connectors.engines.base import Rows, Writer

    Groups = dict[str, ColumnElement[Any]]
    """What lines are grouped by, by the name of its column."""

PAYS = 1_000_000
"""Order lines from which on a roll-up is worth building: fewer are asked as fast themselves."""
FOLDS = 3
"""Order lines that a row of a roll-up has to hold on average: else it is hardly asked faster."""


def rollup_rows(writer: Writer) -> dict[Table, Rows]:
    """The rows of each roll-up; none where the lines are too few or too different for it to pay."""
    rows: dict[Table, Rows] = dict.fromkeys(ROLLUPS, pl.DataFrame(schema={"sold_date": pl.Date}))
    lines = writer.frame(select(func.count().label("lines")).select_from(order_lines)).item()
    if lines < PAYS:
        return rows
    groups = {each: _groups(each) for each in ROLLUPS}
    paying = [each for each in ROLLUPS if _combinations(writer, groups[each]) * FOLDS <= lines]
    apart = _apart({each: groups[each] for each in paying if each.name in SPLITS}, writer)
    return rows | {
        each: _summed(each, groups[each], DISTINCT if each in apart else ()) for each in paying
    }


def _groups(rollup: Table) -> Groups:
    return {each.name: _of_lines(each.name) for each in rollup.columns if each.name not in METRICS}


def _of_lines(name: str) -> ColumnElement[Any]:
    made = None if name in order_lines.columns else DIMENSIONS[name].made
    return made.of(order_lines) if made else order_lines.c[name]


def _apart(groups: dict[Table, Groups], writer: Writer) -> set[Table]:
    """The roll-ups with an order of lines in two groups: their counts do not add up over groups."""
    wholes = {
        rollup: {name: each for name, each in own.items() if name != SPLITS[rollup.name]}
        for rollup, own in groups.items()
    }
    order: Groups = {name: order_lines.c[name] for name in ("shop_id", "order_id")}
    together = {name: each for whole in wholes.values() for name, each in whole.items()}
    if not wholes:
        return set()
    orders = _combinations(writer, order)
    if _combinations(writer, together | order) == orders:
        return set()  # as it mostly is: an order that is whole in all of them is so in each
    return {
        rollup for rollup, whole in wholes.items() if _combinations(writer, whole | order) > orders
    }


def _combinations(writer: Writer, columns: Groups) -> int:
    """How many different rows the lines have in these columns."""
    labelled = (each.label(f"c{number}") for number, each in enumerate(columns.values()))
    different = select(*labelled).select_from(order_lines).distinct().subquery("different")
    found: int = writer.frame(select(func.count().label("rows")).select_from(different)).item()
    return found


def _summed(rollup: Table, groups: Groups, unknown: tuple[str, ...]) -> Select[Any]:
    names = [each.name for each in rollup.columns if each.name in METRICS]
    sums = [null() if name in unknown else _asked(name) for name in names]
    values = [
        cast(each, rollup.c[name].type).label(name) for each, name in zip(sums, names, strict=True)
    ]
    ordinals: list[ColumnElement[Any]] = [
        literal_column(str(number + 1)) for number in range(len(groups))
    ]
    source = order_lines.outerjoin(refund_expectations, _same_cell())
    labelled = (each.label(name) for name, each in groups.items())
    return select(*labelled, *values).select_from(source).group_by(*ordinals)


def _same_cell() -> ColumnElement[bool]:
    keys = (order_lines.c[each.name] for each in refund_expectations.primary_key)
    known = (key if key.type.python_type is not str else func.coalesce(key, "") for key in keys)
    return and_(*(a == b for a, b in zip(known, refund_expectations.primary_key, strict=True)))


def _asked(name: str) -> ColumnElement[Any]:
    kind = METRICS[name].kind
    assert isinstance(kind, Aggregate)
    return kind.asked
