"""What stock is ahead of: the money it sells a day, its worth against the target, late arrivals."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, and_, case, cast, func, type_coerce

from connectors.schema import receipts, stock_spans, stock_targets
from connectors.text import N_
from metrics.catalogue.build import known_total
from metrics.catalogue.standing import AGEING, COSTED, COSTLESS, DEMANDED, TARGET, UNJUDGED, closing
from metrics.metric import Aggregate, Formula, Metric, Stored
from metrics.outages import stockout_reader
from metrics.windows import P_LAST, Standing

_stock, _due = stock_spans.c, receipts.c
_VALUED = and_(TARGET.is_not(None), COSTED)
_AGED = and_(_stock.first_received_date.is_not(None), _stock.on_hand > 0)
_AGE: ColumnElement[Any] = type_coerce(P_LAST - _stock.first_received_date, Integer)
_LEVELLED = case(
    (_stock.is_replenishable.is_(True), _stock.available),
    else_=_stock.available + _stock.inbound,
)
_LATE = Standing("received_date")
_OVERDUE = and_(func.coalesce(_due.kind, "purchase") == "purchase", _due.promised_date < P_LAST)
UNPLANNED = N_("No recent stock in view is of goods on sale, so none has a demand expected.")
_UNPROMISED = N_("No purchase order in view says when it was promised.")
_ALL_IN = N_("No purchase order in view is late.")


def _worth(name: str, title: str, description: str, units: Any) -> Metric:
    value = known_total(units * _stock.unit_cost, _VALUED)
    kind = closing(value, _VALUED, stored=stock_targets)
    return Metric(
        name, title, description, kind, better="neither", owner="supply", unknown=UNJUDGED
    )


def _late(name: str, title: str, description: str, value: Any, **more: Any) -> Metric:
    kind = Aggregate(
        receipts, value, "promised", known=_due.promised_date.is_not(None), over=_LATE, **more
    )
    return Metric(
        name,
        title,
        description,
        kind,
        unit="money" if name.endswith("value") else "count",
        better="down",
        owner="supply",
        unknown=_ALL_IN if more else _UNPROMISED,
    )


def _ahead(name: str, title: str, description: str, column: str) -> Metric:
    """Adds up over SKUs and places, which sell independently of each other."""
    value = stock_targets.c[column]
    kind = closing(known_total(value), value.is_not(None), stored=stock_targets)
    return Metric(
        name,
        title,
        description,
        kind,
        unit="number",
        better="neither",
        owner="supply",
        unknown=UNPLANNED,
    )


def _days_until_out(column: str, title: str, description: str) -> Metric:
    return Metric(
        f"stockout_days{column.removeprefix('out').removesuffix('_p50')}",
        title,
        description,
        Stored(stockout_reader(column), empty=None),
        unit="number",
        owner="supply",
        unknown=UNPLANNED,
    )


OUTLOOK = (
    _ahead(
        "expected_demand",
        N_("Daily demand expected"),
        N_(
            "Units a day that goods on sale are expected to sell while in stock: those of the last "
            "28 days, the more of its category the less is known of a SKU."
        ),
        "demand",
    ),
    _ahead(
        "demand_variance",
        N_("Variance of daily demand"),
        N_("By how much the units of a day scatter around those expected, squared."),
        "demand_variance",
    ),
    _ahead(
        "demand_doubt",
        N_("Variance of the demand expected"),
        N_("How far the demand expected may be off, squared, by how little is known of it."),
        "demand_doubt",
    ),
    _days_until_out(
        "out_p50",
        N_("Days until out of stock"),
        N_("Days after which what is available is as likely used up as not, if nothing arrives."),
    ),
    _days_until_out(
        "out_p10",
        N_("Days until out of stock, early"),
        N_("Days after which it is used up in one case of ten."),
    ),
    _days_until_out(
        "out_p90",
        N_("Days until out of stock, late"),
        N_("Days after which it is used up in nine cases of ten."),
    ),
    Metric(
        "stockout_risk",
        N_("Risk of running out"),
        N_("Probability that what is available is used up within 14 days if nothing arrives."),
        Stored(stockout_reader("out_within"), empty=None),
        unit="ratio",
        better="down",
        owner="supply",
        unknown=UNPLANNED,
    ),
    Metric(
        "forward_sales",
        N_("Daily sales ahead"),
        N_("Daily demand ahead × the price of the last 28 days."),
        closing(
            known_total(_stock.daily_demand * func.coalesce(_stock.unit_price, 0), DEMANDED),
            DEMANDED,
        ),
        better="neither",
        owner="supply",
        unknown=UNJUDGED,
    ),
    Metric(
        "unit_cost",
        N_("Cost of a unit"),
        N_("The mean cost of a unit of the SKUs in view, in stock or not."),
        closing(func.avg(_stock.unit_cost, type_=Double), COSTED, AGEING),
        better="neither",
        owner="supply",
        unknown=COSTLESS,
    ),
    _worth(
        "water_stock_value",
        N_("Stock against the target, at cost"),
        N_("Stock available × cost; of goods bought once, inbound too."),
        _LEVELLED,
    ),
    _worth(
        "target_stock_value",
        N_("Target stock at cost"),
        N_("Target stock × cost."),
        TARGET,
    ),
    Metric(
        "water_level_by_value",
        N_("Water level by value"),
        N_("Stock against the target / target stock, both at cost."),
        Formula("water_stock_value / target_stock_value"),
        unit="ratio",
        better="neither",
        owner="supply",
    ),
    Metric(
        "stock_age",
        N_("Stock age, days"),
        N_("Days since the first arrival of the stock on hand, each unit counting alike."),
        closing(
            cast(known_total(_stock.on_hand * _AGE, _AGED), Double)
            / func.nullif(known_total(_stock.on_hand, _AGED), 0),
            _AGED,
            AGEING,
        ),
        unit="number",
        better="down",
        owner="supply",
        unknown=N_("No recent stock in view is known to have arrived when."),
    ),
    _late(
        "late_units",
        N_("Units late"),
        N_("Units of purchase orders promised before the period's last day that are not there."),
        known_total(_due.ordered_quantity, _OVERDUE),
    ),
    _late(
        "late_value",
        N_("Value of units late"),
        N_("Units late × their cost."),
        known_total(_due.ordered_quantity * _due.unit_cost, _OVERDUE),
    ),
    _late(
        "late_days",
        N_("Days late"),
        N_("Days from the day that was promised to the end of the period, of the latest line."),
        func.max(case((_OVERDUE, type_coerce(P_LAST - _due.promised_date, Integer)))),
        empty=None,
    ),
)
