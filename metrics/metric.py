"""What a metric is: one frozen declaration of what a number means and how it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from sqlalchemy import case, func, literal_column

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from sqlalchemy import ColumnElement, Select, Table

    from metrics.scope import Scope
    from metrics.slice import Slice
    from metrics.windows import Window

Unit = Literal["money", "count", "ratio", "number"]
Better = Literal["up", "down", "neither"]


class Weighed(NamedTuple):
    """A sum over days: what a row says of each day, and how the days add up.

    Attributes:
        row: a number for a row of the fact.
        total: the aggregate over the rows of a table, of one column or expression for each.
    """

    row: ColumnElement[Any]
    total: Callable[[Table, ColumnElement[Any]], ColumnElement[Any]]


@dataclass(frozen=True)
class Aggregate:
    """An aggregate of one table, asked again for every period and group: it never adds up itself.

    Attributes:
        table: the fact.
        value: the aggregate expression over the fact's columns (and the stored result's).
        dated: the moment that dates it: "sold" stands for sold_date and sold_hour.
        stored: a model's stored result joined to the fact row by row, many to one.
        known: what a row must fulfil to say anything; where none does, the number is unknown and
            not zero, for the reason that the metric gives.
        over: which rows count for a period, when not those dated in it: what stood at its end, what
            happened up to it.
        lookups: dimension tables that the value reads, each joined by its key.
        empty: what no rows mean: nothing, or (None) that it is unknown.
        orders: of a number of orders, the rows whose orders count: it adds up over whole orders.
        weighed: of a sum over the days for which rows stand, what `value` is made of.
    """

    table: Table
    value: ColumnElement[Any]
    dated: str
    stored: Table | None = None
    known: ColumnElement[bool] | None = None
    over: Window | None = None
    lookups: tuple[Table, ...] = ()
    empty: int | None = 0
    orders: ColumnElement[bool] | None = None
    weighed: Weighed | None = None

    @property
    def asked(self) -> ColumnElement[Any]:
        """The aggregate to send: null where no row says anything."""
        return self._where_known(self.value)

    @property
    def kept(self) -> ColumnElement[Any]:
        """The aggregate that a roll-up keeps: where days weigh its rows, that of one day."""
        return self._where_known(func.sum(self.weighed.row) if self.weighed else self.value)

    def _where_known(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        if self.known is None:
            return value
        says = func.count(case((self.known, literal_column("1"))))
        return case((says > literal_column("0"), value))


@dataclass(frozen=True)
class Formula:
    """Arithmetic over other metrics, done last: "paid_sales / orders"."""

    text: str


class RowSetBuilder(Protocol):
    """Builds the SELECT of a metric that no single aggregate gives."""

    def __call__(self, slice_: Slice) -> Select[Any]:
        """The SELECT with the slice's period and groups, and the numbers under their labels."""


@dataclass(frozen=True)
class Plain:
    """The setting under which a row set is no more than an aggregate of its table.

    Attributes:
        param: the setting.
        option: its value.
        kind: the aggregate.
    """

    param: str
    option: str
    kind: Aggregate


@dataclass(frozen=True)
class RowSet:
    """A metric with a SELECT builder of its own: ordered steps, cohorts, medians.

    Attributes:
        table: the fact that the builder reads.
        dated: the moment that dates it.
        build: the builder; it takes the fact as the query restricts and groups it. Metrics of one
            builder share its SELECT.
        lookback: it looks at the days before the period, as the setting `lookback` says.
        column: the label of the number in the builder's SELECT.
        empty: what no rows mean: nothing, or (None) that it is unknown.
        whole_days: its windows are days, so no hour has a number.
        plain: when it is no more than an aggregate; no builder is then needed.
    """

    table: Table
    dated: str
    build: RowSetBuilder
    lookback: bool = False
    column: str = "value"
    empty: int | None = 0
    whole_days: bool = False
    plain: Plain | None = None


class StoredReader(Protocol):
    """Reads a stored result."""

    def __call__(self, scope: Scope) -> pl.DataFrame:
        """The columns of the scope's period and groups, and the number as "value"."""


@dataclass(frozen=True)
class Stored:
    """What a model or a plan stored before: forecasts, targets.

    Attributes:
        read: the reader.
        empty: what no rows mean: nothing, or (None) that it is unknown.
    """

    read: StoredReader
    empty: int | None = 0


@dataclass(frozen=True)
class Choice:
    """One of several metrics, as a setting of the question says.

    Attributes:
        param: the setting.
        options: value of the setting → name of the metric.
    """

    param: str
    options: tuple[tuple[str, str], ...]

    def chosen(self, value: str) -> str:
        """The metric that stands for a value of the setting."""
        return dict(self.options)[value]


@dataclass(frozen=True)
class Days:
    """How many days of the period are over: the same for every group."""


Kind = Aggregate | Formula | RowSet | Stored | Choice | Days


@dataclass(frozen=True)
class Metric:
    """One number of the dictionary.

    Attributes:
        name: the name in code and on the command line.
        title: the English title, the id of its translation.
        description: what it counts and what it leaves out, the id of its translation.
        kind: how it is asked for.
        unit: money in the warehouse's currency, count, ratio (0.25 is 25 %), number.
        better: which direction is good news.
        cohort: it follows orders while they mature: young ones are marked immature.
        owner: who answers for the definition.
        unknown: why it is null although its table holds rows, a message of the catalogue.
    """

    name: str
    title: str
    description: str
    kind: Kind = field(compare=False)
    unit: Unit = "money"
    better: Better = "up"
    cohort: bool = False
    owner: str = "finance"
    unknown: str | None = None
