"""What alarms watch: numbers that are known on their day and do not change later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, not_

from connectors.schema import order_lines, order_returns, products, stock_spans, traffic_daily
from connectors.text import N_
from metrics.assortment import active_full_sizes
from metrics.catalogue.build import distinct, is_true, known_total
from metrics.metric import Aggregate, Formula, Metric, RowSet

_line, _return, _counted = order_lines.c, order_returns.c, traffic_daily.c
_PAID = is_true(_line.is_paid)
_BELOW_FLOOR = _line.sales_amount < products.c.floor_price * _line.quantity
_SPOT = not_(is_true(_line.is_presale))
_SIZELESS = N_("No recent stock in view has core sizes.")


def _spot(name: str, title: str, description: str, value: Any) -> Metric:
    return Metric(name, title, description, Aggregate(order_lines, value, "sold"), unit="count")


WATCHED = (
    Metric(
        "orders_below_floor",
        N_("Orders below the floor price"),
        N_("Distinct paid orders with a line that paid less than the product's floor price."),
        Aggregate(
            order_lines,
            distinct(order_lines, "order_id", _PAID, _line.line_type == "sale", _BELOW_FLOOR),
            "sold",
            lookups=(products,),
        ),
        unit="count",
        better="down",
    ),
    _spot(
        "spot_units",
        N_("Units without presales"),
        N_("Units of paid lines that were not presold: balances of presales all fall on one day."),
        known_total(_line.quantity, _SPOT, _PAID, _line.line_type == "sale"),
    ),
    _spot(
        "spot_placed_orders",
        N_("Orders placed without presales"),
        N_("Distinct orders that are no presale, unpaid and cancelled ones included."),
        distinct(order_lines, "order_id", _SPOT, _line.line_type == "sale"),
    ),
    _spot(
        "spot_orders",
        N_("Paid orders without presales"),
        N_("Distinct paid orders that are no presale."),
        distinct(order_lines, "order_id", _SPOT, _PAID, _line.line_type == "sale"),
    ),
    Metric(
        "spot_pay_rate",
        N_("Order pay rate without presales"),
        N_("Paid orders / orders placed, of orders that are no presale: its balance is due later."),
        Formula("spot_orders / spot_placed_orders"),
        unit="ratio",
    ),
    Metric(
        "funnel_completion_rate",
        N_("Checkout completion"),
        N_("Order / checkout in the funnel, where every order passes the checkout."),
        Formula("funnel_order / funnel_checkout"),
        unit="ratio",
        owner="marketing",
    ),
    Metric(
        "early_refunds",
        N_("Early refunds"),
        N_("Refunds before shipping, dated by the refund: a day's number does not change later."),
        Aggregate(
            order_returns,
            known_total(_return.refund_amount, is_true(_return.is_before_shipping)),
            "refunded",
        ),
        better="down",
    ),
    Metric(
        "early_refund_rate",
        N_("Early refund rate"),
        N_("Refunds before shipping made on the day / paid sales of the day."),
        Formula("early_refunds / paid_sales"),
        unit="ratio",
        better="down",
    ),
    Metric(
        "platform_sales",
        N_("Sales counted by platforms"),
        N_("What buyers paid in a shop on a day as its platform counts it, beside our own orders."),
        Aggregate(traffic_daily, func.sum(_counted.paid_amount), "traffic", empty=None),
        owner="operations",
    ),
    Metric(
        "buyer_paid",
        N_("Paid by buyers"),
        N_("What buyers paid of paid lines, without what the platform adds: what platforms count."),
        Aggregate(order_lines, known_total(_line.paid_amount, _PAID), "sold"),
        owner="operations",
    ),
    Metric(
        "platform_gap",
        N_("Gap to the platform"),
        N_("Difference between the platform's count and what buyers paid, of the latter, by shop."),
        Formula("sqrt((platform_sales - buyer_paid) * (platform_sales - buyer_paid)) / buyer_paid"),
        unit="ratio",
        better="down",
        owner="operations",
    ),
    Metric(
        "active_sized_skcs",
        N_("SKCs on sale with core sizes"),
        N_("Style-colours in stock whose season is not over and whose core sizes are known."),
        RowSet(stock_spans, "stock", active_full_sizes, column="stocked", empty=None),
        unit="count",
        owner="supply",
        unknown=_SIZELESS,
    ),
    Metric(
        "active_full_size_skcs",
        N_("SKCs on sale with all core sizes"),
        N_("Those of them of which every core size is available."),
        RowSet(stock_spans, "stock", active_full_sizes, column="complete", empty=None),
        unit="count",
        owner="supply",
        unknown=_SIZELESS,
    ),
    Metric(
        "active_full_size_rate",
        N_("Full-size rate of goods on sale"),
        N_("SKCs on sale with all core sizes available / SKCs on sale in stock."),
        Formula("active_full_size_skcs / active_sized_skcs"),
        unit="ratio",
        owner="supply",
    ),
)
