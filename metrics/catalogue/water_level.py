"""The water level of stock: how it stands to the demand ahead, its sizes and its age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, literal_column

from connectors.schema import order_lines, stock_spans, stock_targets
from connectors.text import N_
from metrics.assortment import full_sizes, sold_skcs, stocked_skcs
from metrics.catalogue.build import is_true, known_total
from metrics.catalogue.standing import (
    AGEING,
    COSTED,
    DEMANDED,
    STALE,
    TARGET,
    UNJUDGED,
    VALUE,
    closing,
    planned,
)
from metrics.metric import Formula, Metric, RowSet
from metrics.windows import P_LAST

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from metrics.metric import Better

_stock = stock_spans.c
_AGAIN = is_true(_stock.is_replenishable)
_SAFETY, _REORDER = planned("safety_stock"), planned("reorder_point")
_PLANNED = and_(_AGAIN, _REORDER.is_not(None))
_JUDGED = TARGET.is_not(None)
_DATED = and_(COSTED, _stock.first_received_date.is_not(None))
_BOUGHT_ONCE = _stock.available + _stock.inbound
_UNDATED = N_("No recent stock in view has both a cost and the day of its arrival.")
_SIZELESS = N_("No recent stock in view has core sizes.")


def _old(days: int) -> ColumnElement[Any]:
    return known_total(VALUE, P_LAST - _stock.first_received_date > literal_column(str(days)))


def _money(name: str, title: str, description: str, value: ColumnElement[Any]) -> Metric:
    on = closing(value, _DATED, AGEING)
    return Metric(name, title, description, on, better="neither", owner="supply", unknown=_UNDATED)


def _plan(
    name: str,
    title: str,
    description: str,
    value: Any,
    known: Any,
    stored: Table | None = stock_targets,
) -> Metric:
    kind = closing(known_total(value, known), known, stored=stored)
    return Metric(
        name,
        title,
        description,
        kind,
        unit="number",
        better="neither",
        owner="supply",
        unknown=UNJUDGED,
    )


def _share(name: str, title: str, description: str, formula: str, *, down: bool = False) -> Metric:
    kind = Formula(formula)
    better: Better = "down" if down else "up"
    return Metric(name, title, description, kind, unit="ratio", better=better, owner="supply")


def _skcs(name: str, title: str, description: str, kind: RowSet, reason: str) -> Metric:
    return Metric(name, title, description, kind, unit="count", owner="supply", unknown=reason)


def _sizes(column: str) -> RowSet:
    return RowSet(stock_spans, "stock", full_sizes, column=column, empty=None)


WATER_LEVEL = (
    _plan(
        "covered_stock",
        N_("Stock available with known demand"),
        N_("Stock available of SKUs whose demand is known."),
        _stock.available,
        DEMANDED,
        stored=None,
    ),
    _plan(
        "forward_demand",
        N_("Daily demand ahead"),
        N_("Units a day that the SKUs in view sell while in stock, by the last 28 days."),
        _stock.daily_demand,
        DEMANDED,
        stored=None,
    ),
    Metric(
        "days_of_cover",
        N_("Days of cover"),
        N_("Stock available / daily demand ahead, before returns."),
        Formula("covered_stock / forward_demand"),
        unit="number",
        better="neither",
        owner="supply",
    ),
    _plan(
        "safety_stock",
        N_("Safety stock"),
        N_(
            "Of goods that can be ordered again. Sold on most days: 1.65 × √(mean lead time × "
            "variance of daily demand + mean daily demand² × variance of lead time). Sold now and "
            "then: what meets 95 % of negative binomial demand from the shelf, beyond the demand "
            "expected until an order of the next review arrives."
        ),
        _SAFETY,
        _PLANNED,
    ),
    _plan(
        "reorder_point",
        N_("Reorder point"),
        N_("Demand of the lead time + safety stock, of goods that can be ordered again."),
        _REORDER,
        _PLANNED,
    ),
    _plan(
        "water_stock",
        N_("Stock against the target"),
        N_("Stock available; of goods bought once, inbound too."),
        case((_AGAIN, _stock.available), else_=_BOUGHT_ONCE),
        _JUDGED,
    ),
    _plan(
        "target_stock",
        N_("Target stock"),
        N_(
            "Reorder point + the demand of a week until the next review; of goods bought once the "
            "demand that the rest of their season is expected to keep."
        ),
        TARGET,
        _JUDGED,
    ),
    Metric(
        "water_level",
        N_("Water level"),
        N_("Stock against the target / target stock."),
        Formula("water_stock / target_stock"),
        unit="ratio",
        better="neither",
        owner="supply",
    ),
    _skcs(
        "sold_skcs",
        N_("SKCs sold"),
        N_("Style-colours with a paid sale in the 28 days to the end of the period."),
        RowSet(order_lines, "sold", sold_skcs, whole_days=True),
        STALE,
    ),
    _skcs(
        "stocked_skcs",
        N_("SKCs stocked"),
        N_("Style-colours with stock on one of the 28 days to the end of the period."),
        RowSet(stock_spans, "stock", stocked_skcs, empty=None),
        STALE,
    ),
    _share(
        "active_rate",
        N_("Active rate"),
        N_("SKCs sold / SKCs stocked, in the 28 days to the end of the period."),
        "sold_skcs / stocked_skcs",
    ),
    _skcs(
        "sized_skcs",
        N_("SKCs in stock with core sizes"),
        N_("Style-colours in stock at the end of the period whose core sizes are known."),
        _sizes("stocked"),
        _SIZELESS,
    ),
    _skcs(
        "full_size_skcs",
        N_("SKCs with all core sizes"),
        N_("Those of them of which every core size is available."),
        _sizes("complete"),
        _SIZELESS,
    ),
    _share(
        "full_size_rate",
        N_("Full-size rate"),
        N_("SKCs with all core sizes available / SKCs in stock."),
        "full_size_skcs / sized_skcs",
    ),
    _share(
        "broken_size_rate",
        N_("Broken-size rate"),
        N_("1 − full-size rate."),
        "1 - full_size_rate",
        down=True,
    ),
    _money(
        "dated_stock_value",
        N_("Stock value with a known age"),
        N_("Stock value of what is known to have arrived when."),
        known_total(VALUE, _DATED),
    ),
    _money(
        "stock_value_over_90",
        N_("Stock value older than 90 days"),
        N_("Stock value of what arrived more than 90 days before the end of the period."),
        _old(90),
    ),
    _money(
        "stock_value_over_180",
        N_("Stock value older than 180 days"),
        N_("Stock value of what arrived more than 180 days before the end of the period."),
        _old(180),
    ),
    _money(
        "stock_value_over_365",
        N_("Stock value older than 365 days"),
        N_("Stock value of what arrived more than 365 days before the end of the period."),
        _old(365),
    ),
    _share(
        "aged_share",
        N_("Aged share"),
        N_("Stock value older than 90 days / stock value with a known age."),
        "stock_value_over_90 / dated_stock_value",
        down=True,
    ),
    _share(
        "aged_share_180",
        N_("Aged share, 180 days"),
        N_("Stock value older than 180 days / stock value with a known age."),
        "stock_value_over_180 / dated_stock_value",
        down=True,
    ),
    _share(
        "aged_share_365",
        N_("Aged share, 365 days"),
        N_("Stock value older than 365 days / stock value with a known age."),
        "stock_value_over_365 / dated_stock_value",
        down=True,
    ),
)
