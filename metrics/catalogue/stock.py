"""Stock: what is there, and what it lacks. Summed over SKUs and places, never over time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, literal_column

from connectors.schema import stock_spans
from connectors.text import N_
from metrics.catalogue.build import ZERO, is_true, known_total
from metrics.catalogue.standing import (
    COSTED,
    COSTLESS,
    DEMANDED,
    STALE,
    UNJUDGED,
    VALUE,
    closing,
    daily,
    mean_of_days,
)
from metrics.metric import Formula, Metric

_stock = stock_spans.c
_ONE: ColumnElement[Any] = literal_column("1", Integer)
_ACTIVE = is_true(_stock.is_active)
_OUT = and_(_ACTIVE, _stock.available <= ZERO)


def _units(name: str, title: str, description: str, value: Any) -> Metric:
    return Metric(
        name,
        title,
        description,
        closing(known_total(value)),
        unit="count",
        better="neither",
        owner="supply",
        unknown=STALE,
    )


STOCK = (
    _units(
        "on_hand",
        N_("Stock on hand"),
        N_("Saleable units in the house at the end of the period."),
        _stock.on_hand,
    ),
    _units(
        "reserved",
        N_("Stock reserved"),
        N_("Units promised to orders, presales included, at the end of the period."),
        _stock.reserved,
    ),
    _units(
        "inbound",
        N_("Stock inbound"),
        N_("Units on order from suppliers at the end of the period."),
        _stock.inbound,
    ),
    _units(
        "returning",
        N_("Stock returning"),
        N_("Units on their way back from buyers at the end of the period."),
        _stock.returning,
    ),
    _units(
        "available",
        N_("Stock available"),
        N_("Stock on hand − reserved, at the end of the period."),
        _stock.available,
    ),
    Metric(
        "stock_value",
        N_("Stock value"),
        N_("Stock on hand × cost, at the end of the period."),
        closing(known_total(VALUE), COSTED),
        better="neither",
        owner="supply",
        unknown=COSTLESS,
    ),
    Metric(
        "average_stock_value",
        N_("Average stock value"),
        N_("Stock on hand × cost, averaged over the days of the period."),
        daily(VALUE, known=COSTED, total=mean_of_days),
        better="neither",
        owner="supply",
        unknown=COSTLESS,
    ),
    Metric(
        "turnover_days",
        N_("Turnover days"),
        N_("Days × average stock value / cost of goods sold."),
        Formula("days * average_stock_value / cogs"),
        unit="number",
        better="down",
        cohort=True,
        owner="supply",
    ),
    Metric(
        "turnover",
        N_("Stock turnover"),
        N_("Cost of goods sold in a year at this pace / average stock value."),
        Formula("365 * cogs / days / average_stock_value"),
        unit="number",
        cohort=True,
        owner="supply",
    ),
    Metric(
        "gmroi",
        N_("Gross margin return on stock"),
        N_("Gross profit in a year at this pace / average stock value."),
        Formula("365 * gross_profit / days / average_stock_value"),
        unit="number",
        cohort=True,
        owner="supply",
    ),
    Metric(
        "weeks_on_hand",
        N_("Weeks on hand"),
        N_("Stock on hand / the weekly net units of the four weeks to the end of the period."),
        Formula("4 * on_hand / recent_net_units"),
        unit="number",
        better="down",
        owner="supply",
    ),
    Metric(
        "stock_to_sales",
        N_("Stock to sales"),
        N_("Stock on hand at the end / net units of the period, usually a month."),
        Formula("on_hand / net_units"),
        unit="number",
        better="down",
        cohort=True,
        owner="supply",
    ),
    Metric(
        "active_days_of_stock",
        N_("SKU-days on sale"),
        N_("Days × SKUs × places on sale: launched, and their season not over."),
        daily(_ONE, _ACTIVE),
        unit="count",
        better="neither",
        owner="supply",
        unknown=STALE,
    ),
    Metric(
        "days_out_of_stock",
        N_("SKU-days out of stock"),
        N_("Those of the SKU-days on sale with nothing available."),
        daily(_ONE, _OUT),
        unit="count",
        better="down",
        owner="supply",
        unknown=STALE,
    ),
    Metric(
        "stockout_rate",
        N_("Stock-out rate"),
        N_("SKU-days out of stock / SKU-days on sale."),
        Formula("days_out_of_stock / active_days_of_stock"),
        unit="ratio",
        better="down",
        owner="supply",
    ),
    Metric(
        "demand_of_stock",
        N_("Expected demand"),
        N_("Units that the SKUs on sale sell on days in stock × days, by the last 28 days."),
        daily(_stock.daily_demand, _ACTIVE, DEMANDED),
        unit="number",
        better="neither",
        owner="supply",
        unknown=UNJUDGED,
    ),
    Metric(
        "lost_units",
        N_("Units lost to empty shelves"),
        N_("The expected demand of the days out of stock."),
        daily(_stock.daily_demand, _OUT, DEMANDED),
        unit="number",
        better="down",
        owner="supply",
        unknown=UNJUDGED,
    ),
    Metric(
        "weighted_stockout_rate",
        N_("Stock-out rate by demand"),
        N_("Units lost to empty shelves / expected demand."),
        Formula("lost_units / demand_of_stock"),
        unit="ratio",
        better="down",
        owner="supply",
    ),
    Metric(
        "lost_sales",
        N_("Sales lost to empty shelves"),
        N_("The demand expected from days in stock × its price, on days out of stock."),
        daily(_stock.daily_demand * func.coalesce(_stock.unit_price, ZERO), _OUT, DEMANDED),
        better="down",
        owner="supply",
        unknown=UNJUDGED,
    ),
)
