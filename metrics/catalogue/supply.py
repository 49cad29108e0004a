"""Supply: what stayed sold against what was bought, and how suppliers answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from connectors.schema import order_lines, order_returns, products, receipts
from connectors.text import N_
from metrics.catalogue.build import is_true, known_total, total
from metrics.metric import Aggregate, Days, Formula, Metric, RowSet
from metrics.responses import supplier_response
from metrics.windows import Past

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from metrics.metric import Better

_line, _back, _received = order_lines.c, order_returns.c, receipts.c
_SOLD = (is_true(_line.is_paid), _line.line_type == "sale")
_BOUGHT = or_(_received.kind.is_(None), _received.kind == "purchase")
_SUPPLIED = select(_received.sku_id).where(_BOUGHT, _received.received_quantity.is_not(None))
_EVER = Past()
_FOUR_WEEKS = Past(28)


def _supplied(fact: Table) -> ColumnElement[bool]:
    """Whether arrivals of the SKU are known, so that sold and bought speak of the same goods."""
    return fact.c.sku_id.in_(_SUPPLIED)


def _count(name: str, title: str, description: str, kind: Any, *, down: bool = False) -> Metric:
    better: Better = "down" if down else "up"
    return Metric(name, title, description, kind, unit="count", better=better, owner="supply")


SUPPLY = (
    Metric(
        "days",
        N_("Days"),
        N_("Days of the period that are over."),
        Days(),
        unit="number",
        better="neither",
    ),
    _count(
        "undone_units",
        N_("Units that did not stay sold"),
        N_("Units of the period's orders that came back, or were refunded before they left."),
        Aggregate(order_returns, known_total(_back.undone_quantity), "sold"),
        down=True,
    ),
    Metric(
        "net_units",
        N_("Net units"),
        N_("Units sold − units that did not stay sold."),
        Formula("units - or_zero(undone_units)"),
        unit="count",
        cohort=True,
        owner="supply",
    ),
    _count(
        "recent_units",
        N_("Units sold in four weeks"),
        N_("Units sold in the 28 days to the end of the period."),
        Aggregate(order_lines, total(_line.quantity, *_SOLD), "sold", over=_FOUR_WEEKS),
    ),
    _count(
        "recent_undone_units",
        N_("Units of four weeks that did not stay sold"),
        N_("Of the orders of the 28 days to the end of the period."),
        Aggregate(order_returns, known_total(_back.undone_quantity), "sold", over=_FOUR_WEEKS),
        down=True,
    ),
    _count(
        "recent_net_units",
        N_("Net units of four weeks"),
        N_("Units sold in the 28 days to the end of the period that stayed sold."),
        Formula("recent_units - or_zero(recent_undone_units)"),
    ),
    _count(
        "received_units",
        N_("Units received"),
        N_("Units that arrived from suppliers in the period; transfers and returns are none."),
        Aggregate(receipts, known_total(_received.received_quantity, _BOUGHT), "received"),
    ),
    _count(
        "received_to_date",
        N_("Units received to date"),
        N_("Units that ever arrived from suppliers, up to the end of the period."),
        Aggregate(
            receipts, known_total(_received.received_quantity, _BOUGHT), "received", over=_EVER
        ),
    ),
    _count(
        "sold_to_date",
        N_("Units sold to date"),
        N_("Units ever sold up to the end of the period, of SKUs whose arrivals are known."),
        Aggregate(
            order_lines,
            total(_line.quantity, *_SOLD, _supplied(order_lines)),
            "sold",
            over=_EVER,
        ),
    ),
    _count(
        "undone_to_date",
        N_("Units to date that did not stay sold"),
        N_("Of the units sold to date."),
        Aggregate(
            order_returns,
            known_total(_back.undone_quantity, _supplied(order_returns)),
            "sold",
            over=_EVER,
        ),
        down=True,
    ),
    Metric(
        "sell_through",
        N_("Sell-through"),
        N_("Net units sold to date / units received to date, transfers and returns left out."),
        Formula("(sold_to_date - or_zero(undone_to_date)) / received_to_date"),
        unit="ratio",
        owner="supply",
    ),
    _count(
        "full_price_to_date",
        N_("Units sold at full price to date"),
        N_("Those of the units sold to date that were sold at full price."),
        Aggregate(
            order_lines,
            total(
                _line.quantity, *_SOLD, _supplied(order_lines), _line.price_state == "full_price"
            ),
            "sold",
            over=_EVER,
        ),
    ),
    _count(
        "full_price_undone_to_date",
        N_("Units at full price to date that did not stay sold"),
        N_("Of the units sold at full price to date."),
        Aggregate(
            order_returns,
            known_total(
                _back.undone_quantity, _supplied(order_returns), _back.price_state == "full_price"
            ),
            "sold",
            over=_EVER,
        ),
        down=True,
    ),
    Metric(
        "full_price_sell_through",
        N_("Sell-through at full price"),
        N_("Net units sold at full price to date / units received to date."),
        Formula("(full_price_to_date - or_zero(full_price_undone_to_date)) / received_to_date"),
        unit="ratio",
        owner="supply",
    ),
    _count(
        "bought_units",
        N_("Units bought for the season"),
        N_("The buy quantity of products launched up to the end of the period."),
        Aggregate(products, known_total(products.c.buy_quantity), "launch", over=_EVER),
    ),
    Metric(
        "sell_through_of_buy",
        N_("Sell-through of the buy"),
        N_("Net units sold to date / units bought for the season."),
        Formula("(sold_to_date - or_zero(undone_to_date)) / bought_units"),
        unit="ratio",
        owner="supply",
    ),
    Metric(
        "supplier_response_hours",
        N_("Supplier response"),
        N_("Median hours from a purchase order to its confirmation, of those confirmed."),
        RowSet(receipts, "ordered", supplier_response, empty=None),
        unit="number",
        better="down",
        owner="supply",
        unknown=N_("No purchase order in view was confirmed at a known time."),
    ),
)
