"""How metrics of stock are asked: what stands at the end of a period, and what stood through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, literal_column

from connectors.schema import stock_spans, stock_targets
from connectors.text import N_
from metrics.catalogue.build import ZERO, is_true
from metrics.metric import Aggregate, Weighed
from metrics.stock import SMOOTH
from metrics.windows import P_FIRST, P_LAST, Standing, stood_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Table

    from metrics.windows import Window

_stock = stock_spans.c
CLOSING = Standing("next_date", "stock_age", adds_up=True)
AGEING = Standing("next_date", "stock_age")
"""For what is no sum, or a sum that depends on how long ago the goods came."""
_THROUGHOUT = Standing("next_date", "stock_age", throughout=True)
_PERIOD_DAYS = func.max(P_LAST - P_FIRST) + literal_column("1")
VALUE = _stock.on_hand * _stock.unit_cost
COSTED = _stock.unit_cost.is_not(None)
DEMANDED = _stock.daily_demand.is_not(None)
STALE = N_("No stock snapshot in view is recent enough (the setting stock_age, 7 days).")
COSTLESS = N_("No recent stock in view has a known cost.")
UNJUDGED = N_("No stock in view has a known demand and lead time, or a season that ends.")


def closing(
    value: ColumnElement[Any],
    known: ColumnElement[bool] | None = None,
    over: Window = CLOSING,
    stored: Table | None = None,
    weighed: Weighed | None = None,
) -> Aggregate:
    """A sum over the snapshots that stand (`AGEING`: no plain one); without any it is unknown."""
    return Aggregate(
        stock_spans, value, "stock", stored, known=known, over=over, empty=None, weighed=weighed
    )


def planned(name: str) -> ColumnElement[Any]:
    """A target of the week's plan where demand is intermittent, that of the snapshot elsewhere.

    What is smooth follows the textbook's formula, of the days up to the snapshot.
    """
    plan = stock_targets.c[name]
    smooth = func.coalesce(_stock.selling_share >= literal_column(str(SMOOTH)), false())
    return case((and_(plan.is_not(None), smooth.is_(False)), plan), else_=_stock[name])


_SEASON = func.coalesce(stock_targets.c.demand, _stock.daily_demand) * _stock.season_days
TARGET = case((is_true(_stock.is_replenishable), planned("target_stock")), else_=_SEASON)
"""Of goods bought once it is the demand that the rest of their season is expected to keep."""


def over_days(fact: Table, row: ColumnElement[Any]) -> ColumnElement[Any]:
    """What rows say of each day, added up over the days of the period on which they stood."""
    return func.sum(row * stood_days(fact, "stock", "next_date"))


def mean_of_days(fact: Table, row: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same for a day of the period on average."""
    return over_days(fact, row) / _PERIOD_DAYS


def daily(
    row: ColumnElement[Any],
    when: ColumnElement[bool] | None = None,
    known: ColumnElement[bool] | None = None,
    total: Callable[[Table, ColumnElement[Any]], ColumnElement[Any]] = over_days,
) -> Aggregate:
    """A sum over the snapshots of the whole period, weighed with the days that each stood."""
    counted = func.coalesce(row, ZERO, type_=row.type)
    weighed = Weighed(counted if when is None else case((when, counted), else_=ZERO), total)
    return closing(total(stock_spans, weighed.row), known, _THROUGHOUT, weighed=weighed)
